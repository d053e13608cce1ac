import fc from 'fast-check'
import * as number from 'fp-ts/lib/number.js'
import * as string from 'fp-ts/lib/string.js'
import { codec, job, source, store } from 'tanager'
import { first, interval, last, map } from 'tanager/algebra'
import { memory } from 'tanager/memory'
import { describe, expect, it } from 'vitest'
import { semigroupLaws, totalsOf } from '../laws.ts'

const timed = fc.tuple(fc.string({ maxLength: 2 }), fc.integer({ min: -2, max: 2 }))
semigroupLaws('first(string)', first(codec.string), timed)
semigroupLaws('last(string)', last(codec.string), timed)
semigroupLaws('last(json)', last(codec.json<object>()), fc.tuple(fc.dictionary(fc.constantFrom('a', 'b'), fc.nat(2)), fc.nat(2)))
semigroupLaws('interval', interval(number.Ord), totalsOf(interval(number.Ord), fc.double({ noNaN: true, noDefaultInfinity: true })))
semigroupLaws('interval(string)', interval(string.Ord, codec.string), totalsOf(interval(string.Ord, codec.string), fc.string()))

describe('first and last', () => {
  it('go by time, whatever the order of arrival', async () => {
    const views = source('views', {
      item: codec.struct({ user: codec.string, page: codec.string, at: codec.int }),
      timestamp: ({ at }) => at,
    })
    const landing = store('landing', { key: codec.string, sum: map(first(codec.string), ([page]) => page) })
    const latest = store('latest', { key: codec.string, sum: last(codec.string) })
    const pages = views.withTime().map(([{ user, page }, at]) => [user, [page, at] as const] as const)
    const { stores } = await memory({ batchSize: 2 })
      .on(job('ends', pages.aggregateByKey(landing), pages.sumByKey(latest)))
      .run({
        views: [
          { user: 'Ada', page: '/b', at: 20 },
          { user: 'Ada', page: '/c', at: 30 },
          { user: 'Ada', page: '/a', at: 10 },
        ],
      })
    expect(stores.landing.get('Ada')).toBe('/a')
    expect(stores.latest.get('Ada')).toEqual(['/c', 30])
  })

  it('break ties by encoding', () => {
    expect(first(codec.string).semigroup.concat(['b', 1], ['a', 1])).toEqual(['a', 1])
    expect(last(codec.string).semigroup.concat(['b', 1], ['a', 1])).toEqual(['b', 1])
  })

  it('refuse a time that is none', () => {
    expect(() => first(codec.string).codec.encode(['a', Number.NaN])).toThrow('allowed: a finite number')
    expect(() => first(codec.string).codec.decode('["a","Infinity"]')).toThrow('allowed: a finite number')
  })
})

describe('interval', () => {
  it('is from the least to the greatest', () => {
    const seen = interval(number.Ord)
    expect([5, 3, 9].map(seen.prepare).reduce(seen.semigroup.concat)).toEqual([3, 9])
  })

  it('refuses NaN, which is neither below nor above', () => {
    expect(() => interval(number.Ord).codec.toJson([Number.NaN, 1])).toThrow('allowed: a finite number')
  })
})
