import { type Codec, cannotEncode, formatOf, type Json, ofJson, refuse } from './codec.ts'
import { element, inside } from './inside.ts'

/**
 * A fixed number of values side by side, as a JSON array: the codec of a key made of parts. Arrays of another length are
 * refused both ways.
 *
 * ```ts
 * import { codec } from 'tanager'
 * const pageAndDay = codec.tuple(codec.string, codec.int)
 * pageAndDay.encode(['/home', 19]) // '["/home",19]'
 * ```
 */
export function tuple<A extends readonly unknown[]>(...parts: { readonly [I in keyof A]: Codec<A[I]> }): Codec<Readonly<A>> {
  const codecs: readonly Codec<unknown>[] = [...parts]
  const id = `tuple(${codecs.map(formatOf).join(',')})`
  const allowed = `an array of ${codecs.length}`
  return ofJson<Readonly<A>>(
    id,
    (value) => {
      if (!Array.isArray(value) || value.length !== codecs.length) throw cannotEncode(id, value, allowed)
      const json: Json[] = []
      try {
        for (const codec of codecs) json.push(codec.toJson(value[json.length]))
      } catch (thrown) {
        throw inside('encode', id, element(json.length), thrown)
      }
      return json
    },
    (json) => {
      if (!Array.isArray(json) || json.length !== codecs.length) return refuse(id, json, allowed)
      const value: unknown[] = []
      try {
        for (const codec of codecs) value.push(codec.fromJson(json[value.length]))
      } catch (thrown) {
        throw inside('decode', id, element(value.length), thrown)
      }
      return value as unknown as Readonly<A>
    },
  )
}
