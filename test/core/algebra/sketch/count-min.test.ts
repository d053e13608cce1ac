import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countMin } from '../../../../core/algebra/sketch/count-min/count-min.ts'
import * as codec from '../../../../core/codec/index.ts'
import { semigroupLaws } from '../laws.ts'
import { damageLaws } from './damage.ts'
import { staysWritten } from './format.ts'
import { inParts } from './parts.ts'
import { countsOf, random, uniform, zipf } from './streams.ts'

// Small tables, so that a handful of keys is already too many to keep.
const plain = countMin({ epsilon: 0.2, delta: 0.1 })
const heavy = countMin({ epsilon: 0.05, delta: 0.1, heavyHitters: 0.25 })

type Sketch = ReturnType<typeof plain.prepare>

const keys = fc.oneof(fc.constantFrom('', 'a', 'b', 'ü', '🐦'), fc.string({ unit: 'grapheme', maxLength: 12 }))

/** Values of every kind: nothing, one key, few, too many. */
const values = (sum: typeof plain): fc.Arbitrary<Sketch> =>
  fc.oneof(
    keys.map(sum.prepare),
    fc.array(keys, { maxLength: 30 }).map((all) => all.map(sum.prepare).reduce(sum.semigroup.concat, sum.empty as Sketch)),
  )

/** What is promised not to depend on the order of merging: everything but the candidates that are not shown. */
const alike = (a: Sketch, b: Sketch): boolean => {
  const [x, y] = [heavy.codec.encode({ ...a, candidates: [] } as Sketch), heavy.codec.encode({ ...b, candidates: [] } as Sketch)]
  return x === y && JSON.stringify(heavy.present(a).heavyHitters) === JSON.stringify(heavy.present(b).heavyHitters)
}

semigroupLaws('countMin', plain, values(plain))
semigroupLaws('countMin with heavy hitters', heavy, values(heavy), alike)

