import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Json } from '../../../core/codec/codec.ts'
import { deltaOf, partitionDelta } from '../../../core/engine/delta.ts'
import { partitionOf } from '../../../core/engine/partition.ts'

describe('partitionOf', () => {
  it('is one of the partitions, the same each time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 1024 }), (key, partitions) => {
        const partition = partitionOf(key, partitions)
        expect(Number.isInteger(partition)).toBe(true)
        expect(partition).toBeGreaterThanOrEqual(0)
        expect(partition).toBeLessThan(partitions)
        expect(partitionOf(key, partitions)).toBe(partition)
      }),
    )
  })

  // Stores live longer than releases: another answer here is a store whose keys are not found any more.
  it('never changes its mind', () => {
    const keys = ['', 'a', 'b', 'click', 'page view', 'ключ', '🐦', '["a",1]', 'x'.repeat(1000)]
    expect(keys.map((key) => partitionOf(key, 8))).toEqual([4, 4, 5, 2, 1, 4, 6, 0, 6])
    expect(keys.map((key) => partitionOf(key, 1000))).toEqual([364, 868, 229, 650, 777, 772, 462, 744, 86])
  })

  it.each([
    ['numbers', (i: number) => String(i)],
    ['names with a number', (i: number) => `user-${i}`],
    ['names that differ at the front', (i: number) => `${i}-user`],
    ['pairs', (i: number) => `["${i % 100}",${Math.floor(i / 100)}]`],
    ['single letters', (i: number) => String.fromCharCode(i)],
  ])('spreads %s evenly', (_, keyOf) => {
    for (const partitions of [2, 3, 8, 13]) {
      const counts = Array.from({ length: partitions }, () => 0)
      const keys = 20_000
      for (let i = 0; i < keys; i++) {
        const partition = partitionOf(keyOf(i), partitions)
        counts[partition] = (counts[partition] as number) + 1
      }
      expect(Math.max(...counts)).toBeLessThan((keys / partitions) * 1.15)
      expect(Math.min(...counts)).toBeGreaterThan((keys / partitions) * 0.85)
    }
  })
})

describe('partitionDelta', () => {
  const key = fc.oneof(
    fc.string(),
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('', '\n', 'a\nb', '\ud800', '\udc00\ud800', '"', '[', 'C', '🐦', '\u2028', '\0'),
  )

  it('puts every key into its partition, in order, and leaves out those it does not touch', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(key, fc.jsonValue() as fc.Arbitrary<Json>)), fc.integer({ min: 1, max: 5 }), (pairs, partitions) => {
        const column = {
          store: 's',
          keys: [],
          values: [],
          encodedKeys: pairs.map(([key]) => key),
          encodedValues: pairs.map(([, value]) => value),
        }
        const deltas = partitionDelta(column, partitions)
        expect(new Set(deltas.map(({ partition }) => partition)).size).toBe(deltas.length)
        for (const { store, partition, payload } of deltas) {
          expect(store).toBe('s')
          const there = pairs.filter(([key]) => partitionOf(key, partitions) === partition)
          // A value as JSON has it: -0 is 0.
          const values = JSON.parse(JSON.stringify(there.map(([, value]) => value)))
          expect(deltaOf(payload)).toEqual({ keys: there.map(([key]) => key), values })
          // As UTF-8 it comes back as it was.
          expect(Buffer.from(payload).toString()).toBe(payload)
        }
        expect(deltas.flatMap(({ payload }) => deltaOf(payload).keys)).toHaveLength(pairs.length)
      }),
    )
  })

  it('is keys in lines and values in one more wherever it can be', () => {
    const payloadOf = (...keys: readonly string[]) => {
      const delta = { store: 's', keys: [], values: [], encodedKeys: keys, encodedValues: keys.map((_, i) => i) }
      return partitionDelta(delta, 1).map(({ payload }) => payload)
    }
    expect(payloadOf('a', '', 'b')).toEqual(['Ca\n\nb\n[0,1,2]'])
    expect(payloadOf('')).toEqual(['C\n[0]'])
    expect(payloadOf('a', 'b\n')).toEqual(['["a",0,"b\\n",1]'])
    expect(payloadOf()).toEqual([])
  })
})
