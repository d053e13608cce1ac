import type { Hash128 } from '../hash/hash128.ts'
import { murmur3 } from '../hash/murmur3.ts'

/** The hash of all these sketches. Another one would make other sketches of the same keys: its name belongs into ids. */
export const hash: Hash128 = murmur3()

const words = new Int32Array(4)

/**
 * As many places as asked for, each from 0 up to `below`, for one key; nothing shows that they belong together. They come
 * from a small generator (sfc32) that starts at the key's hash. The usual sums `a + i * b` of two words are quicker, but
 * two keys that meet in two places then meet in all, which is more often than a sketch may promise.
 *
 * @param below at most 2^31
 */
export function places(key: string, below: number, into: Int32Array, from: number, to: number): void {
  hash.text(key, words)
  let a = words[0] as number
  let b = words[1] as number
  let c = words[2] as number
  let d = words[3] as number
  // By multiplication instead of by remainder: quicker, and as even.
  const share = below / 2 ** 32
  for (let i = from; i < to; i++) {
    const word = (a + b + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + word) | 0
    into[i] = (word >>> 0) * share
  }
}
