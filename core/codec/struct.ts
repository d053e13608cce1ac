import { TanagerError } from '../error.ts'
import { type Codec, cannotEncode, formatOf, type Json, ofJson, refuse } from './codec.ts'
import { field, inside, nameInId } from './inside.ts'
import type { OptionCodec } from './option.ts'
import { put } from './plain.ts'

/**
 * An object with these fields, as a JSON object whose fields are in sorted order, so that equal values have equal texts,
 * whatever order they were built in. Any field name works, `__proto__` too.
 *
 * The fields listed are the value: others are neither written nor read. So a worker goes on reading when a newer sender has
 * added a field, as people expect of JSON (the plan's fingerprint, which holds this codec's id, is what keeps an old worker
 * from rewriting a newer store). A listed field that is missing is an error that names it, unless it is a
 * `codec.option`, which is then `none`: that is how a field is added without losing the records of older senders.
 *
 * ```ts
 * import { codec } from 'tanager'
 * const visit = codec.struct({ user: codec.int, page: codec.string, referrer: codec.option(codec.string) })
 * visit.decode('{"page":"/home","user":7}') // { page: '/home', referrer: none, user: 7 }
 * ```
 */
export function struct<A extends object>(fields: { readonly [K in keyof A]: Codec<A[K]> }): Codec<A> {
  const all = fieldsOf(fields as unknown as Readonly<Record<string, AnyCodec>>)
  const id = `struct(${all.map(({ name, codec }) => `${nameInId(name)}:${formatOf(codec)}`).join(',')})`
  return ofJson<A>(
    id,
    (value) => {
      if (typeof value !== 'object' || value === null) throw cannotEncode(id, value, 'an object')
      const json: Record<string, Json> = {}
      for (const { name, codec, inherited } of all) {
        try {
          const part = own(value, name, inherited)
          if (part === undefined && !Object.hasOwn(value, name)) throw missing('encode', value)
          put(json, name, codec.toJson(part))
        } catch (thrown) {
          throw inside('encode', id, field(name), thrown)
        }
      }
      return json
    },
    (json) => {
      if (typeof json !== 'object' || json === null || Array.isArray(json)) return refuse(id, json, 'a JSON object')
      const value: Record<string, unknown> = {}
      for (const { name, codec, inherited } of all) {
        try {
          const part = own(json, name, inherited)
          if (part !== undefined) put(value, name, codec.fromJson(part as Json))
          else if (codec.whenMissing !== undefined) put(value, name, codec.whenMissing)
          else throw missing('decode', json)
        } catch (thrown) {
          throw inside('decode', id, field(name), thrown)
        }
      }
      return value as A
    },
  )
}

type AnyCodec = Codec<unknown> & { readonly whenMissing?: OptionCodec<unknown>['whenMissing'] }

interface Field {
  readonly name: string
  readonly codec: AnyCodec
  /** Every object has something under this name (`toString`, `__proto__`), so only a field of its own counts. */
  readonly inherited: boolean
}

function fieldsOf(codecs: Readonly<Record<string, AnyCodec>>): readonly Field[] {
  return Object.entries(codecs)
    .map(([name, codec]) => ({ name, codec, inherited: name in Object.prototype }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

function own(object: object, name: string, inherited: boolean): unknown {
  return inherited && !Object.hasOwn(object, name) ? undefined : (object as Readonly<Record<string, unknown>>)[name]
}

function missing(code: 'encode' | 'decode', value: unknown): TanagerError {
  return new TanagerError(code, 'this field is missing', { value })
}
