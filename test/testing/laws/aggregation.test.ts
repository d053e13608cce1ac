import fc from 'fast-check'
import * as number from 'fp-ts/lib/number.js'
import { type Aggregation, aggregation, codec } from 'tanager'
import { count, sparseSum, sum, sumBigInt } from 'tanager/algebra'
import { type AggregationOptions, assertLawful, checkAggregation, UnlawfulError } from 'tanager/testing'
import { describe, expect, it, test } from 'vitest'

const seed = 1

/** Something wrong, and the sentence that says so. */
interface Case {
  readonly name: string
  readonly wrong: () => Aggregation<never, never, unknown>
  readonly sentence: string | RegExp
  readonly options?: AggregationOptions<never, never>
}

const of = <V, In, Out>(
  name: string,
  sentence: string | RegExp,
  wrong: () => Aggregation<V, In, Out>,
  options: AggregationOptions<V, In> = {},
): Case => ({ name, sentence, wrong, options }) as unknown as Case

const plus = (a: number, b: number) => a + b

interface Rope {
  readonly parts: readonly (number | Rope)[]
}

const numbersIn = ({ parts }: Rope): readonly number[] => parts.flatMap((part) => (typeof part === 'number' ? part : numbersIn(part)))

const cases: readonly Case[] = [
  of(
    'an average of averages',
    /^mean: not associative: concat\(concat\((-?\d), (-?\d)\), (-?\d)\) is \S+, concat\(\1, concat\(\2, \3\)\) is \S+$/,
    () => aggregation({ id: 'mean', value: codec.float, semigroup: { concat: (a, b) => (a + b) / 2 }, commutative: true }),
  ),
  of('a concat that changes what it is given', 'list: changes its operands: concat([], [0]) made its left one [0]', () =>
    aggregation({
      id: 'list',
      value: codec.array(codec.int),
      semigroup: {
        concat: (a, b) => {
          ;(a as number[]).push(...b)
          return a
        },
      },
    }),
  ),
  of(
    'a concat that changes a map',
    /^tally: changes its operands: concat\(Map \{.*\}, Map \{.*\}\) made its (left|right) one Map \{.*\}$/,
    () =>
      aggregation({
        id: 'tally',
        value: codec.map(codec.string, codec.int),
        semigroup: {
          concat: (a, b) => {
            for (const [key, n] of b) (a as Map<string, number>).set(key, (a.get(key) ?? 0) + n)
            return a
          },
        },
      }),
  ),
  of(
    'a concat that writes what was there',
    /^sorted: writes to its operands: concat\(\[0, 0\], \[\]\) throws when they are frozen: Cannot/,
    () =>
      aggregation({
        id: 'sorted',
        value: codec.array(codec.int),
        semigroup: {
          concat: (a, b) => {
            ;(a as number[]).reverse()
            ;(a as number[]).reverse()
            return [...a, ...b]
          },
        },
      }),
  ),
  of('what is declared to commute, and does not', 'last: not commutative: concat("", "a") is "a", concat("a", "") is ""', () =>
    aggregation({ id: 'last', value: codec.string, semigroup: { concat: (_a, b) => b }, commutative: true }),
  ),
  of('what is declared to be idempotent, and is not', /^total: not idempotent: concat\((-?\d), \1\) is -?\d+, \1 is \1$/, () =>
    aggregation({ id: 'total', value: codec.int, semigroup: { concat: plus }, commutative: true, idempotent: true }),
  ),
  of('a zero that is none', /^product: empty is not neutral: concat\(empty, (-?1)\) is -?0, \1 is \1$/, () =>
    aggregation({ id: 'product', value: codec.int, semigroup: { concat: (a, b) => a * b }, commutative: true, empty: 0 }),
  ),
  of('a total that is let go and was something', /^net: isEmpty\(1\), but it is not neutral: concat\(1, (\S+)\) is \S+, \1 is \1$/, () =>
    aggregation({ id: 'net', value: codec.int, semigroup: { concat: plus }, commutative: true, isEmpty: (total) => total === 1 }),
  ),
  of(
    'a concatMany that counts instead',
    'many: concatMany is not what concat makes of it: concatMany([0, 0, 0, 0]) is 4, concat(concat(concat(0, 0), 0), 0) is 0',
    () =>
      aggregation({
        id: 'many',
        value: codec.int,
        semigroup: { concat: plus },
        commutative: true,
        concatMany: (values) => (values.length > 3 ? values.length : values.reduce(plus)),
      }),
  ),
  of('a concatMany that changes its values', /^lists: concatMany changes its values: concatMany\(\[.*\]\) made the one at 0 \[.*\]$/, () =>
    aggregation<readonly number[]>({
      id: 'lists',
      value: codec.array(codec.int),
      semigroup: { concat: (a, b) => [...a, ...b] },
      concatMany: ([one, ...others]) => {
        ;(one as number[]).push(...others.flat())
        return one as readonly number[]
      },
    }),
  ),
  of(
    'a concatMany that changes its array',
    'stack: concatMany changes the array it is given: of 1 values it left 0, or in other places',
    () =>
      aggregation({
        id: 'stack',
        value: codec.int,
        semigroup: { concat: plus },
        concatMany: (values) => {
          let total = 0
          for (let value = (values as number[]).pop(); value !== undefined; value = (values as number[]).pop()) total += value
          return total
        },
      }),
  ),
  of(
    'a concatMany that keeps its array',
    'rope: concatMany keeps the array it is given: concatMany([{parts: [0]}]) became {parts: []} when that was emptied',
    () =>
      aggregation<Rope, number>({
        id: 'rope',
        value: codec.of<Rope>({
          id: 'rope',
          encode: (rope) => JSON.stringify(numbersIn(rope)),
          decode: (text) => ({ parts: JSON.parse(text) }),
        }),
        prepare: (n) => ({ parts: [n] }),
        semigroup: { concat: (a, b) => ({ parts: [a, b] }) },
        concatMany: (values) => ({ parts: values }),
      }),
    { inputs: [0] },
  ),
  of('a concat that tosses a coin', /^any: not deterministic: concat\((\S+), (\S+)\) is (\S+), and the second time (?!\3$)\S+$/, () =>
    aggregation({ id: 'any', value: codec.int, semigroup: { concat: (a, b) => (Math.random() < 0.5 ? a : b) } }),
  ),
  of('a concat that remembers', /^calls: not deterministic: concat\(0, 0\) is \d+, and the second time \d+$/, () => {
    let calls = 0
    return aggregation({ id: 'calls', value: codec.int, semigroup: { concat: () => ++calls } })
  }),
  of(
    'totals that the codec refuses',
    /^half: its codec does not take its totals: concat\(-?\d, -?\d\) is -?\d\.5; codec int cannot write this value; got -?\d\.5/,
    () => aggregation({ id: 'half', value: codec.int, semigroup: { concat: (a, b) => (a + b) / 2 } }),
  ),
  of(
    'a prepare that throws',
    'size: prepare throws: prepare("long"): too long',
    () =>
      aggregation<number, string>({
        id: 'size',
        value: codec.int,
        semigroup: { concat: plus },
        prepare: (text) => {
          if (text === 'long') throw new Error('too long')
          return text.length
        },
      }),
    { inputs: ['', 'a', 'long'] },
  ),
  of(
    'a prepare whose values cannot be written',
    /^share: what prepare answers cannot be written: prepare\(1\) is 0\.5; codec int cannot write/,
    () => aggregation<number, number>({ id: 'share', value: codec.int, semigroup: { concat: plus }, prepare: (n) => n / 2 }),
    { inputs: [0, 1] },
  ),
  of('a present that throws', /^shown: present throws: present\(-\d\): Invalid array length$/, () =>
    aggregation({ id: 'shown', value: codec.int, semigroup: { concat: plus }, present: (n: number) => new Array(n).length }),
  ),
  of(
    'a codec that loses what it writes',
    /^cents: codec cents: does not come back: 0\.125 is written 0\.13 and read as 0\.13$/,
    () =>
      aggregation({
        id: 'cents',
        value: codec.of<number>({ id: 'cents', encode: (n) => n.toFixed(2), decode: Number }),
        semigroup: { concat: Math.max },
        commutative: true,
        idempotent: true,
      }),
    { values: [0.125, 1] },
  ),
  of('a sum in single precision', /^single: not associative: concat\(concat\(.*\), .*\) is \S+, concat\(.*, concat\(.*\)\) is \S+$/, () =>
    aggregation({ id: 'single', value: codec.float, semigroup: { concat: (a, b) => Math.fround(a + b) }, commutative: true }),
  ),
  of('a sum that rounds each time', /^rounding: not associative: /, () =>
    aggregation({
      id: 'rounding',
      value: codec.float,
      semigroup: { concat: (a, b) => Math.round((a + b) * 100) / 100 },
      commutative: true,
    }),
  ),
  of('a sum that is capped', /^capped: not associative: concat\(concat\(.*\), .*\) is \S+, concat\(.*, concat\(.*\)\) is \S+$/, () =>
    aggregation({ id: 'capped', value: codec.int, semigroup: { concat: (a, b) => Math.min(a + b, 2 ** 32) }, commutative: true }),
  ),
]

