import { isSome, none, type Option, some } from 'fp-ts/lib/Option.js'
import { type Codec, cannotEncode, formatOf, ofJson, refuse } from './codec.ts'
import { element, inside } from './inside.ts'

/** A codec that knows what a missing field means; `struct` asks. */
export interface OptionCodec<A> extends Codec<Option<A>> {
  readonly whenMissing: Option<A>
}

/**
 * An fp-ts `Option`: nothing is JSON `null`, something is a JSON array of one. The array keeps `some(none)` and `none`
 * apart. As a field of a `codec.struct` it may be missing when read, which is `none`.
 *
 * ```ts
 * import { codec } from 'tanager'
 * import { none, some } from 'fp-ts/lib/Option.js'
 * const referrer = codec.option(codec.string)
 * referrer.encode(some('/home')) // '["/home"]'
 * referrer.encode(none) // 'null'
 * ```
 */
export function option<A>(value: Codec<A>): OptionCodec<A> {
  const id = `option(${formatOf(value)})`
  const codec = ofJson<Option<A>>(
    id,
    (maybe) => {
      if (maybe?._tag !== 'Some' && maybe?._tag !== 'None') throw cannotEncode(id, maybe, 'an fp-ts Option: none or some(value)')
      if (!isSome(maybe)) return null
      try {
        return [value.toJson(maybe.value)]
      } catch (thrown) {
        throw inside('encode', id, '.value', thrown)
      }
    },
    (json) => {
      if (json === null) return none
      if (!Array.isArray(json) || json.length !== 1) return refuse(id, json, 'null, or a JSON array of one')
      try {
        return some(value.fromJson(json[0]))
      } catch (thrown) {
        throw inside('decode', id, element(0), thrown)
      }
    },
  )
  return Object.freeze({ ...codec, whenMissing: none })
}
