import { describe, expect, it } from 'vitest'
import { bigint, boolean, float, int } from '../../../core/codec/index.ts'
import { refusal } from './refusal.ts'

const notDecimal = [
  '',
  ' ',
  '1 ',
  ' 1',
  '+1',
  '01',
  '-01',
  '1_000',
  '1,5',
  '0x10',
  '0b1',
  '1n',
  '٣',
  'one',
  'null',
  '"1"',
  '1\0',
  '--1',
  '-',
]

describe('codec.int', () => {
  it.each([
    [0, '0'],
    [-0, '0'],
    [42, '42'],
    [-7, '-7'],
    [Number.MAX_SAFE_INTEGER, '9007199254740991'],
    [Number.MIN_SAFE_INTEGER, '-9007199254740991'],
  ])('writes %d as %s', (value, text) => {
    expect(int.encode(value)).toBe(text)
    expect(int.decode(text)).toBe(value + 0)
    expect(int.toJson(value)).toBe(value + 0)
    expect(int.fromJson(value)).toBe(value + 0)
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 1.5, 2 ** 53, -(2 ** 53), 1e300, '1', 1n, null, undefined])(
    'does not write %s',
    (value) => {
      refusal('encode', () => int.encode(value as number))
      refusal('encode', () => int.toJson(value as number))
      refusal('decode', () => int.fromJson(value as number))
    },
  )

  it.each([...notDecimal, '-0', '1.0', '1.5', '1e3', 'NaN', 'Infinity', '9007199254740992', '9007199254740993', '1'.repeat(400)])(
    'does not read %j',
    (text) => {
      refusal('decode', () => int.decode(text))
    },
  )

  it('says what is allowed', () => {
    expect(refusal('encode', () => int.encode(1.5)).message).toBe(
      'codec int cannot write this value; got 1.5; allowed: a whole number from -(2^53 - 1) to 2^53 - 1 (codec.bigint has no limit)',
    )
    expect(refusal('decode', () => int.decode('1e3')).message).toContain('got "1e3"; allowed: a whole number')
  })
})

describe('codec.float', () => {
  it.each([
    [0, '0'],
    [-0, '0'],
    [0.1, '0.1'],
    [0.1 + 0.2, '0.30000000000000004'],
    [1e21, '1e+21'],
    [5e-324, '5e-324'],
    [Number.MAX_VALUE, '1.7976931348623157e+308'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
    [Number.NEGATIVE_INFINITY, '-Infinity'],
  ])('writes %d as %s', (value, text) => {
    expect(float.encode(value)).toBe(text)
    expect(float.decode(text)).toBe(value + 0)
    expect(float.toJson(value)).toBe(Number.isFinite(value) ? value + 0 : text)
    expect(float.fromJson(JSON.parse(JSON.stringify(float.toJson(value))))).toBe(value + 0)
  })

  it.each([
    ['20.50', 20.5],
    ['2e1', 20],
    ['1E-2', 0.01],
    ['-0', 0],
    ['-0.0', 0],
    ['1e-999', 0],
  ])('reads %s, which others may write', (text, value) => {
    expect(float.decode(text)).toBe(value)
  })

  it.each([...notDecimal, '.5', '5.', '1e', '1e999', '-1e999', '1'.repeat(400), 'infinity', 'nan', '-NaN', '+Infinity'])(
    'does not read %j',
    (text) => {
      refusal('decode', () => float.decode(text))
    },
  )

  it.each(['1', null, undefined, 1n, true, [1]])('is for numbers, not for %s', (value) => {
    refusal('encode', () => float.encode(value as unknown as number))
    refusal('encode', () => float.toJson(value as unknown as number))
    refusal('decode', () => float.fromJson(value as unknown as number))
  })
})

describe('codec.bigint', () => {
  it.each([0n, -1n, 2n ** 64n, -(10n ** 500n)])('writes decimal digits', (value) => {
    expect(bigint.encode(value)).toBe(value.toString())
    expect(bigint.decode(value.toString())).toBe(value)
    expect(bigint.toJson(value)).toBe(value.toString())
    expect(bigint.fromJson(value.toString())).toBe(value)
  })

  it.each([...notDecimal, '-0', '1.0', '1e3'])('does not read %j', (text) => {
    refusal('decode', () => bigint.decode(text))
    refusal('decode', () => bigint.fromJson(text))
  })

  it('does not take numbers, not even whole ones', () => {
    refusal('encode', () => bigint.encode(1 as unknown as bigint))
    refusal('decode', () => bigint.fromJson(1))
  })
})

describe('codec.boolean', () => {
  it.each([true, false])('writes the word %s', (value) => {
    expect(boolean.encode(value)).toBe(`${value}`)
    expect(boolean.decode(`${value}`)).toBe(value)
    expect(boolean.toJson(value)).toBe(value)
    expect(boolean.fromJson(value)).toBe(value)
  })

  it.each(['', '1', '0', 'TRUE', ' true', 'yes', 'null', '"true"'])('does not read %j', (text) => {
    refusal('decode', () => boolean.decode(text))
    refusal('decode', () => boolean.fromJson(text))
  })

  it.each([0, 1, 'true', null, undefined])('does not write %s', (value) => {
    refusal('encode', () => boolean.encode(value as unknown as boolean))
    refusal('encode', () => boolean.toJson(value as unknown as boolean))
  })
})
