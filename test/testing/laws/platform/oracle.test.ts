import fc from 'fast-check'
import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import { aggregation } from '../../../../core/algebra/aggregation.ts'
import { int } from '../../../../core/codec/int.ts'
import { json } from '../../../../core/codec/json.ts'
import { string } from '../../../../core/codec/string.ts'
import { tuple } from '../../../../core/codec/tuple.ts'
import { job } from '../../../../core/job.ts'
import { source } from '../../../../core/producer/fluent.ts'
import type { Change, Pair } from '../../../../core/producer/producer.ts'
import { service, sink, store } from '../../../../core/slot/slot.ts'
import { tumbling } from '../../../../core/time/window.ts'
import { memory } from '../../../../platforms/memory/index.ts'
import { arbitraryJob } from '../../../../testing/arbitrary/job.ts'
import { determined } from '../../../../testing/laws/platform/determined.ts'
import { emissionFaults } from '../../../../testing/laws/platform/emission.ts'
import { oracle } from '../../../../testing/laws/platform/oracle.ts'

const sum = aggregation({ id: 'sum', value: int, semigroup: { concat: (a, b) => a + b }, commutative: true })
const last = aggregation({ value: int, semigroup: { concat: (_, b) => b } })
const mean = aggregation({
  value: tuple(int, int),
  semigroup: { concat: ([a, m], [b, n]) => [a + b, m + n] as const },
  prepare: (n: number) => [n, 1] as const,
  present: ([total, count]) => total / count,
})

const words = source('words', { item: string })
const numbers = source('numbers', { item: int, timestamp: (n) => (n === 13 ? Number.NaN : n * 1000) })
const counts = store('counts', { key: string, sum })
const out = sink('out', { item: string })
const seen = sink('seen', { item: int })

const one = (word: string) => [word, 1] as const
const failOn = (bad: number) => (n: number) => {
  if (n === bad) throw new Error(`not ${bad}`)
  return n
}

