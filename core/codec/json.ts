import { type Codec, type Json, of, parse } from './codec.ts'
import { plain } from './plain.ts'

const id = 'json'

/**
 * Any plain JSON value, as its JSON text. `T` is your word for its shape and nobody checks it; `codec.struct` and
 * `codec.standard` do.
 *
 * What `JSON.stringify` would quietly bend is refused, with the path to it: undefined (leave the field out), functions,
 * symbols, NaN and the infinities, bigints, Dates, Maps and other objects of a class or with `toJSON`, holes in arrays,
 * cycles, more than 500 levels; so are lone surrogates. `-0` is written as `0`. What JSON has no place for (symbol keys,
 * fields that are not enumerable, named fields of an array) is not part of the value. A field called `__proto__` is a field
 * like any other.
 *
 * Gotcha: fields are written in the order they have, so `{ a, b }` and `{ b, a }` are two texts. That is fine for a record
 * or a value; for a key use `codec.struct`, which sorts them.
 *
 * ```ts
 * import { codec, source } from 'tanager'
 * const clicks = source('clicks', { item: codec.json<{ page: string; user?: number }>() })
 * ```
 */
export function json<T>(): Codec<T> {
  return anyJson as unknown as Codec<T>
}

// JSON text can hold what this codec would not write again (`1e999`, which is Infinity, or "\ud800"), so reading checks too:
// a record is set aside where it enters, and not when a sum of it is to be stored.
const anyJson: Codec<Json> = of<Json>({
  id,
  encode: (value) => JSON.stringify(plain('encode', id, value)),
  decode: (text) => plain('decode', id, parse(id, text)),
  toJson: (value) => plain('encode', id, value),
  fromJson: (json) => plain('decode', id, json),
})
