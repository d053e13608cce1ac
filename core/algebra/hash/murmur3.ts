import type { Hash128 } from './hash128.ts'
import { utf8 } from './utf8.ts'
import { lastWordAt, upperProduct, wordAt } from './word.ts'

/**
 * MurmurHash3 for x64 with 128 bits. Not the one for x86, which would be quicker here: three of its four words are the
 * same for a key of four bytes or fewer.
 */
export function murmur3(seed = 0): Hash128 {
  return Object.freeze({
    id: `murmur3(${seed})`,
    text: (text: string, into: Int32Array) => {
      const { bytes, length } = utf8(text)
      hash(bytes, length, seed, into)
    },
    bytes: (bytes: Uint8Array, into: Int32Array) => hash(bytes, bytes.length, seed, into),
  })
}

// The two multipliers, in halves; those of the lower one are given to upperProduct in its own halves.
const upper1 = 0x87c37b91 | 0
const lower1 = 0x114253d5
const upper2 = 0x4cf5ad43
const lower2 = 0x2745937f

/**
 * Numbers of 64 bits are here two of 32, their lower and their upper half, in local variables: with a function for each
 * step and the halves in an array, this would read better and take half as much time again.
 */
function hash(bytes: Uint8Array, length: number, seed: number, into: Int32Array): void {
  // h1 and h2
  let aLow = seed | 0
  let aHigh = 0
  let bLow = seed | 0
  let bHigh = 0
  const whole = length & ~15
  for (let i = 0; i < length; i += 16) {
    const last = i === whole
    // k1, and below k2, with zeros where the bytes are at their end: zeros stir nothing.
    let low = last ? lastWordAt(bytes, i, length) : wordAt(bytes, i)
    let high = last ? lastWordAt(bytes, i + 4, length) : wordAt(bytes, i + 4)
    high = (upperProduct(low, 0x1142, 0x53d5) + Math.imul(low, upper1) + Math.imul(high, lower1)) | 0
    low = Math.imul(low, lower1)
    // To the left by 31.
    let turned = (low << 31) | (high >>> 1)
    high = (high << 31) | (low >>> 1)
    low = turned
    high = (upperProduct(low, 0x2745, 0x937f) + Math.imul(low, upper2) + Math.imul(high, lower2)) | 0
    low = Math.imul(low, lower2)
    aLow ^= low
    aHigh ^= high
    if (!last) {
      // To the left by 27, plus h2, times 5, plus 0x52dce729.
      turned = (aLow << 27) | (aHigh >>> 5)
      aHigh = (aHigh << 27) | (aLow >>> 5)
      aLow = (turned + bLow) | 0
      aHigh = (aHigh + bHigh + carried(aLow, bLow)) | 0
      aHigh = (upperProduct(aLow, 0, 5) + Math.imul(aHigh, 5)) | 0
      aLow = (Math.imul(aLow, 5) + 0x52dce729) | 0
      aHigh = (aHigh + carried(aLow, 0x52dce729)) | 0
    }

    low = last ? lastWordAt(bytes, i + 8, length) : wordAt(bytes, i + 8)
    high = last ? lastWordAt(bytes, i + 12, length) : wordAt(bytes, i + 12)
    high = (upperProduct(low, 0x2745, 0x937f) + Math.imul(low, upper2) + Math.imul(high, lower2)) | 0
    low = Math.imul(low, lower2)
    // To the left by 33: the halves change over, and 1 more.
    turned = (high << 1) | (low >>> 31)
    high = (low << 1) | (high >>> 31)
    low = turned
    high = (upperProduct(low, 0x1142, 0x53d5) + Math.imul(low, upper1) + Math.imul(high, lower1)) | 0
    low = Math.imul(low, lower1)
    bLow ^= low
    bHigh ^= high
    if (!last) {
      // To the left by 31, plus h1, times 5, plus 0x38495ab5.
      turned = (bLow << 31) | (bHigh >>> 1)
      bHigh = (bHigh << 31) | (bLow >>> 1)
      bLow = (turned + aLow) | 0
      bHigh = (bHigh + aHigh + carried(bLow, aLow)) | 0
      bHigh = (upperProduct(bLow, 0, 5) + Math.imul(bHigh, 5)) | 0
      bLow = (Math.imul(bLow, 5) + 0x38495ab5) | 0
      bHigh = (bHigh + carried(bLow, 0x38495ab5)) | 0
    }
  }

  aLow ^= length
  bLow ^= length
  aLow = (aLow + bLow) | 0
  aHigh = (aHigh + bHigh + carried(aLow, bLow)) | 0
  bLow = (bLow + aLow) | 0
  bHigh = (bHigh + aHigh + carried(bLow, aLow)) | 0
  // Each: x ^= x >>> 33, which is the upper half by 1; times a number; and that again.
  aLow ^= aHigh >>> 1
  aHigh = (upperProduct(aLow, 0xed55, 0x8ccd) + Math.imul(aLow, 0xff51afd7) + Math.imul(aHigh, 0xed558ccd)) | 0
  aLow = Math.imul(aLow, 0xed558ccd)
  aLow ^= aHigh >>> 1
  aHigh = (upperProduct(aLow, 0x1a85, 0xec53) + Math.imul(aLow, 0xc4ceb9fe) + Math.imul(aHigh, 0x1a85ec53)) | 0
  aLow = Math.imul(aLow, 0x1a85ec53)
  aLow ^= aHigh >>> 1
  bLow ^= bHigh >>> 1
  bHigh = (upperProduct(bLow, 0xed55, 0x8ccd) + Math.imul(bLow, 0xff51afd7) + Math.imul(bHigh, 0xed558ccd)) | 0
  bLow = Math.imul(bLow, 0xed558ccd)
  bLow ^= bHigh >>> 1
  bHigh = (upperProduct(bLow, 0x1a85, 0xec53) + Math.imul(bLow, 0xc4ceb9fe) + Math.imul(bHigh, 0x1a85ec53)) | 0
  bLow = Math.imul(bLow, 0x1a85ec53)
  bLow ^= bHigh >>> 1
  aLow = (aLow + bLow) | 0
  aHigh = (aHigh + bHigh + carried(aLow, bLow)) | 0
  bLow = (bLow + aLow) | 0
  bHigh = (bHigh + aHigh + carried(bLow, aLow)) | 0
  into[0] = aLow
  into[1] = aHigh
  into[2] = bLow
  into[3] = bHigh
}

/** What a sum of lower halves carries into the upper one: 1 if it has come out below either of them. */
function carried(sum: number, part: number): number {
  return sum >>> 0 < part >>> 0 ? 1 : 0
}
