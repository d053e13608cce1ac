import { type Codec, cannotEncode, of, refuse } from './codec.ts'
import { isWellFormed } from './wellformed.ts'

const id = 'string'
const allowed = 'text without lone surrogates'

const check = (value: unknown): value is string => typeof value === 'string' && isWellFormed(value)

/**
 * Text, written as it is. Any length and any character, NUL and the empty text too; only a lone surrogate (half of a
 * pair, as a cut through an emoji leaves behind) is refused, because UTF-8 has no bytes for it.
 *
 * ```ts
 * import { codec } from 'tanager'
 * codec.string.encode('naïve 🐦') // 'naïve 🐦'
 * ```
 */
export const string: Codec<string> = of<string>({
  id,
  encode: (value) => {
    if (!check(value)) throw cannotEncode(id, value, allowed)
    return value
  },
  decode: (text) => (check(text) ? text : refuse(id, text, allowed)),
  native: true,
})