describe('what is broken is told', () => {
  it.each(cases)('$name', async ({ wrong, sentence, options = {} }) => {
    const started = performance.now()
    const { broken } = await checkAggregation(wrong(), { ...options, seed })
    const sentences = broken.map((law) => law.sentence)
    if (typeof sentence === 'string') expect(sentences).toContain(sentence)
    else expect(sentences).toContainEqual(expect.stringMatching(sentence))
    for (const each of sentences) expect(each).not.toContain('\n')
    expect(performance.now() - started).toBeLessThan(5000)
  })

  it('as an error, with the seed that shows it again', async () => {
    const mean = aggregation({ id: 'mean', value: codec.int, semigroup: { concat: (a, b) => Math.floor((a + b) / 2) } })
    const report = await checkAggregation(mean, { seed: 7 })
    const thrown = expect.objectContaining({ name: 'UnlawfulError', report })
    expect(() => assertLawful(report)).toThrow(thrown)
    expect(() => assertLawful(report)).toThrow(/^mean: not associative: .*\n.*\n\(seed 7\)$/)
    expect(await checkAggregation(mean, { seed: 7 })).toEqual(report)
    expect(new UnlawfulError(report, [])).toBeInstanceOf(Error)
  })

  it('with the values that show it', async () => {
    const mean = aggregation({ id: 'mean', value: codec.float, semigroup: { concat: (a, b) => (a + b) / 2 } })
    const { broken } = await checkAggregation(mean, { values: [1, 2, 4], seed })
    const [{ counterexample } = { counterexample: [] }] = broken
    const [a, b, c] = counterexample as [number, number, number]
    expect(((a + b) / 2 + c) / 2).not.toBe((a + (b + c) / 2) / 2)
  })
})

