import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ddSketch } from '../../../../core/algebra/sketch/dd-sketch/dd-sketch.ts'
import { mappingOf } from '../../../../core/algebra/sketch/dd-sketch/mapping.ts'
import { semigroupLaws } from '../laws.ts'
import { damageLaws, resealed } from './damage.ts'
import { staysWritten } from './format.ts'
import { inParts } from './parts.ts'
import { random } from './streams.ts'

const fine = ddSketch({ relativeAccuracy: 0.01 })
// So few bins that two powers of ten are too far apart for them.
const coarse = ddSketch({ relativeAccuracy: 0.1, maxBins: 16 })

type Sketch = ReturnType<typeof fine.prepare>

const numbers = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, 1, -1, 1e-310, 5e-324, Number.MAX_VALUE, -Number.MAX_VALUE, 2.2250738585072014e-308, 100),
  fc.double({ min: -1000, max: 1000, noNaN: true }),
)

const values = (sum: typeof fine): fc.Arbitrary<Sketch> =>
  fc.oneof(
    numbers.map(sum.prepare),
    fc.array(numbers, { maxLength: 20 }).map((all) => all.map(sum.prepare).reduce(sum.semigroup.concat, sum.empty as Sketch)),
  )

const many = (sum: typeof fine, all: readonly number[]): Sketch => sum.concatMany?.(all.map(sum.prepare)) as Sketch

const sorted = (all: Iterable<number>): readonly number[] => [...all].sort((a, b) => a - b)

semigroupLaws('ddSketch', fine, values(fine))
semigroupLaws('ddSketch with too few bins', coarse, values(coarse))

