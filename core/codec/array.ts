import { type Codec, cannotEncode, formatOf, type Json, ofJson, refuse } from './codec.ts'
import { element, inside } from './inside.ts'

/**
 * Any number of values of one type, in their order, as a JSON array.
 *
 * ```ts
 * import { codec } from 'tanager'
 * codec.array(codec.int).encode([3, 1, 2]) // '[3,1,2]'
 * ```
 */
export function array<A>(item: Codec<A>): Codec<readonly A[]> {
  const id = `array(${formatOf(item)})`
  return ofJson<readonly A[]>(
    id,
    (value) => {
      if (!Array.isArray(value)) throw cannotEncode(id, value, 'an array')
      const json: Json[] = []
      try {
        for (const part of value) json.push(item.toJson(part))
      } catch (thrown) {
        throw inside('encode', id, element(json.length), thrown)
      }
      return json
    },
    (json) => {
      if (!Array.isArray(json)) return refuse(id, json, 'a JSON array')
      const value: A[] = []
      try {
        for (const part of json) value.push(item.fromJson(part))
      } catch (thrown) {
        throw inside('decode', id, element(value.length), thrown)
      }
      return value
    },
  )
}
