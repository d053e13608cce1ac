import { type Codec, cannotEncode, type Json, of, refuse } from './codec.ts'

const id = 'boolean'
const allowed = 'true or false'

/**
 * `true` or `false`, as those words. Nothing else is read: not `1`, not `TRUE`, not `yes`.
 *
 * ```ts
 * import { codec } from 'tanager'
 * codec.boolean.encode(true) // 'true'
 * ```
 */
export const boolean: Codec<boolean> = of<boolean>({
  id,
  encode: (value) => `${truth(value)}`,
  decode: (text) => text === 'true' || (text === 'false' ? false : refuse(id, text, allowed)),
  toJson: truth,
  fromJson: (json: Json) => (typeof json === 'boolean' ? json : refuse(id, json, allowed)),
  native: true,
})

function truth(value: boolean): boolean {
  if (typeof value !== 'boolean') throw cannotEncode(id, value, allowed)
  return value
}