describe('the oracle', () => {
  it('counts', async () => {
    const { stores, deadLetters } = await oracle(
      job(
        'j',
        words
          .flatMap((line) => line.split(' '))
          .map(one)
          .sumByKey(counts),
      ),
      { words: ['a b', 'b'] },
    )
    expect(stores.counts).toEqual(
      new Map([
        ['a', 1],
        ['b', 2],
      ]),
    )
    expect(deadLetters).toEqual([])
  })

  it('tells of every element given to a sum, with the total before', async () => {
    const changes = sink('changes', { item: json<Pair<string, Change<number>>>() })
    const { sinks } = await oracle(job('j', words.map(one).sumByKey(counts).write(changes)), { words: ['a', 'b', 'a'] })
    expect(sinks.changes).toEqual([
      ['a', { before: none, delta: 1 }],
      ['b', { before: none, delta: 1 }],
      ['a', { before: some(1), delta: 1 }],
    ])
  })

  it('sums what sums pass on', async () => {
    const histogram = store('histogram', { key: int, sum })
    const moved = words
      .map(one)
      .sumByKey(counts)
      .flatMap(([, { before, delta }]): readonly (readonly [number, number])[] =>
        before._tag === 'None'
          ? [[delta, 1]]
          : [
              [before.value, -1],
              [before.value + delta, 1],
            ],
      )
    const { stores } = await oracle(job('j', moved.sumByKey(histogram)), { words: ['a', 'b', 'a', 'c', 'a'] })
    expect(stores.histogram).toEqual(
      new Map([
        [1, 2],
        [2, 0],
        [3, 1],
      ]),
    )
  })

  it('keeps no key whose total is empty', async () => {
    const tally = aggregation({ ...sum, value: int, isEmpty: (total) => total === 0 })
    const open = store('open', { key: string, sum: tally })
    const changes = sink('changes', { item: json<Pair<string, Change<number>>>() })
    const { stores, sinks } = await oracle(
      job(
        'j',
        numbers
          .map((n) => ['n', n] as const)
          .sumByKey(open)
          .write(changes),
      ),
      {
        numbers: [2, -2, 3, -3],
      },
    )
    expect(stores.open).toEqual(new Map())
    expect(sinks.changes).toMatchObject([
      ['n', { before: none, delta: 2 }],
      ['n', { before: some(2), delta: -2 }],
      ['n', { before: none, delta: 3 }],
      ['n', { before: some(3), delta: -3 }],
    ])
  })

  it('keeps the order of a source, prepares what goes in and presents what comes out', async () => {
    const latest = store('latest', { key: string, sum: last })
    const means = store('means', { key: string, sum: mean })
    const pairs = numbers.map((n) => ['n', n] as const)
    const { stores } = await oracle(job('j', pairs.sumByKey(latest), pairs.aggregateByKey(means)), { numbers: [3, 1, 2] })
    expect(stores).toEqual({ latest: new Map([['n', 2]]), means: new Map([['n', 2]]) })
  })

  it('joins, and keeps what finds nothing', async () => {
    const ages = service('ages', { key: string, value: int })
    const found = words.lookup(ages).map(([word, age]) => `${word} ${age._tag === 'Some' ? age.value : '?'}`)
    const made = job('j', found.write(out))
    expect((await oracle(made, { words: ['a', 'b'], ages: new Map([['a', 7]]) })).sinks.out).toEqual(['a 7', 'b ?'])
    expect((await oracle(made, { words: ['a', 'b'], ages: async (word: string) => (word === 'a' ? 7 : undefined) })).sinks.out).toEqual([
      'a 7',
      'b ?',
    ])
  })

  it('gives every element of a stream merged with itself twice, and of branches that meet once each', async () => {
    const small = numbers.map((n) => n)
    const both = await oracle(job('j', small.merge(small).write(seen)), { numbers: [1, 2] })
    expect([...(both.sinks.seen ?? [])].sort()).toEqual([1, 1, 2, 2])
    const branches = await oracle(
      job(
        'j',
        small
          .map((n) => n * 10)
          .merge(small.filter((n) => n > 1))
          .write(seen),
      ),
      { numbers: [1, 2] },
    )
    expect([...(branches.sinks.seen ?? [])].sort()).toEqual([10, 2, 20])
  })

  it('waits for functions that wait', async () => {
    const late = numbers.mapAsync(async (n) => n + 1).flatMapAsync(async (n) => [n, n])
    expect((await oracle(job('j', late.write(seen)), { numbers: [1, 2] })).sinks.seen).toEqual([2, 2, 3, 3])
  })

  it('puts windows beside keys, and refuses a record whose time is none', async () => {
    const hours = store('hours', { key: tuple(string, int), sum })
    const made = job(
      'j',
      numbers
        .filter((n) => n !== 13)
        .map((n) => [`k${n % 2}`, n] as const)
        .window(tumbling({ seconds: 10 }))
        .sumByKey(hours),
    )
    const { stores, deadLetters } = await oracle(made, { numbers: [2, 4, 13, 12] })
    expect([...(stores.hours ?? [])]).toEqual([
      [['k0', 0], 6],
      [['k0', 10_000], 12],
    ])
    expect(deadLetters).toMatchObject([{ stream: 'numbers', index: 2, record: '13' }])
  })

  it('runs what an also ensures once, and what leads to no output never', async () => {
    const shared = words.write(out)
    const dead = words.map(() => {
      throw new Error('nobody asked')
    })
    const { sinks, stores, deadLetters } = await oracle(job('j', dead.also(shared).also(shared).map(one).sumByKey(counts)), {
      words: ['a'],
    })
    expect(sinks.out).toEqual(['a'])
    expect(stores.counts).toEqual(new Map([['a', 1]]))
    expect(deadLetters).toEqual([])
  })
})

