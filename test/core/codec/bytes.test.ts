import { describe, expect, it } from 'vitest'
import { bytes } from '../../../core/codec/index.ts'
import { refusal } from './refusal.ts'

const all = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 31) % 256)

describe('codec.bytes', () => {
  it.each([
    [[], ''],
    [[0], 'AA=='],
    [[104, 105], 'aGk='],
    [[251, 255, 191], '+/+/'],
  ])('writes %j as %j', (raw, text) => {
    expect(bytes.encode(new Uint8Array(raw))).toBe(text)
    expect(bytes.decode(text)).toEqual(new Uint8Array(raw))
  })

  it('agrees with Buffer, at length', () => {
    expect(bytes.encode(all)).toBe(Buffer.from(all).toString('base64'))
    expect(Buffer.from(bytes.decode(Buffer.from(all).toString('base64'))).equals(all)).toBe(true)
  })

  it('writes the part of the memory a view shows', () => {
    expect(bytes.encode(all.subarray(5, 7))).toBe(Buffer.from([155, 186]).toString('base64'))
  })

  it('has a binary face, which hands out memory of its own', () => {
    const raw = Buffer.from('hi')
    expect(bytes.binary?.toBytes(raw)).toBe(raw)
    const read = bytes.binary?.fromBytes(raw)
    raw[0] = 0
    expect(read).toStrictEqual(new Uint8Array([104, 105]))
  })

  it.each(['a', 'aG', 'aGk', 'aGk==', 'aGk=\n', ' aGk=', 'aG k=', 'aGl=', 'AB==', '-_-_', '====', 'a===', 'aGk=aGk=', '🐦', '\0'])(
    'does not read %j',
    (text) => {
      expect(refusal('decode', () => bytes.decode(text)).message).toContain('allowed: base64, padded and without blanks')
      refusal('decode', () => bytes.fromJson(text))
    },
  )

  it.each([[[1, 2]], ['aGk='], [new Uint16Array(1)], [new ArrayBuffer(1)], [Object.create(Uint8Array.prototype)], [null]])(
    'does not write %j',
    (value) => {
      refusal('encode', () => bytes.encode(value as Uint8Array))
      refusal('encode', () => bytes.binary?.toBytes(value as Uint8Array))
    },
  )
})
