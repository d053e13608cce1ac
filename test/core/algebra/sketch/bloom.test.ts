import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bloom } from '../../../../core/algebra/sketch/bloom/bloom.ts'
import * as codec from '../../../../core/codec/index.ts'
import { semigroupLaws } from '../laws.ts'
import { damageLaws } from './damage.ts'
import { staysWritten } from './format.ts'
import { inParts } from './parts.ts'
import { random } from './streams.ts'

// So small that some keys are few and others many; and so small that a single key could be many.
const small = bloom({ capacity: 40, falsePositives: 0.1 })
const least = bloom({ capacity: 1, falsePositives: 1e-6 })

type Sketch = ReturnType<typeof small.prepare>

const keys = fc.oneof(fc.constantFrom('', 'a', 'b', 'ü', '🐦'), fc.string({ unit: 'grapheme', maxLength: 12 }))

const values = (sum: typeof small): fc.Arbitrary<Sketch> =>
  fc.oneof(
    keys.map(sum.prepare),
    fc.array(keys, { maxLength: 8 }).map((all) => all.map(sum.prepare).reduce(sum.semigroup.concat, sum.empty as Sketch)),
  )

semigroupLaws('bloom', small, values(small))
semigroupLaws('bloom of one key', least, values(least))

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `key-${from + i}`)

describe('bloom', () => {
  damageLaws(small.codec, values(small))

  staysWritten(small, [
    [[], 'QgHAAQMAAGxZS9Y='],
    [['a'], 'QgHAAQMAAzMVQgqnBK8='],
    [['a', 'b', 'c'], 'QgHAAQMBAACAEAAACAAAAgEAAAAAAAAQEEAAAAAIWZsjmQ=='],
  ])

  it('refuses what nobody could have written', () => {
    const { toBytes, fromBytes } = small.codec.binary as NonNullable<typeof small.codec.binary>
    const refused = (value: Sketch) => expect(() => fromBytes(toBytes(value)))
    refused({ kind: 'few', places: Int32Array.of(3, 192) }).toThrow(/places within the filter/)
    refused({ kind: 'few', places: Int32Array.from({ length: 20 }, (_, i) => i) }).toThrow(/no more places than are listed/)
    refused({ kind: 'many', bytes: Uint8Array.of(7, ...new Uint8Array(23)), set: 3 }).toThrow(/all bits only where many are set/)
    for (const json of [[1, 1], [2, 1], [192], [-1], [0.5], [1, 2, 3, 4]]) {
      expect(() => small.codec.fromJson(json)).toThrow(expect.objectContaining({ code: 'decode' }))
    }
  })

  it('never denies a key that is in it, whatever the way of merging', () =>
    fc.assert(
      fc.property(fc.array(keys, { minLength: 1, maxLength: 60 }), fc.integer(), fc.integer({ min: 1, max: 10 }), (all, seed, parts) => {
        const value = inParts(small, all, random(seed), parts)
        const { mayHave } = small.present(value)
        expect(all.filter((key) => !mayHave(key))).toEqual([])
        expect(small.codec.encode(value)).toBe(small.codec.encode(inParts(small, all, random(seed + 1), 1)))
      }),
      { numRuns: 1000 },
    ))

  it.each([0.1, 0.01, 0.001])('takes hardly more strangers for its own than %d of them', (falsePositives) => {
    const sum = bloom({ capacity: 10_000, falsePositives })
    const shown = sum.present(inParts(sum, range(0, 10_000), random(1), 5))
    const strangers = range(1_000_000, 1_100_000).filter(shown.mayHave).length
    // Three standard deviations of as many draws.
    const margin = 3 * Math.sqrt(falsePositives * 100_000)
    expect(shown.falsePositives).toBeLessThan(falsePositives * 1.1)
    expect(Math.abs(strangers - shown.falsePositives * 100_000)).toBeLessThan(margin)
  })

  it('knows about how many keys it has', () => {
    const sum = bloom({ capacity: 1000, falsePositives: 0.01 })
    let outside = 0
    const trials = 300
    for (let trial = 0; trial < trials; trial++) {
      const length = Math.round(10 ** (3.3 * random(trial)()))
      const { estimate, min, max } = sum.present(inParts(sum, range(trial * 10_000, trial * 10_000 + length), random(trial), 2)).size
      expect(min).toBeLessThanOrEqual(max)
      if (length < min || length > max) outside += 1
      expect(Math.abs(estimate - length)).toBeLessThan(0.15 * length + 1)
    }
    // 0.003 of 300 is 1; four are three standard deviations.
    expect(outside).toBeLessThanOrEqual(4)
  })

  it('is as one who has seen each key once, however often it came', () => {
    for (let n = 1; n <= 6; n++) {
      const all = range(0, n).map(small.prepare)
      const often = small.concatMany?.(Array.from({ length: 60 }, (_, i) => all[i % n] as Sketch))
      expect(often).toEqual(all.reduce(small.semigroup.concat))
    }
  })

  it('says when it is full, and that it knows no more', () => {
    const { size, falsePositives } = small.present(inParts(small, range(0, 20_000), random(2), 3))
    expect(falsePositives).toBe(1)
    expect(size.max).toBe(Number.POSITIVE_INFINITY)
    expect(size.min).toBeLessThanOrEqual(20_000)
  })

  it('has nothing at first', () => {
    const { mayHave, falsePositives, size } = small.present(small.empty as Sketch)
    expect(mayHave('a')).toBe(false)
    expect(falsePositives).toBe(0)
    expect(size).toEqual({ estimate: 0, min: 0, max: 0, confidence: 1 })
  })

  it('takes other keys than text by their codec', () => {
    const sum = bloom({ capacity: 10, falsePositives: 0.01, key: codec.int })
    expect(sum.present(sum.prepare(7)).mayHave(7)).toBe(true)
    expect(sum.id).toBe('bloom(capacity:10,falsePositives:0.01,key:int,murmur3(0))')
  })

  it.each([
    [{ capacity: 0, falsePositives: 0.1 }, /capacity is out of range/],
    [{ capacity: 10, falsePositives: 0 }, /falsePositives is out of range; got 0; allowed: a number from 0.000001 to 0.5/],
    [{ capacity: 10, falsePositives: Number.NaN }, /falsePositives is out of range/],
    [{ capacity: 1e8, falsePositives: 1e-6 }, /too large a filter/],
  ])('refuses %j', (options, message) => {
    expect(() => bloom(options)).toThrow(message)
  })

  it('refuses keys that cannot be written', () => {
    expect(() => small.prepare('\ud800')).toThrow(expect.objectContaining({ code: 'encode' }))
  })

  it('refuses a filter of another size, with both named', () => {
    const bytes = least.codec.binary?.toBytes(least.prepare('a')) as Uint8Array
    expect(() => small.codec.binary?.fromBytes(bytes)).toThrow(/192 bits, of which a key sets 3; here it is 64 and 20/)
  })
})