describe('countMin', () => {
  damageLaws(heavy.codec, values(heavy))

  staysWritten(countMin({ epsilon: 0.05, delta: 0.5, heavyHitters: 0.25 }), [
    [[], 'QwE3AQAAAAAAANA/AAAXaamZ'],
    [['a'], 'QwE3AQAAAAAAANA/AAEBYQH+wIJP'],
    [['b', 'a', 'b'], 'QwE3AQAAAAAAANA/AAIBYQEBYgJmqrgB'],
    [
      [...'abcdefghijklmnopaaaaaaa'],
      'QwE3AQAAAAAAANA/ARcAAAAAAAAAAQIAAAAAAAEAAAAAAAAIAAAAAAEAAAEAAAABAQAAAAEAAAEAAAAAAAACAAACAAEAAQFhg3jEJg==',
    ],
  ])

  it('refuses what nobody could have written', () => {
    const { toBytes, fromBytes } = heavy.codec.binary as NonNullable<typeof heavy.codec.binary>
    const table = inParts(heavy, uniform(6, 1000, 500), random(7), 1)
    if (table.kind !== 'many') return expect.unreachable()
    const more = table.cells.slice()
    more[60] = (more[60] as number) + 1
    expect(() => fromBytes(toBytes({ ...table, cells: more }))).toThrow(/rows that each add up to the total/)
    expect(() => fromBytes(toBytes({ ...table, candidates: ['key-1'] }))).toThrow(/candidates that are often enough/)
    const counts = new Map(Array.from({ length: 100 }, (_, i) => [`key-${i}`, 1]))
    expect(() => fromBytes(toBytes({ kind: 'few', total: 100, counts }))).toThrow(/keys for which there is room/)
    const most = new Map([
      ['a', Number.MAX_SAFE_INTEGER],
      ['b', 1],
    ])
    expect(() => fromBytes(toBytes({ kind: 'few', total: 0, counts: most }))).toThrow(/a total up to 9007199254740991/)
  })

  it.each([
    ['zipf', zipf(1, 100_000, 20_000)],
    ['uniform', uniform(2, 100_000, 20_000)],
  ])('is within its bounds for %s keys, whatever the way of merging', (_, stream) => {
    const options = { epsilon: 0.001, delta: 0.01, heavyHitters: 0.01 }
    const sum = countMin(options)
    const truth = countsOf(stream)
    const next = random(3)
    const whole = sum.codec.encode(inParts(countMin({ epsilon: 0.001, delta: 0.01 }), stream, next, 1)).length
    for (const parts of [1, 7, 100]) {
      const value = inParts(sum, stream, next, parts)
      expect(value.kind).toBe('many')
      const shown = sum.present(value)
      expect(shown.total).toBe(stream.length)
      let outside = 0
      for (const [key, count] of truth) {
        const { estimate, min, max } = shown.count(key)
        if (max !== estimate || estimate < count) expect.fail(`${key}: ${estimate} up to ${max}, not ${count}`)
        if (count < min) outside += 1
      }
      expect(outside / truth.size).toBeLessThanOrEqual(options.delta)
      const frequent = [...truth].filter(([, count]) => count >= options.heavyHitters * stream.length).map(([key]) => key)
      const found = shown.heavyHitters.map(({ key }) => key)
      expect(found).toEqual(expect.arrayContaining(frequent))
      for (const key of found) {
        expect(truth.get(key)).toBeGreaterThanOrEqual((options.heavyHitters - options.epsilon) * stream.length)
      }
      expect(sum.codec.encode(value).length).toBeLessThan(whole * 1.2)
    }
  })

  it('is exact as long as there is room', () => {
    const sum = countMin({ epsilon: 0.001, delta: 0.001, heavyHitters: 0.2 })
    const stream = uniform(4, 5000, 500)
    const shown = sum.present(inParts(sum, stream, random(5), 20))
    for (const [key, count] of countsOf(stream)) {
      expect(shown.count(key)).toEqual({ estimate: count, min: count, max: count, confidence: 1 })
    }
    expect(shown.count('never')).toEqual({ estimate: 0, min: 0, max: 0, confidence: 1 })
    expect(shown.heavyHitters).toEqual([])
  })

  it('keeps keys until their text takes more room than the table', () => {
    // 14 counters in 3 rows: room for 42 letters, each key taking four more than it has.
    const kinds = (keys: readonly string[]) => keys.map(plain.prepare).reduce(plain.semigroup.concat).kind
    expect(kinds(['abc', 'bcd', 'cde', 'def', 'efg', 'fgh', 'fgh'])).toBe('few')
    expect(kinds(['abc', 'bcd', 'cde', 'def', 'efg', 'fghi'])).toBe('many')
  })

  it('judges heavy hitters against the total of the merge, whichever part they came from', () => {
    const sum = countMin({ epsilon: 0.01, delta: 0.01, heavyHitters: 0.1 })
    const some = (key: string, n: number) => sum.concatMany?.(Array.from({ length: n }, () => sum.prepare(key))) as Sketch
    const rest = (from: number, n: number) =>
      sum.concatMany?.(Array.from({ length: n }, (_, i) => sum.prepare(`rest-${from + i}`))) as Sketch
    // Heavy on the left alone, but no longer in all; and heavy on the right alone, and still so in all.
    const left = sum.semigroup.concat(some('left', 200), rest(0, 1000))
    const right = sum.semigroup.concat(some('right', 2000), rest(1000, 3000))
    expect(sum.present(left).heavyHitters.map(({ key }) => key)).toEqual(['left'])
    for (const all of [sum.semigroup.concat(left, right), sum.semigroup.concat(right, left)]) {
      expect(all.kind).toBe('many')
      expect(sum.present(all).heavyHitters.map(({ key }) => key)).toEqual(['right'])
    }
  })

  it('adds up the counts of one key, few keys and tables', () => {
    const twice = heavy.semigroup.concat(heavy.prepare('a'), heavy.prepare('a'))
    expect(twice).toEqual({ kind: 'one', key: 'a', count: 2 })
    const many = inParts(heavy, uniform(6, 1000, 500), random(7), 1)
    expect(many.kind).toBe('many')
    for (const other of [twice, heavy.semigroup.concat(twice, heavy.prepare('b'))]) {
      const { count, total } = heavy.present(heavy.semigroup.concat(many, other))
      expect(total).toBe(1000 + heavy.present(other).total)
      expect(count('a').estimate).toBe(heavy.present(many).count('a').estimate + 2)
    }
  })

  it('keeps no more candidates than it says', () => {
    const sum = countMin({ epsilon: 0.05, delta: 0.5, heavyHitters: 0.5 })
    const value = inParts(sum, uniform(8, 2000, 100), random(9), 1)
    expect(value).toMatchObject({ kind: 'many' })
    expect((value as { candidates: readonly string[] }).candidates.length).toBeLessThanOrEqual(16)
  })

  it('counts other keys than text by their codec', () => {
    const sum = countMin({ epsilon: 0.01, delta: 0.01, heavyHitters: 0.5, key: codec.tuple(codec.string, codec.int) })
    const value = sum.concatMany?.(
      [
        ['a', 1],
        ['a', 1],
        ['b', 2],
      ].map((key) => sum.prepare(key as [string, number])),
    ) as Sketch
    expect(sum.present(value).count(['a', 1]).estimate).toBe(2)
    expect(sum.present(value).heavyHitters.map(({ key }) => key)).toEqual([['a', 1]])
    expect(sum.id).toContain('key:tuple(string,int)')
  })

  it('has a name for each set of parameters', () => {
    expect(countMin({ epsilon: 0.01, delta: 0.02, heavyHitters: 0.1 }).id).toBe(
      'countMin(epsilon:0.01,delta:0.02,heavyHitters:0.1,murmur3(0))',
    )
    expect(countMin({ epsilon: 0.01, delta: 0.02 }).id).toBe('countMin(epsilon:0.01,delta:0.02,murmur3(0))')
  })

  it.each([
    [{ epsilon: 0, delta: 0.1 }, /epsilon is out of range; got 0; allowed: a number from 0.000001 to 0.5/],
    [{ epsilon: Number.NaN, delta: 0.1 }, /epsilon is out of range; got NaN/],
    [{ epsilon: 0.1, delta: 1 }, /delta is out of range/],
    [{ epsilon: 1e-6, delta: 1e-12 }, /too large a table; got "2718282 x 28 counters"/],
    [{ epsilon: 0.1, delta: 0.1, heavyHitters: 0.3 }, /heavyHitters is out of range; got 0.3; allowed: a number from 0.4 to 1/],
  ])('refuses %j', (options, message) => {
    expect(() => countMin(options)).toThrow(message)
  })

  it('refuses keys that cannot be written, and a total that would not be exact', () => {
    expect(() => plain.prepare('\ud800')).toThrow(expect.objectContaining({ code: 'encode' }))
    expect(() => plain.prepare(7 as unknown as string)).toThrow(expect.objectContaining({ code: 'encode' }))
    const most: Sketch = { kind: 'one', key: 'a', count: Number.MAX_SAFE_INTEGER }
    expect(() => plain.semigroup.concat(most, plain.prepare('b'))).toThrow(expect.objectContaining({ code: 'overflow' }))
  })

  it('refuses a table of other parameters, with both named', () => {
    const bytes = countMin({ epsilon: 0.1, delta: 0.01 }).codec.binary?.toBytes(plain.prepare('a')) as Uint8Array
    expect(() => plain.codec.binary?.fromBytes(bytes)).toThrow(/a table of 14 x 3 .*; this one has 28 x 5/)
  })
})
