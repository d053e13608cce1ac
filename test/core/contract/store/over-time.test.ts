import fc from 'fast-check'
import { isLeft, right } from 'fp-ts/lib/Either.js'
import { none, some } from 'fp-ts/lib/Option.js'
import { aggregation, codec, hopping, job, source, store, tumbling } from 'tanager'
import { count, sparseSum, sum } from 'tanager/algebra'
import { memory } from 'tanager/memory'
import { memoryStore, overTime, readable } from 'tanager/store'
import { describe, expect, it } from 'vitest'
import { bucketsOf } from '../../../../core/contract/store/buckets.ts'

const key = codec.tuple(codec.string, codec.int)
const letters = aggregation<string>({ value: codec.string, semigroup: { concat: (a, b) => a + b } })

describe('a range of time', () => {
  /** Sizes of which each is a whole number of the next smaller one, largest first. */
  const sizes = fc
    .array(fc.integer({ min: 2, max: 4 }), { maxLength: 3 })
    .map((factors) => factors.map((_, i) => factors.slice(i).reduce((size, factor) => size * factor, 1)).concat(1))
  const range = fc.tuple(fc.integer({ min: -60, max: 60 }), fc.nat({ max: 60 }))

  it('is cut into buckets that cover it, in order, each within it and at its edges', () => {
    fc.assert(
      fc.property(sizes, range, (sizes, [from, length]) => {
        let at = from
        for (const { size, window } of bucketsOf(from, from + length, sizes)) {
          expect(sizes).toContain(size)
          expect([window, Math.abs(window % size)]).toEqual([at, 0])
          at += size
        }
        expect(at).toBe(from + length)
      }),
    )
  })

  it('is cut into the fewest there can be', () => {
    fc.assert(
      fc.property(sizes, range, (sizes, [from, length]) => {
        // The fewest from each place to the end, found by trying all there are.
        const fewest = [0]
        for (let left = 1; left <= length; left++) {
          const at = from + length - left
          const tries = sizes.filter((size) => at % size === 0 && size <= left).map((size) => 1 + (fewest[left - size] as number))
          fewest.push(Math.min(...tries))
        }
        expect([...bucketsOf(from, from + length, sizes)].length).toBe(fewest[length])
      }),
    )
  })
})

describe('a store over time', () => {
  it('adds up to what a count without windows comes to, for any range', async () => {
    const minutes = tumbling({ minutes: 1 })
    const hours = tumbling({ hours: 1 })
    const hour = 3_600_000
    const minute = 60_000
    const at = fc.integer({ min: -3 * hour, max: 3 * hour })
    const edge = fc.integer({ min: -200, max: 200 }).map((n) => n * minute)
    const clicks = source('clicks', { item: codec.int, timestamp: (time) => time })
    const byMinute = store('by-minute', { key, sum: count })
    const byHour = store('by-hour', { key, sum: count })
    const keyed = clicks.keyBy(() => 'all')
    const counted = job('counted', keyed.window(minutes).aggregateByKey(byMinute), keyed.window(hours).aggregateByKey(byHour))
    const read = <V>(entries: ReadonlyMap<readonly [string, number], V>) => {
      const found = new Map([...entries].map(([key, value]) => [JSON.stringify(key), value]))
      return readable((key: readonly [string, number]) => found.get(JSON.stringify(key)))
    }
    await fc.assert(
      fc.asyncProperty(fc.array(at, { maxLength: 60 }), edge, edge, async (times, from, to) => {
        const { stores } = await memory().on(counted).run({ clicks: times })
        const series = overTime(
          [
            { windows: minutes, store: read(stores['by-minute']) },
            { windows: hours, store: read(stores['by-hour']) },
          ],
          count,
        )
        const expected = times.filter((time) => from <= time && time < to).length
        expect(await series.over('all', { from, to })()).toEqual(right(expected === 0 ? none : some(expected)))
      }),
      { numRuns: 50 },
    )
  })

  it('merges in the order of time', async () => {
    const small = memoryStore(store('small', { key, sum: letters }))
    const large = memoryStore(store('large', { key, sum: letters }))
    for (const [window, text] of [
      [0, 'a'],
      [1, 'b'],
      [2, 'c'],
      [9, 'j'],
    ] as const)
      await small.put(['k', window], some(text))()
    for (const [window, text] of [
      [3, 'def'],
      [6, 'ghi'],
    ] as const)
      await large.put(['k', window], some(text))()
    const series = overTime(
      [
        { windows: tumbling(1), store: small },
        { windows: tumbling(3), store: large },
      ],
      letters,
    )
    expect(await series.over('k', { from: 1, to: 10 })()).toEqual(right(some('bcdefghij')))
    expect(await series.multiOver(['k', 'l'], { from: 9, to: 10 })()).toEqual([right(some('j')), right(none)])
    expect(await series.over('k', { from: 5, to: 5 })()).toEqual(right(none))
    expect(await series.multiOver([], { from: 5, to: 6 })()).toEqual([])
  })

  it('has nothing where a total is worth no more, and presents what there is', async () => {
    const balances = memoryStore(store('balances', { key, sum }))
    await balances.put(['k', 0], some(5))()
    await balances.put(['k', 1], some(-5))()
    const whole = { from: 0, to: 2 }
    expect(await overTime([{ windows: tumbling(1), store: balances }], sparseSum).over('k', whole)()).toEqual(right(none))
    const told = aggregation({ value: codec.int, semigroup: sum.semigroup, present: (n: number) => `${n} in all` })
    expect(await overTime([{ windows: tumbling(1), store: balances }], told).over('k', whole)()).toEqual(right(some('0 in all')))
  })

  it('is not known where one window is not', async () => {
    const partly = readable<readonly [string, number], number>({
      multiGet: async (keys) => {
        if (keys.some(([, window]) => window === 3)) throw new Error('that page is torn')
        return keys.map(() => some(1))
      },
    })
    const series = overTime([{ windows: tumbling(1), store: partly }], sum)
    expect(await series.over('k', { from: 0, to: 3 })()).toEqual(right(some(3)))
    expect(await series.over('k', { from: 0, to: 4 })()).toMatchObject({ left: { message: 'that page is torn' } })
  })

  it('refuses a range that does not fit, and one of too many windows', async () => {
    const empty = memoryStore(store('empty', { key, sum }))
    const series = overTime([{ windows: tumbling(10), store: empty }], sum, { largest: 100 })
    expect(await series.over('k', { from: 5, to: 20 })()).toMatchObject({
      left: { code: 'invalid-option', retryable: false, message: expect.stringContaining('whole windows of 10 ms') },
    })
    expect(isLeft(await series.over('k', { from: 0, to: Number.NaN })())).toBe(true)
    expect(isLeft(await series.over('k', { from: 0, to: 1000 })())).toBe(false)
    const far = await series.over('k', { from: 0, to: 1e15 })()
    expect(far).toMatchObject({ left: { message: expect.stringContaining('allowed: 100 windows. Count by larger windows too') } })
  })

  it('refuses windows that overlap or do not fit into one another', () => {
    const empty = memoryStore(store('empty', { key, sum }))
    const over = (...windows: readonly ReturnType<typeof tumbling>[]) =>
      overTime(
        windows.map((each) => ({ windows: each, store: empty })),
        sum,
      )
    expect(() => over(hopping(10, 5))).toThrow('windows that overlap would count records more than once')
    expect(() => over(tumbling(10), tumbling(25))).toThrow('overTime: the windows do not fit into one another; got [25,10]')
    expect(() => over(tumbling(10), tumbling(10))).toThrow('the windows do not fit')
    expect(() => over()).toThrow('at least one store')
  })
})
