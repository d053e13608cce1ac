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

// Numbers of 64 bits lie here by halves, the lower one first, under these places.
const words = new Int32Array(8)
const h1 = 0
const h2 = 2
const k1 = 4
const k2 = 6

function hash(bytes: Uint8Array, length: number, seed: number, into: Int32Array): void {
  put(h1, seed, 0)
  put(h2, seed, 0)
  const whole = length & ~15
  for (let i = 0; i < whole; i += 16) {
    put(k1, wordAt(bytes, i), wordAt(bytes, i + 4))
    put(k2, wordAt(bytes, i + 8), wordAt(bytes, i + 12))
    stir1()
    rotate(h1, 27)
    add(h1, h2)
    multiply(h1, 0, 5)
    increase(h1, 0x52dce729)
    stir2()
    rotate(h2, 31)
    add(h2, h1)
    multiply(h2, 0, 5)
    increase(h2, 0x38495ab5)
  }
  if (whole < length) {
    // Zeros stir nothing.
    put(k1, lastWordAt(bytes, whole, length), lastWordAt(bytes, whole + 4, length))
    put(k2, lastWordAt(bytes, whole + 8, length), lastWordAt(bytes, whole + 12, length))
    stir1()
    stir2()
  }
  words[h1] = (words[h1] as number) ^ length
  words[h2] = (words[h2] as number) ^ length
  add(h1, h2)
  add(h2, h1)
  finish(h1)
  finish(h2)
  add(h1, h2)
  add(h2, h1)
  into[0] = words[h1] as number
  into[1] = words[h1 + 1] as number
  into[2] = words[h2] as number
  into[3] = words[h2 + 1] as number
}

function stir1(): void {
  multiply(k1, 0x87c37b91, 0x114253d5)
  rotate(k1, 31)
  multiply(k1, 0x4cf5ad43, 0x2745937f)
  mix(h1, k1)
}

function stir2(): void {
  multiply(k2, 0x4cf5ad43, 0x2745937f)
  // By 33: the halves change over, and 1 more.
  put(k2, words[k2 + 1] as number, words[k2] as number)
  rotate(k2, 1)
  multiply(k2, 0x87c37b91, 0x114253d5)
  mix(h2, k2)
}

function finish(at: number): void {
  fold(at)
  multiply(at, 0xff51afd7, 0xed558ccd)
  fold(at)
  multiply(at, 0xc4ceb9fe, 0x1a85ec53)
  fold(at)
}

function put(at: number, low: number, high: number): void {
  words[at] = low
  words[at + 1] = high
}

function mix(at: number, by: number): void {
  words[at] = (words[at] as number) ^ (words[by] as number)
  words[at + 1] = (words[at + 1] as number) ^ (words[by + 1] as number)
}

/** x ^= x >>> 33 */
function fold(at: number): void {
  words[at] = (words[at] as number) ^ ((words[at + 1] as number) >>> 1)
}

function add(at: number, more: number): void {
  const high = words[more + 1] as number
  increase(at, words[more] as number)
  words[at + 1] = (words[at + 1] as number) + high
}

function increase(at: number, low: number): void {
  const sum = ((words[at] as number) + low) | 0
  words[at] = sum
  if (sum >>> 0 < low >>> 0) words[at + 1] = (words[at + 1] as number) + 1
}

function multiply(at: number, high: number, low: number): void {
  const a = words[at] as number
  words[at + 1] = upperProduct(a, low >>> 16, low & 0xffff) + Math.imul(a, high) + Math.imul(words[at + 1] as number, low)
  words[at] = Math.imul(a, low)
}

/** To the left, by fewer than 32 bits. */
function rotate(at: number, by: number): void {
  const low = words[at] as number
  const high = words[at + 1] as number
  words[at] = (low << by) | (high >>> (32 - by))
  words[at + 1] = (high << by) | (low >>> (32 - by))
}