describe('ddSketch', () => {
  damageLaws(coarse.codec, values(coarse))

  staysWritten(coarse, [
    [[], 'RAGamZmZmZm5PxABAAAASNmfhA=='],
    [[1.5], 'RAGamZmZmZm5PxAAAAAAAAAA+D/P4iUh'],
    [[1, 2, 2, 0, -3, 1000], 'RAGamZmZmZm5PxABAQEAAAAAAAAIQAAAAAAAAAhADAECAAAAAAAA8D8AAAAAAECPQCgDAA4Bz3Yq3A=='],
  ])

  it('refuses what nobody could have written', () => {
    const { toBytes, fromBytes } = coarse.codec.binary as NonNullable<typeof coarse.codec.binary>
    const value = many(coarse, [1, 2, 3])
    if (typeof value === 'number') return expect.unreachable()
    const { positive } = value
    const none = { ...positive, count: 0, bins: new Int32Array(), counts: new Float64Array() }
    const one = { ...positive, count: 1, bins: positive.bins.slice(0, 1), counts: Float64Array.of(1) }
    const refused = (changed: Partial<typeof value>) => expect(() => fromBytes(toBytes({ ...value, ...changed })))
    refused({ zeros: Number.MAX_SAFE_INTEGER }).toThrow(/a count up to/)
    refused({ zeros: 1, positive: none }).toThrow(/bins for more than one number/)
    refused({ positive: { ...positive, least: 5 } }).toThrow(/magnitudes in their order/)
    refused({ positive: { ...positive, greatest: 30 } }).toThrow(/a highest bin that holds the greatest/)
    refused({ positive: { ...positive, least: 0.01 } }).toThrow(/a lowest bin that holds the least/)
    refused({ zeros: 2, positive: { ...one, least: 0.98, greatest: 1 } }).toThrow(/as many numbers as extremes/)
    refused({ positive: { ...positive, bins: positive.bins.map((bin) => 9 * bin) } }).toThrow(
      /no farther apart than allowed|gaps between bins/,
    )
  })

  it('refuses a gap between bins that lie side by side', () => {
    const { toBytes, fromBytes } = coarse.codec.binary as NonNullable<typeof coarse.codec.binary>
    const bytes = [...toBytes(many(coarse, [1, 1.1]))]
    // The last count, before the checksum.
    expect(bytes.at(-5)).toBe(1)
    bytes.splice(-5, 0, 0, 0)
    expect(() => fromBytes(resealed(Uint8Array.from(bytes)))).toThrow(/gaps between bins/)
  })

  const next = random(1)
  const streams: readonly (readonly [string, readonly number[]])[] = [
    ['uniform', Array.from({ length: 20_000 }, () => next() * 1000)],
    ['of a long tail', Array.from({ length: 20_000 }, () => 0.001 / (1 - next()) ** 2)],
    ['of both signs', Array.from({ length: 20_000 }, (_, i) => (i % 7 === 0 ? 0 : Math.tan(Math.PI * (next() - 0.5))))],
    ['whole', Array.from({ length: 20_000 }, () => Math.floor(next() * 50))],
  ]

  it.each(streams)('is as accurate as it says for numbers that are %s, whatever the way of merging', (_, stream) => {
    const exact = sorted(stream)
    let first: string | undefined
    for (const parts of [1, 5, 100]) {
      const value = inParts(fine, stream, next, parts)
      first ??= fine.codec.encode(value)
      expect(fine.codec.encode(value)).toBe(first)
      const shown = fine.present(value)
      expect(shown).toMatchObject({ count: stream.length, min: exact[0], max: exact.at(-1) })
      for (let q = 0; q <= 1; q += 1 / 512) {
        const truth = exact[Math.floor(q * (exact.length - 1))] as number
        const { estimate, min, max, confidence } = shown.quantile(q)
        expect(confidence).toBe(1)
        expect(min).toBeLessThanOrEqual(truth)
        expect(max).toBeGreaterThanOrEqual(truth)
        expect(Math.abs(estimate - truth)).toBeLessThanOrEqual(0.01 * Math.abs(truth) * (1 + 1e-9))
      }
    }
  })

  it.each([
    ['fine', fine],
    ['coarse', coarse],
  ])('has bounds that hold for any numbers (%s)', (_, sum) =>
    fc.assert(
      fc.property(fc.array(numbers, { minLength: 1, maxLength: 30 }), fc.double({ min: 0, max: 1, noNaN: true }), (all, q) => {
        // Alone, a number stays as it is; among others, the smallest magnitudes are 0.
        const exact = sorted(all.map((x) => (all.length > 1 && Math.abs(x) < 2.2250738585072014e-308 ? 0 : x + 0)))
        const shown = sum.present(many(sum, all))
        expect([shown.count, shown.min, shown.max]).toEqual([all.length, exact[0], exact.at(-1)])
        const truth = exact[Math.floor(q * (exact.length - 1))] as number
        const { estimate, min, max } = shown.quantile(q)
        expect(min <= truth && truth <= max && min <= estimate && estimate <= max).toBe(true)
      }),
      { numRuns: 1000 },
    ),
  )

  it('puts numbers beside the edge of a bin where its bounds still hold', () => {
    for (const accuracy of [1e-4, 0.01, 0.1, 0.5]) {
      const { binOf, lowerOf, upperOf, middleOf } = mappingOf(accuracy)
      const highest = binOf(Number.MAX_VALUE)
      const width = Math.log1p((2 * accuracy) / (1 - accuracy))
      for (let i = -200; i <= 200; i++) {
        const bin = Math.round((highest * i) / 201)
        const edge = Math.exp(bin * width)
        for (let digits = -400; digits <= 400; digits += 40) {
          const x = edge * (1 + digits * 2 ** -52)
          const met = binOf(x)
          const near = Math.abs(middleOf(met) - x) <= accuracy * x * (1 + 1e-7)
          if (!(near && (met === bin || met === bin + 1) && lowerOf(met) <= x && x <= upperOf(met))) {
            expect.fail(`accuracy ${accuracy}: ${x} is in bin ${met}, from ${lowerOf(met)} to ${upperOf(met)}`)
          }
        }
      }
    }
  })

  it('gives up the lowest bins first, and says so', () => {
    const value = many(coarse, [0.001, 0.002, 1, 50, 60, 70, 80, 90, 100, 100])
    const { quantile } = coarse.present(value)
    expect(quantile(0.15)).toMatchObject({ min: 0.001, confidence: 1 })
    expect(quantile(0.15).max).toBeGreaterThan(2)
    const { estimate, min, max } = quantile(0.9)
    expect(estimate / 100).toBeCloseTo(1, 0)
    expect(max / min).toBeLessThan(1.23)
  })

  it('is exact at both ends and of a single number', () => {
    const shown = fine.present(many(fine, [3.7, -2.1, 0, 12.3]))
    expect(shown.quantile(0)).toEqual({ estimate: -2.1, min: -2.1, max: -2.1, confidence: 1 })
    expect(shown.quantile(1)).toEqual({ estimate: 12.3, min: 12.3, max: 12.3, confidence: 1 })
    expect(fine.present(7.7).quantile(0.5)).toEqual({ estimate: 7.7, min: 7.7, max: 7.7, confidence: 1 })
  })

  it('knows nothing of nothing', () => {
    expect(fine.present(fine.empty as Sketch)).toMatchObject({ count: 0, min: Number.NaN, max: Number.NaN })
    expect(fine.present(fine.empty as Sketch).quantile(0.5).estimate).toBeNaN()
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, '1', null])('refuses %s', (input) => {
    expect(() => fine.prepare(input as number)).toThrow(expect.objectContaining({ code: 'encode' }))
  })

  it('takes -0 for 0', () => {
    expect(Object.is(fine.prepare(-0), 0)).toBe(true)
    expect(Object.is(fine.codec.fromJson(-0), 0)).toBe(true)
  })

  it.each([-0.1, 1.1, Number.NaN])('has no quantile %d', (q) => {
    expect(() => fine.present(1).quantile(q)).toThrow(expect.objectContaining({ code: 'invalid-option' }))
  })

  it('has a name for each set of parameters', () => {
    expect(coarse.id).toBe('ddSketch(relativeAccuracy:0.1,maxBins:16)')
    expect(fine.id).toBe('ddSketch(relativeAccuracy:0.01,maxBins:2048)')
  })

  it.each([
    [{ relativeAccuracy: 0 }, /relativeAccuracy is out of range; got 0; allowed: a number from 0.0001 to 0.5/],
    [{ relativeAccuracy: 1 }, /relativeAccuracy is out of range/],
    [{ relativeAccuracy: Number.NaN }, /relativeAccuracy is out of range/],
    [{ relativeAccuracy: 0.01, maxBins: 1.5 }, /maxBins is out of range; got 1.5; allowed: a whole number from 16 to 65536/],
  ])('refuses %j', (options, message) => {
    expect(() => ddSketch(options)).toThrow(message)
  })

  it('refuses a sketch of another accuracy, with both named', () => {
    const bytes = coarse.codec.binary?.toBytes(1) as Uint8Array
    expect(() => fine.codec.binary?.fromBytes(bytes)).toThrow(/accuracy of 0.01 and at most 2048 bins; this one has 0.1 and 16/)
  })

  it('refuses to count beyond what is exact', () => {
    let value = many(fine, [1, 2])
    expect(() => {
      for (let i = 0; i < 53; i++) value = fine.semigroup.concat(value, value)
    }).toThrow(expect.objectContaining({ code: 'overflow' }))
  })
})
