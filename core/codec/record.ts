import { type Codec, cannotEncode, formatOf, type Json, ofJson, refuse } from './codec.ts'
import { field, inside } from './inside.ts'
import { isPlainObject, put } from './plain.ts'
import { isWellFormed } from './wellformed.ts'

/**
 * An object used as a table: any names, values of one type. A JSON object whose names are sorted, so that equal tables have
 * equal texts. Any name works, `__proto__` too, except one with a lone surrogate; objects of a class are refused (a `Map`
 * has `codec.map`).
 *
 * ```ts
 * import { codec } from 'tanager'
 * codec.record(codec.int).encode({ b: 2, a: 1 }) // '{"a":1,"b":2}'
 * ```
 */
export function record<A>(value: Codec<A>): Codec<{ readonly [name: string]: A }> {
  const id = `record(${formatOf(value)})`
  return ofJson<{ readonly [name: string]: A }>(
    id,
    (table) => {
      if (!isPlainObject(table)) throw cannotEncode(id, table, 'a plain object')
      const json: Record<string, Json> = {}
      for (const name of Object.keys(table).sort()) {
        if (!isWellFormed(name)) throw cannotEncode(id, name, 'names without lone surrogates')
        try {
          put(json, name, value.toJson(table[name] as A))
        } catch (thrown) {
          throw inside('encode', id, field(name), thrown)
        }
      }
      return json
    },
    (json) => {
      if (!isPlainObject(json)) return refuse(id, json, 'a JSON object')
      const table: Record<string, A> = {}
      for (const [name, part] of Object.entries(json)) {
        if (!isWellFormed(name)) return refuse(id, name, 'names without lone surrogates')
        try {
          put(table, name, value.fromJson(part as Json))
        } catch (thrown) {
          throw inside('decode', id, field(name), thrown)
        }
      }
      return table
    },
  )
}
