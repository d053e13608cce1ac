import { describe, expect, it } from 'vitest'
import { date } from '../../../core/codec/index.ts'
import { refusal } from './refusal.ts'

describe('codec.date', () => {
  it.each([
    [0, '1970-01-01T00:00:00.000Z'],
    [1717243200123, '2024-06-01T12:00:00.123Z'],
    [-62198755200000, '-000001-01-01T00:00:00.000Z'],
    [8.64e15, '+275760-09-13T00:00:00.000Z'],
  ])('writes %d as %s', (time, text) => {
    expect(date.encode(new Date(time))).toBe(text)
    expect(date.decode(text)).toEqual(new Date(time))
    expect(date.fromJson(date.toJson(new Date(time)))).toEqual(new Date(time))
  })

  it.each([
    '',
    '0',
    '2024',
    '2024-06-01',
    '2024-06-01T12:00:00Z',
    '2024-06-01T12:00:00.123+00:00',
    '2024-02-30T00:00:00.000Z',
    'Invalid Date',
    'today',
  ])('does not read %j', (text) => {
    refusal('decode', () => date.decode(text))
  })

  it.each([new Date(Number.NaN), 0, '1970-01-01T00:00:00.000Z', null, undefined, Object.create(Date.prototype)])(
    'does not write %o',
    (value) => {
      expect(refusal('encode', () => date.encode(value)).message).toContain('allowed: a valid Date')
    },
  )

  it('does not read a number inside JSON', () => {
    refusal('decode', () => date.fromJson(0))
  })
})
