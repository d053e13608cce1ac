import { none, some } from 'fp-ts/lib/Option.js'
import type { Change, Pair } from '../producer/producer.ts'
import type { StoreSlot } from '../slot/slot.ts'
import { type Codec, formatOf, type Json, ofJson, refuse } from './codec.ts'

/** How a store's changes travel to the stages that read them: `[key, delta]`, or `[key, delta, before]` where there was something before. */
export function changeCodec<K, V, In, Out>({ key, sum }: StoreSlot<string, K, V, In, Out>): Codec<Pair<K, Change<V>>> {
  const value = sum.codec
  const id = `change(${formatOf(key)},${formatOf(value)})`
  return ofJson<Pair<K, Change<V>>>(
    id,
    ([k, { before, delta }]) => {
      const text = key.encode(k)
      return before._tag === 'None' ? [text, value.toJson(delta)] : [text, value.toJson(delta), value.toJson(before.value)]
    },
    (json) => {
      if (!Array.isArray(json) || typeof json[0] !== 'string' || json.length < 2)
        return refuse(id, json, '[key, delta] or [key, delta, before]')
      const [k, delta, before] = json as [string, Json, Json]
      return [key.decode(k), { delta: value.fromJson(delta), before: json.length === 2 ? none : some(value.fromJson(before)) }]
    },
  )
}
