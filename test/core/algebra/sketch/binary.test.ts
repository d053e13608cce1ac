import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checksum } from '../../../../core/algebra/sketch/binary/checksum.ts'
import { Reader, Unreadable } from '../../../../core/algebra/sketch/binary/reader.ts'
import { Writer } from '../../../../core/algebra/sketch/binary/writer.ts'

const runs = { numRuns: 1000 }

describe('the checksum', () => {
  it('is CRC-32', () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(checksum(bytes, bytes.length)).toBe(crc32(bytes))
      }),
      runs,
    ))
})

describe('what a writer puts, a reader takes', () => {
  it('is so for whole numbers, floats and texts', () =>
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.maxSafeInteger(), fc.double(), fc.string({ unit: 'grapheme' }), (count, any, float, text) => {
        const signed = Math.trunc(any / 2) + 0
        const to = new Writer()
        to.count(count)
        to.signed(signed)
        to.float(float)
        to.text(text)
        to.word(count % 2 ** 32)
        const from = new Reader(to.written, to.written.length)
        expect([from.count(), from.signed(), from.float(), from.text(), from.word()]).toEqual([count, signed, float, text, count % 2 ** 32])
        expect(from.left).toBe(0)
      }),
      runs,
    ))

  it.each([
    [[0x80, 0x00], 'a zero too many'],
    [[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], 'more than is exact'],
    [[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01], 'too long'],
    [[0x80], 'cut'],
    [[], 'not there'],
  ])('is no whole number that is %j: %s', (bytes) => {
    expect(() => new Reader(Uint8Array.from(bytes), bytes.length).count()).toThrow(Unreadable)
  })

  it.each([[[1, 0xff]], [[2, 0xc3]], [[3, 0xed, 0xa0, 0x80]], [[5, 65]]])('is no text that is %j', (bytes) => {
    expect(() => new Reader(Uint8Array.from(bytes), bytes.length).text()).toThrow(Unreadable)
  })
})
