import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { table } from '../../cli/table.ts'
import { cut, visible, widthOf } from '../../cli/text.ts'

const columns = [{ head: 'key' }, { head: 'value', right: true }]
const lines = (rows: readonly (readonly string[])[], width?: number) => [...table(columns, rows, width)]

describe('a table', () => {
  test('has its heads above and numbers to the right', () => {
    expect(
      lines([
        ['a', '1'],
        ['bird', '1000000'],
      ]),
    ).toEqual(['key     value', 'a           1', 'bird  1000000'])
  })

  test('cuts what is too long for the terminal, the longest first', () => {
    expect(lines([['a key that goes on and on', '17']], 20)).toEqual(['key            value', 'a key that g…     17'])
  })

  test('leaves long texts whole where nobody watches, and does not pad everything to the longest', () => {
    const long = 'x'.repeat(5000)
    const [, first, second] = lines([
      [long, '1'],
      ['a', '2'],
    ])
    expect(first).toBe(`${long}      1`)
    expect(second?.length).toBe(127)
  })

  test('knows how wide birds are', () => {
    expect(
      lines([
        ['🐦', '1'],
        ['日本', '2'],
        ['e\u0301', '3'],
      ]),
    ).toEqual(['key   value', '🐦        1', '日本      2', 'e\u0301         3'])
  })

  test('no line is wider than the terminal, whatever is in it', () => {
    const cell = fc.string({ unit: 'grapheme' }).map(visible)
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { maxLength: 5 }), fc.integer({ min: 14, max: 60 }), (rows, width) => {
        for (const line of lines(rows, width)) expect(widthOf(line)).toBeLessThanOrEqual(width)
      }),
    )
  })
})

test('a text is cut between characters, never inside one', () => {
  expect(cut('🐦🐦🐦', 6)).toBe('🐦🐦🐦')
  expect(cut('🐦🐦🐦', 5)).toBe('🐦🐦…')
  expect(cut('🐦🐦🐦', 4)).toBe('🐦…')
  expect(cut('a'.repeat(1e6), 5)).toBe('aaaa…')
})

test('what would move the cursor, hide or turn around is shown instead', () => {
  expect(visible('a\nb\tc\r')).toBe('a\\nb\\tc\\r')
  expect(visible('\u001b[31mred\u001b[0m')).toBe('\\u001b[31mred\\u001b[0m')
  expect(visible('\u009b2J\u0000\u007f\u202e\u2028\ufeff')).toBe('\\u009b2J\\u0000\\u007f\\u202e\\u2028\\ufeff')
  expect(visible('\ud83d!')).toBe('\\ud83d!')
  expect(visible('👨‍👩‍👧 é 日本')).toBe('👨‍👩‍👧 é 日本')
})
