import { describe, expect, it } from 'vitest'
import { string } from '../../../core/codec/index.ts'
import { refusal } from './refusal.ts'

describe('codec.string', () => {
  it.each(['', '\0', 'a\nb', '__proto__', '"quoted"', 'naïve 🐦', '\uffff', 'x'.repeat(1 << 20)])('writes text as it is', (text) => {
    expect(string.encode(text)).toBe(text)
    expect(string.decode(text)).toBe(text)
    expect(string.fromJson(string.toJson(text))).toBe(text)
  })

  it.each(['\ud800', 'cut \ud83d', '\udc26 cut', '\udc26\ud83d'])('refuses half of a surrogate pair: %j', (text) => {
    expect(refusal('encode', () => string.encode(text)).message).toBe(
      `codec string cannot write this value; got ${JSON.stringify(text)}; allowed: text without lone surrogates`,
    )
    refusal('encode', () => string.toJson(text))
    refusal('decode', () => string.decode(text))
    refusal('decode', () => string.fromJson(text))
  })

  it.each([undefined, null, 1, ['a'], { toString: () => 'a' }, new String('a')])('refuses what is no text: %j', (value) => {
    refusal('encode', () => string.encode(value as string))
    refusal('decode', () => string.fromJson(value as string))
  })
})
