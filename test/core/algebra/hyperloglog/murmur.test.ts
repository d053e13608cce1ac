import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { murmur3 } from '../../../../core/algebra/hash/murmur3.ts'
import { murmur64a } from '../../../../core/algebra/hash/murmur64a.ts'
import { utf8 } from '../../../../core/algebra/hash/utf8.ts'

const runs = { numRuns: 1000 }

/** The check SMHasher makes of every hash: one number that hashes of 256 lengths and seeds come to. */
function verification(width: number, hash: (bytes: Uint8Array, seed: number) => Uint8Array): number {
  const all = new Uint8Array(256 * width)
  for (let i = 0; i < 256; i++)
    all.set(
      hash(
        Uint8Array.from({ length: i }, (_, at) => at),
        256 - i,
      ),
      i * width,
    )
  return new DataView(hash(all, 0).buffer).getUint32(0, true)
}

function of64(bytes: Uint8Array, seed: number): Uint8Array {
  const words = new Int32Array(2)
  murmur64a(bytes, bytes.length, seed, words)
  return new Uint8Array(words.buffer)
}

function of128(bytes: Uint8Array, seed: number): Uint8Array {
  const words = new Int32Array(4)
  murmur3(seed).bytes(bytes, words)
  return new Uint8Array(words.buffer)
}

/** MurmurHash64A as its author wrote it, in numbers of 64 bits. */
function plain64(bytes: Uint8Array, seed: bigint): bigint {
  const m = 0xc6a4a7935bd1e995n
  const cut = (x: bigint) => BigInt.asUintN(64, x)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let h = cut(seed ^ (BigInt(bytes.length) * m))
  let at = 0
  for (; at + 8 <= bytes.length; at += 8) {
    let k = cut(view.getBigUint64(at, true) * m)
    k = cut((k ^ (k >> 47n)) * m)
    h = cut((h ^ k) * m)
  }
  if (at < bytes.length) {
    for (let i = at; i < bytes.length; i++) h ^= BigInt(bytes[i] as number) << BigInt((i - at) * 8)
    h = cut(h * m)
  }
  h = cut((h ^ (h >> 47n)) * m)
  return h ^ (h >> 47n)
}

describe('MurmurHash64A', () => {
  it('comes to the number its author published', () => expect(verification(8, of64)).toBe(0x1f0d3804))

  it('is what numbers of 64 bits make it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(new DataView(of64(bytes, 0xadc83b19).buffer).getBigUint64(0, true)).toBe(plain64(bytes, 0xadc83b19n))
      }),
      runs,
    )
  })

  it('looks at no byte beyond the length given', () => {
    const words = new Int32Array(2)
    murmur64a(Uint8Array.of(1, 2, 3, 255, 255, 255, 255, 255, 255), 3, 7, words)
    expect(new Uint8Array(words.buffer)).toEqual(of64(Uint8Array.of(1, 2, 3), 7))
  })
})

describe('MurmurHash3', () => {
  it('comes to the number its author published', () => expect(verification(16, of128)).toBe(0x6384ba69))

  it('agrees with other implementations on a text', () => {
    const words = new Int32Array(4)
    murmur3().text("I will not buy this tobacconist's, it is scratched.", words)
    // They print two numbers of 64 bits, the upper half first.
    const hex = [1, 0, 3, 2].map((i) => ((words[i] as number) >>> 0).toString(16).padStart(8, '0')).join('')
    expect(hex).toBe('d30654abbd8227e367d73523f0079673')
  })

  it('is the same of a text and of its bytes, and says its seed in its id', () => {
    const one = new Int32Array(4)
    const other = new Int32Array(4)
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer(), (text, seed) => {
        murmur3(seed).text(text, one)
        murmur3(seed).bytes(new TextEncoder().encode(text), other)
        expect(one).toEqual(other)
      }),
      runs,
    )
    expect(murmur3().id).not.toBe(murmur3(1).id)
  })
})

describe('utf8', () => {
  const written = (text: string) => {
    const { bytes, length } = utf8(text)
    return bytes.slice(0, length)
  }

  it('is what TextEncoder writes, at any length', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'grapheme', maxLength: 60 }),
      fc.tuple(fc.string({ unit: 'binary', minLength: 1 }), fc.integer({ min: 1, max: 3000 })).map(([text, times]) => text.repeat(times)),
    )
    fc.assert(
      fc.property(texts, (text) => {
        expect(Buffer.from(written(text)).equals(new TextEncoder().encode(text))).toBe(true)
      }),
      runs,
    )
  })

  it.each([47, 48, 49, (1 << 14) - 1, 1 << 14, (1 << 14) + 1])('fits at %i characters of three bytes', (length) => {
    expect(Buffer.from(written('€'.repeat(length))).toString()).toBe('€'.repeat(length))
  })

  it.each(['\ud800', 'a\udc00', '\ud800a', '\udc00\ud800', `${'x'.repeat(100)}\udfff`, `\ud83d${'x'.repeat(1 << 15)}`])(
    'refuses half a character: %j',
    (text) => {
      expect(() => utf8(text)).toThrow(expect.objectContaining({ code: 'encode' }))
    },
  )
})
