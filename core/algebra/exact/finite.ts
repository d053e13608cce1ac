import { type Codec, cannotEncode, of, refuse } from '../../codec/codec.ts'
import { float } from '../../codec/float.ts'

const allowed = 'a finite number'
const check = (x: number, error: typeof cannotEncode | typeof refuse): number => {
  if (Number.isFinite(x)) return x
  throw error('finite', x, allowed)
}

/** Numbers without NaN, which compares with nothing, and without the infinities. */
export const finite: Codec<number> = of<number>({
  id: 'finite',
  encode: (x) => float.encode(check(x, cannotEncode)),
  decode: (text) => check(float.decode(text), refuse),
  toJson: (x) => float.toJson(check(x, cannotEncode)),
  fromJson: (json) => check(float.fromJson(json), refuse),
  native: true,
})
