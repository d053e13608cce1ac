import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { spaceSaver } from '../../../../core/algebra/sketch/space-saver/space-saver.ts'
import * as codec from '../../../../core/codec/index.ts'
import { semigroupLaws } from '../laws.ts'
import { damageLaws } from './damage.ts'
import { staysWritten } from './format.ts'
import { inParts } from './parts.ts'
import { countsOf, random, uniform, zipf } from './streams.ts'

const runs = { numRuns: 1000 }
const capacity = 4
const small = spaceSaver({ capacity })
const roomy = spaceSaver({ capacity: 8 })

type Sketch = ReturnType<typeof small.prepare>

const keysIn = (length: number) => fc.array(fc.constantFrom(...[...'abcdefgh'].slice(0, length)), { maxLength: 25 })

const many = (sum: typeof small, keys: readonly string[]): Sketch => keys.map(sum.prepare).reduce(sum.semigroup.concat, sum.empty as Sketch)

/** Whether both may be true of one input: what is all that is promised of two ways of merging. */
const consistent = (a: Sketch, b: Sketch): boolean => {
  const [x, y] = [small.present(a), small.present(b)]
  const overlap = (key: string) => x.count(key).min <= y.count(key).max && y.count(key).min <= x.count(key).max
  return x.total === y.total && [...'abcdefgh'].every(overlap)
}

semigroupLaws(
  'spaceSaver with a counter for each key',
  roomy,
  keysIn(8).map((keys) => many(roomy, keys)),
)
semigroupLaws(
  'spaceSaver, as far as bounds go',
  small,
  keysIn(8).map((keys) => many(small, keys)),
  consistent,
)

/** What of the promises, which hold for any input and any way of merging, does not hold. */
function broken(
  sum: typeof small,
  value: Sketch,
  size: number,
  truth: ReadonlyMap<string, number>,
  keys: Iterable<string>,
): readonly string[] {
  const { total, count, top } = sum.present(value)
  const faults: string[] = []
  const must = (holds: boolean, what: string) => {
    if (!holds) faults.push(what)
  }
  must(total === [...truth.values()].reduce((a, b) => a + b, 0), 'total')
  const known = new Set(top().map(({ key }) => key))
  must(known.size === Math.min(size, truth.size), 'as many counters as keys')
  for (const key of keys) {
    const exact = truth.get(key) ?? 0
    const { estimate, min, max, confidence } = count(key)
    must(confidence === 1 && estimate === max, `${key}: the upper bound`)
    must(min <= exact && exact <= max, `${key}: ${min} to ${max}, not ${exact}`)
    must(max - min <= total / size, `${key}: ${min} to ${max} is too far`)
    must(known.has(key) || exact <= total / size, `${key}: must be known`)
    must(truth.size > size || min === max, `${key}: exact`)
  }
  const ranks = [...truth.values()].sort((a, b) => b - a)
  for (let k = 1; k <= Math.min(10, known.size); k++) {
    for (const { key, guaranteed } of top(k))
      must(!guaranteed || (truth.get(key) ?? 0) >= (ranks[k - 1] as number), `${key}: not in the top ${k}`)
  }
  return faults
}

