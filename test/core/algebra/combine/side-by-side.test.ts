import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import * as number from 'fp-ts/lib/number.js'
import * as O from 'fp-ts/lib/Option.js'
import { type Aggregation, aggregation, codec, job, source, store } from 'tanager'
import { contramap, count, either, filter, join, list, map, max, min, option, setOf, sparseSum, struct, sum, tuple } from 'tanager/algebra'
import { memory } from 'tanager/memory'
import { describe, expect, it } from 'vitest'
import { semigroupLaws, totalsOf } from '../laws.ts'

const text = aggregation({ id: 'text', value: codec.string, semigroup: { concat: (a, b) => a + b }, empty: '' })
const ints = fc.integer({ min: -50, max: 50 })
const words = fc.string({ maxLength: 3 })
const options = <A>(values: fc.Arbitrary<A>) => fc.option(values).map((a) => O.fromNullable(a))

semigroupLaws('tuple(sum, text)', tuple(sum, text), fc.tuple(ints, words))
semigroupLaws('tuple(max, min)', tuple(max(number.Ord), min(number.Ord)), fc.tuple(ints, ints))
semigroupLaws('tuple(sparseSum, option(sum))', tuple(sparseSum, option(sum)), fc.tuple(fc.integer({ min: -2, max: 2 }), options(ints)))
const kept = tuple(list(codec.int, { last: 3 }), text, setOf(codec.string))
semigroupLaws('tuple(list, text, setOf)', kept, totalsOf(kept, fc.tuple(ints, words, words)))
semigroupLaws(
  'struct',
  struct({ b: sum, a: text, ['__proto__']: option(text) }),
  fc.record({ b: ints, a: words, ['__proto__']: options(words) }),
)
const named = struct({ latest: list(codec.int, { first: 3 }), all: setOf(codec.int), empty: text })
semigroupLaws('struct with many at once', named, totalsOf(named, fc.record({ latest: ints, all: ints, empty: words })))
semigroupLaws('option(sum)', option(sum), options(ints))
semigroupLaws('option(setOf)', option(setOf(codec.string)), totalsOf(option(setOf(codec.string)), options(words)))
semigroupLaws('option(option(text))', option(option(text)), options(options(words)))
const kinds = either(sum, list(codec.string, { last: 2 }))
semigroupLaws('either(sum, list)', kinds, totalsOf(kinds, fc.oneof(ints.map(E.left), words.map(E.right))))
const evens = filter(sum, (x: number) => x % 2 === 0)
semigroupLaws('filter(sum)', evens, totalsOf(evens, ints))

interface Hit {
  readonly page: string
  readonly bytes: number
  readonly status: number
}

const hits: readonly Hit[] = [
  { page: '/', bytes: 10, status: 200 },
  { page: '/', bytes: 30, status: 500 },
  { page: '/a', bytes: 20, status: 200 },
]

const hit = codec.struct<Hit>({ page: codec.string, bytes: codec.int, status: codec.int })

describe('aggregations side by side', () => {
  it('sum up one stream in several ways, in one pass', async () => {
    const bytes = (one: Hit) => one.bytes
    const pages = store('pages', {
      key: codec.string,
      sum: join({
        hits: count,
        bytes: contramap(sum, bytes),
        most: contramap(max(number.Ord), bytes),
        kilobytes: map(contramap(sum, bytes), (all) => all / 1000),
        failed: map(
          filter(count, (one: Hit) => one.status >= 500),
          O.getOrElse(() => 0),
        ),
      }),
    })
    const log = source('log', { item: hit })
    const counting = job('hits', log.keyBy(({ page }) => page).aggregateByKey(pages))
    const { stores } = await memory({ batchSize: 1 }).on(counting).run({ log: hits })
    expect(stores.pages.get('/')).toEqual({ hits: 2, bytes: 40, most: 30, kilobytes: 0.04, failed: 1 })
    expect(stores.pages.get('/a')).toEqual({ hits: 1, bytes: 20, most: 20, kilobytes: 0.02, failed: 0 })
  })

  it('list their parts, or name them', () => {
    const listed = join(count, sum)
    expect(listed.present([4, 5].map(listed.prepare).reduce(listed.semigroup.concat))).toEqual([2, 9])
    expect(listed.id).toBe('tuple(count,sum)')
    expect(join({ n: count, all: sum }).id).toBe('struct(all:sum,n:count)')
    expect(join(count).prepare('one')).toEqual([1])
  })

  it('take two kinds of input apart', () => {
    const paidAndRefused = either(sum, count)
    const total = [E.left(5), E.right('no'), E.left(7)].map(paidAndRefused.prepare).reduce(paidAndRefused.semigroup.concat)
    expect(paidAndRefused.present(total)).toEqual([O.some(12), O.some(1)])
  })

  it('keep no key to which nothing has come that counts', async () => {
    const failed = store('failed', { key: codec.string, sum: filter(count, (one: Hit) => one.status >= 500) })
    const log = source('log', { item: hit })
    const { stores } = await memory()
      .on(job('failing', log.keyBy(({ page }) => page).aggregateByKey(failed)))
      .run({ log: hits })
    expect(stores.failed).toEqual(new Map([['/', O.some(1)]]))
  })

  it('have the laws that all of their parts have', () => {
    // biome-ignore lint/suspicious/noExplicitAny: of all kinds of values
    const laws = (one: Aggregation<any, any, any>) => [
      one.commutative,
      one.idempotent,
      'empty' in one,
      one.concatMany !== undefined,
      one.isEmpty !== undefined,
    ]
    expect(laws(tuple(sum, sum))).toEqual([true, false, false, false, false])
    expect(laws(tuple(sum, text))).toEqual([false, false, false, false, false])
    expect(laws(tuple(max(number.Ord), setOf(codec.int)))).toEqual([true, true, false, true, false])
    expect(laws(tuple(text, text))).toEqual([false, false, true, false, false])
    expect(laws(tuple(sparseSum, option(sum)))).toEqual([true, false, false, false, true])
    expect(laws(option(max(number.Ord)))).toEqual([true, true, true, false, true])
  })

  it('are kept under the same name when only functions change', () => {
    expect(contramap(sum, (x: string) => x.length).id).toBe(sum.id)
    expect(map(sum, String).id).toBe(sum.id)
    expect(map(sum, String).present(2)).toBe('2')
  })
})
