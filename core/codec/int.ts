import { type Codec, cannotEncode, type Json, of, refuse } from './codec.ts'

const id = 'int'
const range = 'a whole number from -(2^53 - 1) to 2^53 - 1 (codec.bigint has no limit)'

/**
 * Whole numbers that a double holds exactly, from -(2^53 - 1) to 2^53 - 1, as decimal text. Fractions, NaN and
 * everything beyond are refused both ways; so is every other way to write a number (`1e3`, `0x10`, `+1`, `01`, ` 1`),
 * so that one number has one text. `-0` is written as `0`: as a `Map` key they are one.
 *
 * ```ts
 * import { codec } from 'tanager'
 * codec.int.encode(42) // '42'
 * codec.int.decode('-7') // -7
 * ```
 */
export const int: Codec<number> = of<number>({
  id,
  encode: (value) => `${whole(value)}`,
  decode: (text) => {
    const value = Number(text)
    // Comparing with the one canonical text refuses all others without listing them.
    return Number.isSafeInteger(value) && `${value}` === text ? value : refuse(id, text, `${range}, in plain decimal digits`)
  },
  toJson: (value) => whole(value) + 0,
  fromJson: (json: Json) => (Number.isSafeInteger(json) ? (json as number) + 0 : refuse(id, json, range)),
  native: true,
})

function whole(value: number): number {
  if (!Number.isSafeInteger(value)) throw cannotEncode(id, value, range)
  return value
}
