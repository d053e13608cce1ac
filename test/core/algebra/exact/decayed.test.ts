import fc from 'fast-check'
import { codec, job, source, store } from 'tanager'
import { decayed, decayedMap, valueAt } from 'tanager/algebra'
import { memory } from 'tanager/memory'
import { describe, expect, it } from 'vitest'
import { semigroupLaws, totalsOf } from '../laws.ts'
import { doubles } from './numbers.ts'

const halfLife = 10
const heat = decayed({ halfLife })
const trend = decayedMap(codec.string, { halfLife })
// Within an era of 640, over some of them, and over all of history.
const times = fc.oneof(
  fc.integer({ min: 0, max: 700 }),
  fc.integer({ min: -5000, max: 5000 }),
  fc.double({ noNaN: true, min: -2000, max: 2000 }),
  fc.integer({ min: 0, max: 4e12 }),
)
const names = fc.constantFrom('a', 'b', 'c')
const dates = fc.integer({ min: 0, max: 2 }).map((day) => new Date(day))

semigroupLaws('decayed', heat, totalsOf(heat, fc.tuple(doubles, times)))
semigroupLaws(
  'decayed, a half-life with fractions',
  decayed({ halfLife: 0.7 }),
  totalsOf(decayed({ halfLife: 0.7 }), fc.tuple(doubles, times)),
)
semigroupLaws('decayedMap', trend, totalsOf(trend, fc.tuple(names, doubles, times)))
const byDate = decayedMap(codec.date, { halfLife })
semigroupLaws('decayedMap(date)', byDate, totalsOf(byDate, fc.tuple(dates, doubles, times)))

const total = (inputs: readonly (readonly [number, number])[]) => heat.present(inputs.map(heat.prepare).reduce(heat.semigroup.concat))

describe('decayed', () => {
  it('is the sum of what is left of each', () => {
    const inputs = fc.array(fc.tuple(fc.double({ noNaN: true, min: 0, max: 1e6 }), fc.integer({ min: -2000, max: 2000 })), {
      minLength: 1,
      maxLength: 20,
    })
    fc.assert(
      fc.property(inputs, (all) => {
        const { value, time } = total(all)
        const last = Math.max(...all.map(([, at]) => at))
        const expected = all.reduce((sum, [x, at]) => sum + x * 2 ** ((at - last) / halfLife), 0)
        expect(time).toBe(last)
        expect(Math.abs(value - expected)).toBeLessThanOrEqual(1e-12 * expected + 1e6 * 20 * 2 ** -64)
      }),
      { numRuns: 1000 },
    )
  })

  it('can be read at any later time', () => {
    const now = total([
      [8, 0],
      [1, halfLife],
    ])
    expect(now).toEqual({ value: 5, time: halfLife, halfLife })
    expect(valueAt(now, 2 * halfLife)).toBe(2.5)
    expect(valueAt(now, 1e9)).toBe(0)
  })

  it('neither overflows nor goes stale, however long it runs', () => {
    const start = 1_700_000_000_000
    let all = heat.prepare([1, start])
    for (let i = 1; i <= 3000; i++) all = heat.semigroup.concat(all, heat.prepare([1, start + i * halfLife]))
    expect(heat.present(all).value).toBeCloseTo(2, 12)
    expect(heat.codec.encode(all).length).toBeLessThan(200)
  })

  it.each([
    [Number.NaN, 0],
    [Number.POSITIVE_INFINITY, 0],
    [1e300, 0],
    ['1' as never, 0],
    [1, Number.NaN],
    [1, Number.POSITIVE_INFINITY],
    [1, 1e18],
  ])('refuses %s at %s', (value, time) => {
    expect(() => heat.prepare([value, time])).toThrow('a decayed value cannot take this')
    expect(() => trend.prepare(['a', value, time])).toThrow('a decayed value cannot take this')
  })

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses a half-life of %s', (halfLife) => {
    expect(() => decayed({ halfLife })).toThrow('allowed: a finite number above 0')
    expect(() => decayedMap(codec.string, { halfLife })).toThrow('allowed: a finite number above 0')
  })
})

describe('decayedMap', () => {
  it('shows what is on the rise, and forgets what is over', async () => {
    const hits = source('hits', { item: codec.tuple(codec.string, codec.int) })
    const trending = store('trending', { key: codec.string, sum: trend })
    const { stores } = await memory({ batchSize: 2 })
      .on(job('trending', hits.map(([page, at]) => ['all', [page, 1, at] as const] as const).aggregateByKey(trending)))
      .run({
        hits: [
          ['/old', 0],
          ['/was', 100_000],
          ['/was', 100_000],
          ['/was', 100_000],
          ['/now', 100_020],
          ['/now', 100_020],
        ],
      })
    expect(stores.trending.get('all')).toEqual({
      values: new Map([
        ['/now', 2],
        ['/was', 0.75],
      ]),
      time: 100_020,
      halfLife,
    })
    expect([...(stores.trending.get('all')?.values.keys() ?? [])]).toEqual(['/now', '/was'])
  })

  it('holds for each key what `decayed` holds', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(names, fc.integer({ min: 1, max: 100 }), fc.integer({ min: 0, max: 500 })), { minLength: 1 }),
        (all) => {
          const { values, time } = trend.present(all.map(trend.prepare).reduce(trend.semigroup.concat))
          for (const [name, value] of values) {
            const own = total(all.filter(([one]) => one === name).map(([, x, at]) => [x, at]))
            expect(valueAt(own, time) / value).toBeCloseTo(1, 10)
          }
          expect(new Set(values.keys())).toEqual(new Set(all.map(([name]) => name)))
        },
      ),
      { numRuns: 1000 },
    )
  })
})
