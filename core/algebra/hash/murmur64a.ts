import { lastWordAt, upperProduct, wordAt } from './word.ts'

// The multiplier, 0xc6a4a7935bd1e995, in halves; 0x5bd1 and 0xe995 below are those of the lower one.
const upper = 0xc6a4a793 | 0
const lower = 0x5bd1e995

/**
 * MurmurHash64A, the hash of Redis's own HyperLogLog, in words of 32 bits: the lower half of the hash is written to
 * `into[0]`, the upper to `into[1]`.
 *
 * @param length how many of the bytes count
 */
export function murmur64a(bytes: Uint8Array, length: number, seed: number, into: Int32Array): void {
  // h = seed ^ (length * multiplier)
  let low = Math.imul(length, lower)
  let high = (upperProduct(length, 0x5bd1, 0xe995) + Math.imul(length, upper)) | 0
  low ^= seed

  const whole = length & ~7
  for (let i = 0; i < whole; i += 8) {
    let a = wordAt(bytes, i)
    let b = wordAt(bytes, i + 4)
    b = (upperProduct(a, 0x5bd1, 0xe995) + Math.imul(a, upper) + Math.imul(b, lower)) | 0
    a = Math.imul(a, lower)
    // A shift by 47 leaves the upper half's upper 17 bits.
    a ^= b >>> 15
    b = (upperProduct(a, 0x5bd1, 0xe995) + Math.imul(a, upper) + Math.imul(b, lower)) | 0
    a = Math.imul(a, lower)
    low ^= a
    high ^= b
    high = (upperProduct(low, 0x5bd1, 0xe995) + Math.imul(low, upper) + Math.imul(high, lower)) | 0
    low = Math.imul(low, lower)
  }

  if (whole < length) {
    low ^= lastWordAt(bytes, whole, length)
    high ^= lastWordAt(bytes, whole + 4, length)
    high = (upperProduct(low, 0x5bd1, 0xe995) + Math.imul(low, upper) + Math.imul(high, lower)) | 0
    low = Math.imul(low, lower)
  }

  low ^= high >>> 15
  high = (upperProduct(low, 0x5bd1, 0xe995) + Math.imul(low, upper) + Math.imul(high, lower)) | 0
  low = Math.imul(low, lower)
  low ^= high >>> 15
  into[0] = low
  into[1] = high
}
