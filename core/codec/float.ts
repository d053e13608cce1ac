import { type Codec, cannotEncode, type Json, of, refuse } from './codec.ts'

const id = 'float'
const decimal = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/
const allowed = 'a decimal number such as 20.5 or 1e-7, NaN, Infinity or -Infinity'

/**
 * Any double, NaN and the infinities too, as the shortest text that reads back as the same number. Inside JSON the finite
 * ones are numbers and the others the strings 'NaN', 'Infinity' and '-Infinity'. `-0` is written as `0`: as a `Map` key
 * they are one.
 *
 * Reading is wider than writing, for the sake of numbers other programs wrote: `20.50` and `2e1` are read. Text that is no
 * JSON number (`''`, `.5`, `+1`, `0x10`, `1,5`) and finite numbers too large for a double (`1e999`) are refused.
 *
 * ```ts
 * import { codec } from 'tanager'
 * codec.float.encode(0.1) // '0.1'
 * codec.float.decode('20.50') // 20.5
 * codec.float.toJson(Infinity) // 'Infinity'
 * ```
 */
export const float: Codec<number> = of<number>({
  id,
  encode: (value) => `${number(value)}`,
  decode: read,
  toJson: (value) => (Number.isFinite(number(value)) ? value + 0 : `${value}`),
  fromJson: (json: Json) => {
    if (typeof json === 'number') return Number.isFinite(json) ? json + 0 : refuse(id, json, allowed)
    return json === 'NaN' || json === 'Infinity' || json === '-Infinity' ? Number(json) : refuse(id, json, allowed)
  },
  native: true,
})

function number(value: number): number {
  if (typeof value !== 'number') throw cannotEncode(id, value, 'a number')
  return value
}

function read(text: string): number {
  const value = Number(text)
  if (`${value}` === text) return value
  return decimal.test(text) && Number.isFinite(value) ? value + 0 : refuse(id, text, allowed)
}
