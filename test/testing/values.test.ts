import fc from 'fast-check'
import { codec } from 'tanager'
import { valuesOf } from 'tanager/testing'
import { describe, expect, it } from 'vitest'
import { shapeOf } from '../../testing/values/shape.ts'
import { codecCase } from '../laws/arbitrary/codec.ts'

describe('the shape of a codec', () => {
  it('is read from its id', () => {
    const each = codec.struct({ at: codec.date, 'a "key", so': codec.map(codec.int, codec.array(codec.option(codec.string))) })
    expect(shapeOf(each)).toEqual({
      kind: 'struct',
      fields: [
        [
          'a "key", so',
          {
            kind: 'map',
            key: { kind: 'leaf', name: 'int' },
            value: { kind: 'array', part: { kind: 'option', part: { kind: 'leaf', name: 'string' } } },
          },
        ],
        ['at', { kind: 'leaf', name: 'date' }],
      ],
    })
    expect(shapeOf(codec.tuple())).toEqual({ kind: 'tuple', parts: [] })
  })

  it.each([
    ['url', 'url'],
    ['integer', 'integer'],
    ['tuple(int,url(a,b),string)', 'url(a,b)'],
    ['struct(a:int,b:visit@3)', 'visit@3'],
    ['option(int,int)', 'option(int,int)'],
    ['int)', 'int)'],
    ['int,int', 'int,int'],
    ['tuple(int', 'tuple(int'],
    ['struct(:int)', ':int'],
    ['hyperLogLog(14)', 'hyperLogLog(14)'],
  ])('is unknown in %s, for the sake of %s', (id, unknown) => {
    expect(shapeOf({ id, version: 1 })).toEqual({ kind: 'unknown', id: unknown })
  })

  it('is unknown in another version', () => {
    expect(shapeOf({ id: 'int', version: 2 })).toEqual({ kind: 'unknown', id: 'int@2' })
  })

  it('is known of any that is made of ours', () => {
    fc.assert(
      fc.property(codecCase(), ({ codec: each }) => {
        const known = !/\b(standard|visit)\b/.test(each.id)
        expect(shapeOf(each).kind !== 'unknown').toBe(known)
      }),
    )
  })
})

describe('valuesOf', () => {
  it('makes values that the codec writes', async () => {
    const each = codec.record(codec.tuple(codec.string, codec.option(codec.float)))
    const values = await valuesOf(each)
    fc.assert(fc.property(values, (value) => each.encode(value) !== ''))
    const sample = fc.sample(values, { numRuns: 300, seed: 1 })
    expect(new Set(sample.map((value) => each.encode(value))).size).toBeGreaterThan(200)
    expect(sample.some((value) => Object.hasOwn(value, '__proto__'))).toBe(true)
  })

  it('refuses what it cannot make', async () => {
    const url = codec.of<URL>({ id: 'url', encode: ({ href }) => href, decode: (text) => new URL(text) })
    await expect(valuesOf(codec.array(url))).rejects.toThrow(
      'nobody but you knows the values of the codec url. Make an arbitrary of your own.',
    )
  })
})