describe('a record has all of its effects in a stage, or none', () => {
  const totals = store('totals', { key: string, sum })
  const pairOf = (n: number) => [`k${n % 2}`, n] as const

  it('where a function throws on another branch, or after a write, a join or a wait', async () => {
    const ages = service('ages', { key: string, value: int })
    const pairs = numbers.write(seen).map(pairOf)
    const failures = [
      numbers.map(failOn(2)).map((n) => `${n}`),
      pairs
        .leftJoin(ages)
        .mapValues(([n]) => failOn(2)(n))
        .keys(),
      numbers.mapAsync(async (n) => failOn(2)(n)).map((n) => `${n}`),
    ]
    for (const failing of failures) {
      const { stores, sinks, deadLetters } = await oracle(job('j', pairs.sumByKey(totals), failing.write(out)), {
        numbers: [1, 2, 3],
        ages: new Map(),
      })
      expect(stores.totals).toEqual(new Map([['k1', 4]]))
      expect(sinks.seen).toEqual([1, 3])
      expect(sinks.out).toHaveLength(2)
      expect(deadLetters).toMatchObject([{ stream: 'numbers', index: 1, record: '2', error: 'not 2' }])
    }
  })

  it('where a key, a value or an item has no text', async () => {
    const broken = [
      numbers.map((n): readonly [string, number] => (n === 2 ? ['\ud800', 1] : pairOf(n))).sumByKey(totals),
      numbers.map((n): readonly [string, number] => (n === 2 ? ['k', 0.5] : pairOf(n))).sumByKey(totals),
      numbers.map((n) => (n === 2 ? '\ud800' : 'fine')).write(out),
    ]
    for (const tail of broken) {
      const { sinks, deadLetters } = await oracle(job('j', tail, numbers.write(seen)), { numbers: [1, 2] })
      expect(sinks.seen).toEqual([1])
      expect(deadLetters).toMatchObject([{ stream: 'numbers', node: tail.node, index: 1, record: '2' }])
    }
  })

  it('where the record is a change of a store', async () => {
    const failing = words
      .map(one)
      .sumByKey(counts)
      .map(([word, { before }]) => {
        if (word === 'a' && before._tag === 'Some') throw new Error('no a')
        return word
      })
    const { stores, sinks, deadLetters } = await oracle(job('j', failing.write(out)), { words: ['a', 'b', 'a'] })
    expect(stores.counts).toEqual(
      new Map([
        ['a', 2],
        ['b', 1],
      ]),
    )
    expect(sinks.out).toEqual(['a', 'b'])
    expect(deadLetters).toEqual([{ stream: 'counts', node: failing.node, index: 2, record: '["a",1,1]', error: 'no a' }])
  })
})

describe('the memory platform', () => {
  it('agrees with the oracle, whatever the size of a batch', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryJob(), fc.constantFrom(1, 2, 7, 65_536), async ({ job, inputs, comparison, emissionSinks }, batchSize) => {
        const outcome = await memory({ batchSize })
          .on(job)
          .run(inputs as never)
        expect(determined(job, comparison, outcome as never)).toEqual(determined(job, comparison, await oracle(job, inputs)))
        expect(emissionSinks.flatMap((emission) => emissionFaults(emission, outcome as never))).toEqual([])
      }),
      { numRuns: 300 },
    )
  })

  it('refuses a value without a text, though the batch comes to one that has one', async () => {
    const totals = store('totals', { key: string, sum })
    const halves = job('halves', numbers.map(() => ['k', 0.5] as const).sumByKey(totals))
    expect((await oracle(halves, { numbers: [1, 2] })).deadLetters).toHaveLength(2)
    expect(
      (
        await memory({ batchSize: 1 })
          .on(halves)
          .run({ numbers: [1, 2] })
      ).deadLetters,
    ).toHaveLength(2)
    expect(
      (
        await memory({ batchSize: 2 })
          .on(halves)
          .run({ numbers: [1, 2] })
      ).deadLetters,
    ).toHaveLength(2)
  })
})
