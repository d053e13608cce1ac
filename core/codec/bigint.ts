import { type Codec, cannotEncode, of, refuse } from './codec.ts'

const id = 'bigint'
const decimal = /^(?:0|-?[1-9]\d*)$/

/**
 * Whole numbers of any size, as decimal text, also inside JSON, whose own numbers end at 2^53. One number has one text:
 * `007`, `-0`, `+1`, `0x10`, `1n` and the empty text are refused.
 *
 * ```ts
 * import { codec } from 'tanager'
 * codec.bigint.encode(2n ** 64n) // '18446744073709551616'
 * ```
 */
export const bigint: Codec<bigint> = of<bigint>({
  id,
  encode: (value) => {
    if (typeof value !== 'bigint') throw cannotEncode(id, value, 'a bigint')
    return `${value}`
  },
  decode: (text) => (decimal.test(text) ? BigInt(text) : refuse(id, text, 'a whole number in plain decimal digits')),
  native: true,
})
