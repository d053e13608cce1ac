import { type Codec, cannotDecode, cannotEncode, formatOf, type Json, ofJson, refuse } from './codec.ts'
import { element, inside } from './inside.ts'

/**
 * A `Map`, as a JSON array of `[key, value]` pairs. The pairs are sorted by the key's text, so that equal maps have equal
 * texts, in whatever order they were filled. Two keys with one text (two `Date` objects of one time) are refused both ways:
 * what is read back would be smaller.
 *
 * ```ts
 * import { codec } from 'tanager'
 * codec.map(codec.int, codec.string).encode(new Map([[2, 'b'], [1, 'a']])) // '[[1,"a"],[2,"b"]]'
 * ```
 */
export function map<K, V>(key: Codec<K>, value: Codec<V>): Codec<ReadonlyMap<K, V>> {
  const id = `map(${formatOf(key)},${formatOf(value)})`
  const distinct = 'keys that differ in their text'
  return ofJson<ReadonlyMap<K, V>>(
    id,
    (entries) => {
      if (!(entries instanceof Map)) throw cannotEncode(id, entries, 'a Map')
      const pairs = new Map<string, Json>()
      let step = 0
      try {
        for (const [k, v] of entries) {
          const text = key.encode(k)
          if (pairs.has(text)) throw cannotEncode(id, k, distinct)
          pairs.set(text, [key.toJson(k), value.toJson(v)])
          step++
        }
      } catch (thrown) {
        throw inside('encode', id, element(step), thrown)
      }
      return [...pairs].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, pair]) => pair)
    },
    (json) => {
      if (!Array.isArray(json)) return refuse(id, json, 'a JSON array of pairs')
      const entries = new Map<K, V>()
      const texts = new Set<string>()
      let step = 0
      try {
        for (const pair of json) {
          if (!Array.isArray(pair) || pair.length !== 2) throw cannotDecode(id, pair, 'a pair [key, value]')
          const k = key.fromJson(pair[0])
          const text = key.encode(k)
          if (texts.has(text)) throw cannotDecode(id, pair[0], distinct)
          texts.add(text)
          entries.set(k, value.fromJson(pair[1]))
          step++
        }
      } catch (thrown) {
        throw inside('decode', id, element(step), thrown)
      }
      return entries
    },
  )
}
