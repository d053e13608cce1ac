import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { minHash } from '../../../../core/algebra/sketch/min-hash/min-hash.ts'
import * as codec from '../../../../core/codec/index.ts'
import { semigroupLaws } from '../laws.ts'
import { damageLaws } from './damage.ts'
import { staysWritten } from './format.ts'
import { inParts } from './parts.ts'
import { random } from './streams.ts'

const small = minHash({ size: 16 })

type Sketch = ReturnType<typeof small.prepare>

const keys = fc.oneof(fc.constantFrom('', 'a', 'b', 'ü', '🐦'), fc.string({ unit: 'grapheme', maxLength: 12 }))

const values: fc.Arbitrary<Sketch> = fc.oneof(
  keys.map(small.prepare),
  fc.array(keys, { maxLength: 25 }).map((all) => all.map(small.prepare).reduce(small.semigroup.concat, small.empty as Sketch)),
)

semigroupLaws('minHash', small, values)

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `key-${from + i}`)
const setOf = (sum: typeof small, all: readonly string[]): Sketch => sum.concatMany?.(all.map(sum.prepare)) as Sketch

describe('minHash', () => {
  damageLaws(small.codec, values)

  staysWritten(small, [
    [[], 'TQEQAJonOgM='],
    [['a'], 'TQEQAarVwonx5bIPwjJd0Q=='],
    [['a', 'b', 'ü'], 'TQEQA8qzoPHB9fkHyvKc/eHZlAOUr4WbzZakBBDeAvI='],
  ])

  it('refuses what nobody could have written', () => {
    const { toBytes, fromBytes } = small.codec.binary as NonNullable<typeof small.codec.binary>
    const refused = (value: Sketch) => expect(() => fromBytes(toBytes(value)))
    refused([1, 2 ** 53]).toThrow(/hashes of 53 bits|whole numbers/)
    refused(Array.from({ length: 17 }, (_, i) => i)).toThrow(/no more hashes than the size/)
    for (const json of [-1, 0.5, 2 ** 53]) expect(() => small.codec.fromJson(json)).toThrow(expect.objectContaining({ code: 'decode' }))
  })

  it.each([10, 1000, 1100, 5000, 20_000])('keeps the least hashes of %d keys, whatever the way of merging', (length) => {
    const all = range(0, length)
    const least = [...new Set(all.map(small.prepare) as number[])].sort((a, b) => a - b).slice(0, 16)
    for (let seed = 0; seed < 20; seed++) {
      expect(inParts(small, [...all, ...all.slice(0, 50)], random(seed), 1 + (seed % 7))).toEqual(least)
      // Others come first.
      all.push(...all.splice(0, length / 20))
    }
  })

  it('lets go of nothing that may still be among the least', () => {
    const first = Array.from({ length: 16 }, (_, i) => 100 * (i + 1))
    const rest = Array.from({ length: 5000 }, (_, i) => 10_000 + i)
    expect(small.concatMany?.([...first, ...rest, 1550])).toEqual([...first.slice(0, 15), 1550])
    expect(small.concatMany?.([first, ...rest, [1550, 1560]])).toEqual([...first.slice(0, 15), 1550])
  })

  it('is exact as long as both sets are small', () =>
    fc.assert(
      fc.property(fc.uniqueArray(keys, { maxLength: 15 }), fc.uniqueArray(keys, { maxLength: 15 }), (a, b) => {
        const [x, y] = [small.present(setOf(small, a)), small.present(setOf(small, b))]
        const truth = a.filter((key) => b.includes(key)).length / new Set([...a, ...b]).size
        expect(x.size).toEqual({ estimate: a.length, min: a.length, max: a.length, confidence: 1 })
        expect(x.similarity(y)).toEqual({ estimate: truth, min: truth, max: truth, confidence: 1 })
      }),
      { numRuns: 1000 },
    ))

  it.each([32, 256])('is within its bounds, with %d hashes', (size) => {
    const sum = minHash({ size })
    const trials = 300
    const outside = { size: 0, similarity: 0 }
    let ratios = 0
    for (let trial = 0; trial < trials; trial++) {
      const next = random(trial)
      // One is large, the other may be small.
      const [n, m, both] = [500 + Math.floor(next() * 1500), 1 + Math.floor(next() * 1500), Math.floor(next() * 500)]
      const start = trial * 10_000
      const a = sum.present(setOf(sum, range(start, start + n)))
      const b = sum.present(setOf(sum, range(start + n - both, start + n - both + m)))
      const { estimate, min, max, confidence } = a.similarity(b)
      expect(b.similarity(a)).toEqual({ estimate, min, max, confidence })
      expect(confidence).toBe(0.99)
      expect(max - min).toBeLessThanOrEqual((2 * 1.63) / Math.sqrt(size))
      const truth = Math.min(both, m) / (n + m - Math.min(both, m))
      if (truth < min || truth > max) outside.similarity += 1
      if (n < a.size.min || n > a.size.max) outside.size += 1
      ratios += a.size.estimate / n
    }
    // 0.01 of 300 is 3; eight are three standard deviations.
    expect(outside.similarity).toBeLessThanOrEqual(8)
    expect(outside.size).toBeLessThanOrEqual(8)
    // No leaning to one side: three standard deviations of the mean.
    expect(Math.abs(ratios / trials - 1)).toBeLessThan(3 / Math.sqrt((size - 2) * trials))
  })

  it('compares a small set with a large one, and small ones with a large union', () => {
    const [a, b] = [small.present(setOf(small, range(0, 15))), small.present(setOf(small, range(5, 20)))]
    expect(a.similarity(b)).toEqual({ estimate: 0.5, min: 0.5, max: 0.5, confidence: 1 })
    const large = small.present(setOf(small, range(0, 3000)))
    const { min, max } = a.similarity(large)
    expect(min).toBeLessThanOrEqual(0.005)
    expect(max).toBeGreaterThanOrEqual(0.005)
  })

  it('has nothing at first', () => {
    const nothing = small.present(small.empty as Sketch)
    expect(nothing.size.estimate).toBe(0)
    expect(nothing.similarity(nothing).estimate).toBeNaN()
    expect(nothing.similarity(small.present(small.prepare('a'))).estimate).toBe(0)
  })

  it('compares only what is of one size', () => {
    const other = minHash({ size: 17 })
    const a = small.present(small.prepare('a'))
    expect(() => a.similarity(other.present(other.prepare('a')))).toThrow(
      /got "a MinHash of size 17"; allowed: what a MinHash of size 16 shows/,
    )
    expect(() => a.similarity({ ...a })).toThrow(expect.objectContaining({ code: 'invalid-option' }))
  })

  it('takes other keys than text by their codec', () => {
    const sum = minHash({ size: 16, key: codec.int })
    expect(sum.present(sum.prepare(7)).size.estimate).toBe(1)
    expect(sum.id).toBe('minHash(size:16,key:int,murmur3(0))')
  })

  it.each([0, 15, 16.5, Number.NaN, 1e6])('refuses a size of %d', (size) => {
    expect(() => minHash({ size })).toThrow(/size is out of range; .* allowed: a whole number from 16 to 65536/)
  })

  it('refuses keys that cannot be written', () => {
    expect(() => small.prepare('\ud800')).toThrow(expect.objectContaining({ code: 'encode' }))
  })

  it('refuses a sketch of another size, with both named', () => {
    const bytes = minHash({ size: 20 }).codec.binary?.toBytes(1) as Uint8Array
    expect(() => small.codec.binary?.fromBytes(bytes)).toThrow(/a size of 16; this one has 20/)
  })
})
