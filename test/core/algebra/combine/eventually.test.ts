import fc from 'fast-check'
import { left, right } from 'fp-ts/lib/Either.js'
import { aggregation, codec, job, source, store } from 'tanager'
import { eventually, hyperLogLog, list, map, setOf } from 'tanager/algebra'
import { memory } from 'tanager/memory'
import { describe, expect, it } from 'vitest'
import { semigroupLaws, totalsOf } from '../laws.ts'

/** A sketch of a set, small enough to be seen through: which remainders there are. */
const remainders = aggregation<number, number, string>({
  id: 'remainders',
  value: codec.int,
  semigroup: { concat: (a, b) => a | b },
  commutative: true,
  idempotent: true,
  empty: 0,
  prepare: (x) => 1 << (x % 16),
  present: (bits) => `about ${bits.toString(2).replaceAll('0', '').length}`,
})
const sketchOf = (all: Iterable<number>) => [...all].map(remainders.prepare).reduce(remainders.semigroup.concat, 0)

const distinct = eventually(
  map(setOf(codec.int), (all) => `${all.size}`),
  remainders,
  { past: 3, size: (all) => all.size, inputs: (all) => all },
)
semigroupLaws('eventually(setOf, remainders)', distinct, totalsOf(distinct, fc.integer({ min: 0, max: 40 })))

const words = aggregation({ id: 'text', value: codec.string, semigroup: { concat: (a, b) => a + b } })
const texts = eventually(list(codec.string, { first: 1000 }), words, {
  past: 4,
  size: (all) => all.length,
  inputs: (all) => all,
})
semigroupLaws('eventually(list, text)', texts, totalsOf(texts, fc.string({ minLength: 1, maxLength: 2 })))

describe('an aggregation that is eventually a sketch', () => {
  const total = (inputs: readonly number[]) => inputs.map(distinct.prepare).reduce(distinct.semigroup.concat)

  it('is exact up to the threshold, and a sketch past it', () => {
    expect(total([1, 17, 17, 33])).toEqual(right(new Set([1, 17, 33])))
    expect(distinct.present(total([1, 17, 17, 33]))).toBe('3')
    expect(total([1, 17, 33, 2])).toEqual(left(0b110))
    expect(distinct.present(total([1, 17, 33, 2]))).toBe('about 2')
  })

  it('is what the whole says, not the order of merging', () => {
    const inputs = fc.array(fc.nat(40), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(inputs, (all) => {
        const members = new Set(all)
        expect(total(all)).toEqual(members.size > 3 ? left(sketchOf(members)) : right(members))
      }),
      { numRuns: 1000 },
    )
  })

  it('refuses exact totals past the threshold, and thresholds that are none', () => {
    expect(() => distinct.codec.encode(right(new Set([1, 2, 3, 4])))).toThrow('allowed: exact totals up to a size of 3')
    expect(() => distinct.codec.decode('["exact",[1,2,3,4]]')).toThrow('allowed: exact totals up to a size of 3')
    expect(() => distinct.codec.decode('["other",1]')).toThrow('allowed: ["exact", value] or ["sketch", value]')
    expect(() => eventually(words, words, { past: 0.5, size: () => 0, inputs: (a) => a })).toThrow('allowed: a whole number, 0 or more')
  })

  it('has an empty value if both parts have one, and says so where one would be needed', () => {
    expect(distinct.empty).toEqual(right(new Set()))
    expect('empty' in texts).toBe(false)
    expect(() => texts.semigroup.concat(left('abcde'), right([]))).toThrow('allowed: a sketch with an empty value')
  })

  it('counts few visitors one by one, and estimates many', async () => {
    const visits = source('visits', { item: codec.string })
    const visitors = eventually(
      map(setOf(codec.string), (all) => all.size),
      map(hyperLogLog(), ({ estimate }) => estimate),
      { past: 100, size: (all) => all.size, inputs: (all) => all },
    )
    const seen = store('seen', { key: codec.string, sum: visitors })
    const counting = job('seen', visits.keyBy((visit) => visit[0] as string).aggregateByKey(seen))
    const few = Array.from({ length: 300 }, (_, i) => `a${i % 100}`)
    const many = Array.from({ length: 5000 }, (_, i) => `b${i}`)
    const { stores } = await memory({ batchSize: 70 })
      .on(counting)
      .run({ visits: [...few, ...many] })
    expect(stores.seen.get('a')).toBe(100)
    const estimate = stores.seen.get('b') ?? 0
    expect(Math.abs(estimate / 5000 - 1)).toBeLessThan(0.03)
    // What it would be without the detour.
    const all = hyperLogLog()
    expect(estimate).toBe(all.present(many.map((one) => all.prepare(one)).reduce(all.semigroup.concat)).estimate)
  })

  it('names its parts and its threshold', () => {
    expect(distinct.id).toBe('eventually(setOf(int,10000),remainders,3)')
  })
})
