import fc from 'fast-check'
import { codec, job, source, store } from 'tanager'
import { average, sumFloat } from 'tanager/algebra'
import { memory } from 'tanager/memory'
import { describe, expect, it } from 'vitest'
import { inUnits, ratio, unit } from '../../../../core/algebra/exact/rational.ts'
import { semigroupLaws, totalsOf } from '../laws.ts'
import { doubles } from './numbers.ts'

semigroupLaws('sumFloat', sumFloat, totalsOf(sumFloat, doubles))
semigroupLaws('average', average, totalsOf(average, doubles))

const total = (numbers: readonly number[]) => numbers.map(sumFloat.prepare).reduce(sumFloat.semigroup.concat, [])

describe('sumFloat', () => {
  it('comes to the double nearest to the true sum', () => {
    fc.assert(
      fc.property(fc.array(doubles, { maxLength: 20 }), (numbers) => {
        const truth = numbers.reduce((sum, x) => sum + inUnits(sumFloat.prepare(x)), 0n)
        expect(inUnits(total(numbers))).toBe(truth)
        expect(sumFloat.present(total(numbers))).toBe(ratio(truth, unit))
      }),
      { numRuns: 5000 },
    )
  })

  it('loses nothing where adding as usual does', () => {
    expect(sumFloat.present(total([1e16, 1, -1e16]))).toBe(1)
    expect(sumFloat.present(total([0.1, 0.2, 0.3, -0.6]))).toBe(2.7755575615628914e-17)
    // Half-way between two doubles: the far, small part decides.
    expect(sumFloat.present(total([1, 2 ** -53, 2 ** -200]))).toBe(1 + 2 ** -52)
    expect(sumFloat.present(total([1, 2 ** -53, -(2 ** -200)]))).toBe(1)
    expect(sumFloat.present(total([]))).toBe(0)
  })

  it('writes one sum in one way', () => {
    expect(sumFloat.codec.encode(total([0.5, 0.25, 0.25]))).toBe('[1]')
    expect(sumFloat.codec.encode(total([1e16, 1]))).toBe('[10000000000000000,1]')
    expect(sumFloat.codec.encode(total([1, -1]))).toBe('[]')
  })

  it.each(['[1,1]', '[0]', '[1,2]', '["NaN"]', '["Infinity"]', '[1e16,1,1e-300,1e-300]', '{}', '[null]'])('refuses a stored %s', (text) => {
    expect(() => sumFloat.codec.decode(text)).toThrow(/cannot read this value/)
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 1e300, '1' as never])('refuses %s', (x) => {
    expect(() => sumFloat.prepare(x)).toThrow('allowed: numbers from -2^970 to 2^970')
  })

  it('makes the same total whatever the batches', async () => {
    const amounts = source('amounts', { item: codec.float })
    const revenue = store('revenue', { key: codec.string, sum: sumFloat })
    const summing = job('revenue', amounts.keyBy(() => 'all').aggregateByKey(revenue))
    const items = Array.from({ length: 1000 }, (_, i) => (i % 3 === 0 ? 0.1 : i * 1.7e9))
    const totals = [1, 7, 1000].map(async (batchSize) =>
      (await memory({ batchSize }).on(summing).run({ amounts: items })).stores.revenue.get('all'),
    )
    const expected = ratio(
      items.reduce((sum, x) => sum + inUnits([x]), 0n),
      unit,
    )
    expect(await Promise.all(totals)).toEqual([expected, expected, expected])
  })
})

describe('average', () => {
  it('is the mean', () => {
    const mean = (numbers: readonly number[]) => average.present(numbers.map(average.prepare).reduce(average.semigroup.concat))
    expect(mean([1, 2, 6])).toBe(3)
    expect(mean([1e16, 1, -1e16])).toBe(1 / 3)
    expect(mean([-0])).toBe(0)
  })
})