const concatenation = aggregation({ id: 'text', value: codec.string, semigroup: { concat: (a, b) => a + b }, empty: '' })

const lawful: readonly (readonly [name: string, aggregation: Aggregation<never, never, unknown>, hints: readonly RegExp[]])[] = [
  ['sum', sum, []],
  ['sparseSum', sparseSum, []],
  ['sumBigInt', sumBigInt, []],
  ['count', count, [/tried with whole numbers/]],
  ['a sum of floats', aggregation({ id: 'floats', value: codec.float, semigroup: number.MonoidSum, commutative: true }), []],
  ['a product of floats', aggregation({ id: 'product', value: codec.float, semigroup: number.MonoidProduct, commutative: true }), []],
  ['text', concatenation, []],
  ['a first', aggregation({ id: 'first', value: codec.string, semigroup: { concat: (a: string) => a }, idempotent: true }), []],
  [
    'a pair of total and count',
    aggregation({
      id: 'pair',
      value: codec.struct({ n: codec.int, total: codec.float }),
      semigroup: { concat: (a, b) => ({ n: a.n + b.n, total: a.total + b.total }) },
      commutative: true,
      present: ({ n, total }: { n: number; total: number }) => total / n,
    }),
    [],
  ],
].map(([name, each, hints]) => [name, each, hints] as never)

describe('what is lawful raises no alarm', () => {
  test.each(lawful)('%s, over 200 seeds', async (_name, each, hints) => {
    for (let at = 1; at <= 200; at++) {
      const report = await checkAggregation(each, { seed: at, runs: 50, seconds: 60 })
      assertLawful(report)
      expect(report.hints).toEqual(hints.map((hint) => expect.stringMatching(hint)))
    }
  })
})

