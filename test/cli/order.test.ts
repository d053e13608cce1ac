import fc from 'fast-check'
import { expect, test } from 'vitest'
import { byCodePoint } from '../../cli/order.ts'

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.constant('\ufffd'),
  fc.constant('\u{1f426}'),
  fc.constant(''),
)

test('texts are in the order of their UTF-8 bytes, which is that of their code points', () => {
  fc.assert(
    fc.property(text, text, text, (a, b, common) => {
      const bytes = Math.sign(Buffer.compare(Buffer.from(common + a), Buffer.from(common + b)))
      expect(Math.sign(byCodePoint(common + a, common + b))).toBe(bytes)
    }),
  )
})

test('JavaScript itself would have it otherwise', () => {
  const texts = ['\u{1f426}', '\ufffd', 'a']
  expect([...texts].sort()).toEqual(['a', '\u{1f426}', '\ufffd'])
  expect([...texts].sort(byCodePoint)).toEqual(['a', '\ufffd', '\u{1f426}'])
})