describe('spaceSaver', () => {
  damageLaws(
    small.codec,
    keysIn(8).map((keys) => many(small, keys)),
  )

  staysWritten(small, [
    [[], 'UwEEAAC/jSQG'],
    [['a'], 'UwEEAQEBYQEAtkC9iw=='],
    [['b', 'a', 'b'], 'UwEEAwIBYgIAAWEBAD+6cCA='],
    [[...'abcdefghijklmnop'], 'UwEEEAQBbQQDAW4EAwFvBAMBcAQDnOKpNQ=='],
  ])

  it('refuses what nobody could have written', () => {
    const { toBytes, fromBytes } = small.codec.binary as NonNullable<typeof small.codec.binary>
    const value = many(small, [...'aabcdef'])
    if (value.kind === 'one') return expect.unreachable()
    const refused = (changed: Partial<typeof value>) => expect(() => fromBytes(toBytes({ ...value, ...changed })))
    refused({ keys: ['a', 'a', 'a', 'a'], counts: Float64Array.of(4, 3, 2, 1), errors: new Float64Array(4), total: 10 }).toThrow(
      /keys that are there once/,
    )
    refused({ keys: value.keys.toReversed() }).toThrow(/counters in their order/)
    refused({ total: 5 }).toThrow(/counts that agree with the total/)
    refused({ errors: value.counts }).toThrow(/errors less than their counts/)
    refused({ keys: ['a', 'b', 'c', 'd'], counts: Float64Array.of(9, 2, 2, 2), errors: Float64Array.of(8, 0, 0, 0), total: 20 }).toThrow(
      /errors up to the least count/,
    )
    const two = { keys: ['a', 'b'], counts: Float64Array.of(2, 2), errors: new Float64Array(2), total: 4 }
    refused({ ...two, total: 5 }).toThrow(/counts that agree with the total/)
    refused({ ...two, errors: Float64Array.of(1, 0) }).toThrow(/no errors as long as there is room/)
    refused({ keys: [], counts: new Float64Array(), errors: new Float64Array(), total: 1 }).toThrow(/a total of 0/)
  })

  it('has bounds that hold for any input and any way of merging', () =>
    fc.assert(
      fc.property(keysIn(8), fc.integer(), fc.integer({ min: 1, max: 8 }), (keys, seed, parts) => {
        fc.pre(keys.length > 0)
        expect(broken(small, inParts(small, keys, random(seed), parts), capacity, countsOf(keys), 'abcdefgh')).toEqual([])
      }),
      runs,
    ))

  it('merges many exactly as one by one, and either way round', () =>
    fc.assert(
      fc.property(fc.array(keysIn(8), { minLength: 1, maxLength: 6 }), (parts) => {
        const values = parts.map((keys) => many(small, keys))
        expect(small.concatMany?.(values)).toEqual(values.reduce(small.semigroup.concat))
        const [a, b] = [values[0], values.at(-1)] as [Sketch, Sketch]
        expect(small.semigroup.concat(a, b)).toEqual(small.semigroup.concat(b, a))
        // Also one key at a time, which takes another path.
        const singles = [a, ...parts.flat().map(small.prepare)]
        expect(small.concatMany?.(singles)).toEqual(singles.reduce((x, y) => small.semigroup.concat(y, x)))
      }),
      runs,
    ))

  it('is not associative: if it ever is, its documentation is wrong', () => {
    const [a, b, c] = ['aaab', 'cdef', 'fgh'].map((keys) => many(small, [...keys])) as [Sketch, Sketch, Sketch]
    const { concat } = small.semigroup
    expect(concat(concat(a, b), c)).not.toEqual(concat(a, concat(b, c)))
  })

  it.each([
    ['zipf', zipf(1, 50_000, 10_000)],
    ['uniform', uniform(2, 50_000, 10_000)],
  ])('is within its bounds for %s keys, whatever the way of merging', (_, stream) => {
    const sum = spaceSaver({ capacity: 200 })
    const truth = countsOf(stream)
    const next = random(3)
    for (const parts of [1, 7, 50]) expect(broken(sum, inParts(sum, stream, next, parts), 200, truth, truth.keys())).toEqual([])
  })

  it('finds the most frequent keys of a skewed stream, and knows that it did', () => {
    const sum = spaceSaver({ capacity: 500 })
    const stream = zipf(4, 50_000, 10_000)
    const exact = [...countsOf(stream)].sort((a, b) => b[1] - a[1]).slice(0, 10)
    const top = sum.present(inParts(sum, stream, random(5), 20)).top(10)
    expect(top.map(({ key }) => key)).toEqual(exact.map(([key]) => key))
    expect(top.every(({ guaranteed }) => guaranteed)).toBe(true)
  })

  it('lists as many as asked for', () => {
    const { top } = small.present(many(small, [...'aaabbc']))
    expect(top(2).map(({ key }) => key)).toEqual(['a', 'b'])
    expect(top(0)).toEqual([])
    expect(top().map(({ key }) => key)).toEqual(['a', 'b', 'c'])
    expect(small.present(small.prepare('a')).top(1)).toEqual([
      { key: 'a', count: { estimate: 1, min: 1, max: 1, confidence: 1 }, guaranteed: true },
    ])
    expect(() => top(-1)).toThrow(/how many to list is out of range; got -1/)
  })

  it('counts other keys than text by their codec', () => {
    const sum = spaceSaver({ capacity: 4, key: codec.int })
    expect(sum.present(sum.semigroup.concat(sum.prepare(7), sum.prepare(7))).top()[0]).toMatchObject({ key: 7 })
    expect(sum.id).toBe('spaceSaver(capacity:4,key:int)')
    expect(small.id).toBe('spaceSaver(capacity:4)')
  })

  it.each([0, 1, 2.5, Number.NaN, 1e7])('refuses a capacity of %d', (size) => {
    expect(() => spaceSaver({ capacity: size })).toThrow(/capacity is out of range; .* allowed: a whole number from 2 to 1000000/)
  })

  it('refuses keys that cannot be written, and a total that would not be exact', () => {
    expect(() => small.prepare('\ud800')).toThrow(expect.objectContaining({ code: 'encode' }))
    const most: Sketch = { kind: 'one', key: 'a', count: Number.MAX_SAFE_INTEGER }
    expect(() => small.semigroup.concat(most, small.prepare('b'))).toThrow(expect.objectContaining({ code: 'overflow' }))
  })

  it('refuses another capacity, with both named', () => {
    const bytes = roomy.codec.binary?.toBytes(roomy.prepare('a')) as Uint8Array
    expect(() => small.codec.binary?.fromBytes(bytes)).toThrow(/a capacity of 4; this one has 8/)
  })
})