describe('a check', () => {
  it('says where fractions differ in their last digits, and forgives nothing if told so', async () => {
    const { held, broken } = await checkAggregation(sum, { seed })
    expect(broken).toEqual([])
    expect(held.find(({ law }) => law === 'associative')?.rounded).toMatch(
      /^concat\(concat\(.*\), .*\) is .*\d, concat\(.*, concat\(.*\)\) is .*\d$/,
    )
    expect(held.find(({ law }) => law === 'commutative')?.rounded).toBe(undefined)
    const strict = await checkAggregation(sum, { seed, tolerance: 0 })
    expect(strict.broken.map(({ law }) => law)).toEqual(['associative'])
    const whole = await checkAggregation(sum, { values: [1, 2, 3, 1000], tolerance: 0, seed })
    expect(whole.broken).toEqual([])
  })

  it('asks for values where none can be made up, and does not pass', async () => {
    const url = codec.of<URL>({ id: 'url', encode: ({ href }) => href, decode: (text) => new URL(text) })
    const links = aggregation({ id: 'links', value: url, semigroup: { concat: (_a: URL, b: URL) => b } })
    const report = await checkAggregation(links)
    expect(report.held).toEqual([])
    expect(() => assertLawful(report)).toThrow(
      'links: nothing could be checked: nobody but you knows the values of the codec url. Give some: { inputs: […] }, which prepare takes, or { values: […] }',
    )
    assertLawful(await checkAggregation(links, { values: [new URL('http://a/'), new URL('http://b/')] }))
    const any = aggregation({ id: 'any', value: codec.json<{ n: number }>(), semigroup: { concat: (a, b) => ({ n: a.n + b.n }) } })
    expect((await checkAggregation(any)).unchecked).toMatchObject([{ law: 'all', reason: /takes any JSON/ }])
    assertLawful(await checkAggregation(any, { values: fc.record({ n: fc.integer({ min: -9, max: 9 }) }) }))
    const user = { id: 'user', value: codec.int, semigroup: { concat: plus }, prepare: ({ at }: { at: Date }) => at.getTime() }
    expect((await checkAggregation(aggregation(user))).unchecked).toMatchObject([{ reason: /it takes nothing that was tried$/ }])
  })

  it('refuses values that are none', async () => {
    await expect(checkAggregation(sum, { values: [] })).rejects.toThrow('the values hold nothing to check a law with')
    await expect(checkAggregation(sum, { inputs: 5 as never })).rejects.toThrow('the inputs hold nothing to check a law with; got 5')
  })

  it('does not pass where every try is refused', async () => {
    const never = aggregation({
      id: 'never',
      value: codec.int,
      semigroup: {
        concat: (): number => {
          throw new Error('not today')
        },
      },
    })
    const { unchecked } = await checkAggregation(never)
    expect(unchecked).toContainEqual({ law: 'associative', reason: 'each of 1000 tries was refused, the last one with: not today' })
  })

  it('takes an overflow for what it is', async () => {
    const large = fc.integer({ min: 2 ** 52, max: 2 ** 53 - 1 })
    assertLawful(await checkAggregation(sum, { values: fc.oneof(large, fc.integer()), seed }))
  })

  it('tells what could be declared', async () => {
    const union = aggregation({
      id: 'union',
      value: codec.array(codec.int),
      semigroup: { concat: (a, b) => [...new Set([...a, ...b])].sort((x, y) => x - y) },
      prepare: (n: number) => [n],
    })
    const { hints } = await checkAggregation(union, { inputs: fc.integer(), seed })
    expect(hints).toEqual([
      'commutative in 1000 runs, and not declared so: if it always is, declare commutative: true, and its store is merged without waiting for its turn',
      'idempotent in 1000 runs, and not declared so: if it always is, declare idempotent: true',
    ])
    expect((await checkAggregation(union, { inputs: [1], seed })).hints).toEqual([])
    expect((await checkAggregation(concatenation, { seed })).hints).toEqual([])
  })

  it('feeds prepare, and what comes of it is merged', async () => {
    const sizes: number[] = []
    const longest = aggregation<readonly string[], string>({
      id: 'bag',
      value: codec.array(codec.string),
      prepare: (text) => [text],
      semigroup: {
        concat: (a, b) => {
          sizes.push(a.length + b.length)
          return [...a, ...b].sort()
        },
      },
      commutative: true,
    })
    assertLawful(await checkAggregation(longest, { inputs: fc.string(), seed }))
    expect(sizes.reduce((a, b) => Math.max(a, b))).toBeGreaterThan(60)
  })

  it('uses an equality that is given', async () => {
    const lists = aggregation({
      id: 'bag',
      value: codec.array(codec.int),
      semigroup: { concat: (a, b) => [...a, ...b] },
      commutative: true,
    })
    expect((await checkAggregation(lists, { seed })).broken.map(({ law }) => law)).toEqual(['commutative'])
    const sorted = (list: readonly number[]) => JSON.stringify(list.toSorted((a, b) => a - b))
    assertLawful(await checkAggregation(lists, { seed, equals: (a, b) => sorted(a) === sorted(b) }))
  })

  it('ends in time', async () => {
    const slow = aggregation({
      id: 'slow',
      value: codec.int,
      semigroup: {
        concat: (a, b) => {
          for (const end = performance.now() + 0.2; performance.now() < end; );
          return Math.max(a, b)
        },
      },
      commutative: true,
      idempotent: true,
    })
    const started = performance.now()
    const { held } = await checkAggregation(slow, { seconds: 0.5, runs: 100_000 })
    expect(held.map(({ runs }) => runs).every((runs) => runs >= 100)).toBe(true)
    expect(performance.now() - started).toBeLessThan(10_000)
  })
})
