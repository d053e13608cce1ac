import fc from 'fast-check'
import { codec, job, source, store } from 'tanager'
import { list, type Scored, topK } from 'tanager/algebra'
import { memory } from 'tanager/memory'
import { describe, expect, it } from 'vitest'
import { semigroupLaws, totalsOf } from '../laws.ts'

const words = fc.string({ maxLength: 2 })
const scored = fc.tuple(words, fc.integer({ min: -3, max: 3 }))
const dated = fc.tuple(
  fc.integer({ min: 0, max: 5 }).map((day) => new Date(day)),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
)

semigroupLaws('list first', list(codec.string, { first: 4 }), totalsOf(list(codec.string, { first: 4 }), words))
semigroupLaws('list last', list(codec.string, { last: 4 }), totalsOf(list(codec.string, { last: 4 }), words))
semigroupLaws(
  'list of lists',
  list(codec.array(codec.int), { last: 2 }),
  totalsOf(list(codec.array(codec.int), { last: 2 }), fc.array(fc.nat())),
)
semigroupLaws('topK(3)', topK(3, codec.string), totalsOf(topK(3, codec.string), scored))
semigroupLaws('topK(1)', topK(1, codec.string), totalsOf(topK(1, codec.string), scored))
semigroupLaws('topK(4, date)', topK(4, codec.date), totalsOf(topK(4, codec.date), dated))

describe('list', () => {
  it('keeps the first, or the last, in their order', async () => {
    const words = source('words', { item: codec.string })
    const begin = store('begin', { key: codec.string, sum: list(codec.string, { first: 2 }) })
    const end = store('end', { key: codec.string, sum: list(codec.string, { last: 2 }) })
    const all = words.keyBy(() => 'all')
    const { stores } = await memory({ batchSize: 3 })
      .on(job('ends', all.aggregateByKey(begin), all.aggregateByKey(end)))
      .run({ words: ['a', 'b', 'c', 'd', 'e'] })
    expect([stores.begin.get('all'), stores.end.get('all')]).toEqual([
      ['a', 'b'],
      ['d', 'e'],
    ])
  })

  it('does not commute, and has a length', () => {
    const two = list(codec.string, { last: 2 })
    expect([two.commutative, two.id]).toEqual([false, 'list(string,last 2)'])
    expect(() => two.codec.encode(['a', 'b', 'c'])).toThrow('allowed: up to 2 items')
    expect(() => two.codec.decode('["a","b","c"]')).toThrow('allowed: up to 2 items')
    expect(() => list(codec.string, { last: 0 })).toThrow('allowed: a whole number, 1 or more')
    expect(() => list(codec.string, {} as never)).toThrow('allowed: { first: n } or { last: n }')
  })
})

describe('topK', () => {
  /** The best score of every item, all of them sorted: what is to come out. */
  function oracle(k: number, all: readonly Scored<string>[]): readonly Scored<string>[] {
    const best = new Map<string, number>()
    for (const [item, score] of all) best.set(item, Math.max(score, best.get(item) ?? Number.NEGATIVE_INFINITY))
    return [...best].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, k)
  }

  it('is the highest k, each item once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.array(scored, { minLength: 1, maxLength: 30 }), (k, all) => {
        const { prepare, semigroup, concatMany } = topK(k, codec.string)
        const expected = oracle(k, all)
        expect(all.map(prepare).reduce(semigroup.concat)).toEqual(expected)
        expect(concatMany?.(all.map(prepare))).toEqual(expected)
      }),
      { numRuns: 1000 },
    )
  })

  it.each(['[["a",1],["b",2]]', '[["b",1],["a",1]]', '[["a",2],["a",1]]', '[["a",4],["b",3],["c",2],["d",1]]', '[["a","NaN"]]'])(
    'refuses a stored %s',
    (text) => {
      expect(() => topK(3, codec.string).codec.decode(text)).toThrow(/cannot read this value/)
    },
  )

  it('refuses scores that compare with nothing, and a k that is none', () => {
    expect(() => topK(3, codec.string).codec.toJson([['a', Number.NaN]])).toThrow('allowed: a finite number')
    expect(() => topK(0, codec.string)).toThrow('allowed: a whole number, 1 or more')
  })
})
