import type { Codec } from '../../codec/codec.ts'
import type { Aggregation } from '../aggregation.ts'
import { concatAll } from '../concat-all.ts'

type Part<V> = Pick<Aggregation<V>, 'semigroup' | 'concatMany' | 'isEmpty'>

/** Tables become one, key by key. What the part says is as good as nothing is left out. */
export type MergeTables<K, V> = (tables: readonly ReadonlyMap<K, V>[]) => Map<K, V>

/** @param key how keys are told apart: as a `Map` does it where that agrees with their encodings, else by those */
export function mergeTables<K, V>(key: Pick<Codec<K>, 'native' | 'encode'>, part: Part<V>): MergeTables<K, V> {
  if (!key.native) return byText(key.encode, part)
  return part.concatMany === undefined ? foldingNative(part) : gatheringNative(part)
}

function foldingNative<K, V>(part: Part<V>): MergeTables<K, V> {
  const { concat } = part.semigroup
  return ([first, ...others]) => {
    const all = new Map<K, V>(first)
    for (const table of others) {
      for (const [key, value] of table) {
        const before = all.get(key)
        // `undefined` is a value too, so it takes a second look.
        all.set(key, before === undefined && !all.has(key) ? value : concat(before as V, value))
      }
    }
    return withoutEmpty(all, part)
  }
}

function gatheringNative<K, V>(part: Part<V>): MergeTables<K, V> {
  return (tables) => {
    const heaps = new Map<K, V[]>()
    for (const table of tables) {
      for (const [key, value] of table) {
        const heap = heaps.get(key)
        if (heap === undefined) heaps.set(key, [value])
        else heap.push(value)
      }
    }
    const all = new Map<K, V>()
    for (const [key, heap] of heaps) all.set(key, concatAll(part, heap))
    return withoutEmpty(all, part)
  }
}

function byText<K, V>(encode: (key: K) => string, part: Part<V>): MergeTables<K, V> {
  return (tables) => {
    const heaps = new Map<string, { readonly key: K; readonly values: V[] }>()
    for (const table of tables) {
      for (const [key, value] of table) {
        const text = encode(key)
        const heap = heaps.get(text)
        if (heap === undefined) heaps.set(text, { key, values: [value] })
        else heap.values.push(value)
      }
    }
    const all = new Map<K, V>()
    for (const { key, values } of heaps.values()) all.set(key, concatAll(part, values))
    return withoutEmpty(all, part)
  }
}

export function withoutEmpty<K, V>(table: Map<K, V>, { isEmpty }: Pick<Part<V>, 'isEmpty'>): Map<K, V> {
  if (isEmpty !== undefined) for (const [key, value] of table) if (isEmpty(value)) table.delete(key)
  return table
}
