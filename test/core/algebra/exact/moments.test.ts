import fc from 'fast-check'
import { codec, job, source, store } from 'tanager'
import { contramap, correlation, type Moments, moments } from 'tanager/algebra'
import { memory } from 'tanager/memory'
import { describe, expect, it } from 'vitest'
import { semigroupLaws, totalsOf } from '../laws.ts'
import { measures } from './numbers.ts'

semigroupLaws('moments', moments, totalsOf(moments, measures))
semigroupLaws('correlation', correlation, totalsOf(correlation, fc.tuple(measures, measures)))

const momentsOf = (numbers: readonly number[]) => moments.present(numbers.map(moments.prepare).reduce(moments.semigroup.concat))
const correlationOf = (points: readonly (readonly [number, number])[]) =>
  correlation.present(points.map(correlation.prepare).reduce(correlation.semigroup.concat))

/** Computed from whole numbers, with fractions of whole numbers: what is right beyond doubt. */
function truth(numbers: readonly number[]): Moments {
  const n = BigInt(numbers.length)
  const central = (power: bigint) => {
    const sum = numbers.reduce((all, x) => all + BigInt(x), 0n)
    return numbers.reduce((all, x) => all + (n * BigInt(x) - sum) ** power, 0n)
  }
  const [second, third, fourth] = [central(2n), central(3n), central(4n)].map(Number) as [number, number, number]
  const count = numbers.length
  const variance = second / count ** 3
  return {
    count,
    mean: numbers.reduce((all, x) => all + x, 0) / count,
    variance,
    skewness: third / count ** 4 / variance ** 1.5,
    kurtosis: fourth / count ** 5 / variance ** 2 - 3,
  }
}

describe('moments', () => {
  it('are those of the numbers there were', () => {
    const numbers = fc.array(fc.integer({ min: -10_000, max: 10_000 }), { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(numbers, (all) => {
        const { count, mean, variance, skewness, kurtosis } = momentsOf(all)
        const expected = truth(all)
        expect([count, mean]).toEqual([expected.count, expected.mean])
        expect(variance).toBeCloseTo(expected.variance, 4)
        if (variance > 0) {
          expect(skewness).toBeCloseTo(expected.skewness, 9)
          expect(kurtosis).toBeCloseTo(expected.kurtosis, 9)
        } else expect([skewness, kurtosis]).toEqual([Number.NaN, Number.NaN])
      }),
      { numRuns: 1000 },
    )
  })

  it('know a small spread far from 0', () => {
    const far = [4, 7, 13, 16].map((x) => x + 1e15)
    expect(momentsOf(far)).toEqual({ count: 4, mean: 1e15 + 10, variance: 22.5, skewness: 0, kurtosis: expect.closeTo(-1.64, 12) })
  })

  it('know numbers with fractions, large and small ones', () => {
    expect(momentsOf([0.1, 0.1, 0.1, 0.1]).variance).toBe(0)
    expect(momentsOf([1e-60, 3e-60])).toMatchObject({ mean: 2e-60, variance: expect.closeTo(1e-120, 130), kurtosis: -2 })
    expect(momentsOf([1e60, -1e60]).mean).toBe(0)
    expect(momentsOf([1e60, -1e60]).variance / 1e120).toBeCloseTo(1, 12)
    expect(momentsOf([0, 0, 0, 1]).skewness).toBeCloseTo(2 / Math.sqrt(3), 12)
  })

  it('keep a single number as it is', () => {
    expect(moments.codec.encode(moments.prepare(2.5))).toBe('2.5')
    expect(momentsOf([2.5])).toEqual({ count: 1, mean: 2.5, variance: 0, skewness: Number.NaN, kurtosis: Number.NaN })
  })

  it.each([Number.NaN, Number.NEGATIVE_INFINITY, 1e61, 1e-61])('refuse %s', (x) => {
    expect(() => moments.prepare(x)).toThrow('allowed: 0, and numbers of a size from 2^-200 to 2^200')
    expect(() => correlation.prepare([0, x])).toThrow('allowed: 0, and numbers of a size from 2^-200 to 2^200')
  })

  it.each(['[1,[1],[1],[1],[1]]', '[2,[1],[1],[1]]', '[2,[1],[1],[1],[1,1]]', '"1"', '1e70', '[2.5,[],[],[],[]]'])(
    'refuse a stored %s',
    (text) => {
      expect(() => moments.codec.decode(text)).toThrow()
    },
  )

  it('are the same whatever the batches', async () => {
    const latencies = source('latencies', { item: codec.float })
    const latency = store('latency', { key: codec.string, sum: moments })
    const measuring = job('latency', latencies.keyBy(() => 'all').aggregateByKey(latency))
    const items = Array.from({ length: 500 }, (_, i) => Math.sqrt(i) * 1.1)
    const read = async (batchSize: number) =>
      (await memory({ batchSize }).on(measuring).run({ latencies: items })).stores.latency.get('all')
    const [one, many] = await Promise.all([read(1), read(500)])
    expect(one).toEqual(many)
    expect(one?.count).toBe(500)
  })
})

describe('correlation', () => {
  it('finds the line that points are on', () => {
    const line = correlationOf([1, 2, 5, 9].map((x) => [x, 3 * x - 2] as const))
    expect(line).toEqual({
      count: 4,
      meanX: 4.25,
      meanY: 10.75,
      varianceX: 9.6875,
      varianceY: 87.1875,
      covariance: 29.0625,
      correlation: 1,
      slope: 3,
      intercept: -2,
    })
    expect(correlationOf([1, 2, 5].map((x) => [x, 4 - x] as const))).toMatchObject({ correlation: -1, slope: -1, intercept: 4 })
  })

  it('agrees with the textbook', () => {
    const points = fc.array(fc.tuple(fc.integer({ min: -100, max: 100 }), fc.integer({ min: -100, max: 100 })), {
      minLength: 2,
      maxLength: 30,
    })
    fc.assert(
      fc.property(points, (all) => {
        const { correlation: r, covariance, slope } = correlationOf(all)
        const mean = (by: (point: readonly [number, number]) => number) => all.reduce((sum, point) => sum + by(point), 0) / all.length
        const [mx, my] = [mean(([x]) => x), mean(([, y]) => y)]
        const both = mean(([x, y]) => (x - mx) * (y - my))
        const [xx, yy] = [mean(([x]) => (x - mx) ** 2), mean(([, y]) => (y - my) ** 2)]
        expect(covariance).toBeCloseTo(both, 6)
        if (new Set(all.map(([x]) => x)).size > 1) expect(slope).toBeCloseTo(both / xx, 6)
        if (new Set(all.map(([x]) => x)).size > 1 && new Set(all.map(([, y]) => y)).size > 1)
          expect(r).toBeCloseTo(both / Math.sqrt(xx * yy), 6)
        else expect(r).toBeNaN()
      }),
      { numRuns: 1000 },
    )
  })

  it('knows a small spread far from 0', () => {
    const far = [4, 7, 13, 16].map((x) => [x + 1e15, 2 * x - 1e15] as const)
    expect(correlationOf(far)).toMatchObject({ varianceX: 22.5, varianceY: 90, covariance: 45, correlation: 1, slope: 2 })
  })

  it('takes its pairs from wherever they are', () => {
    const cost = contramap(correlation, (reply: { readonly bytes: number; readonly ms: number }) => [reply.bytes, reply.ms] as const)
    expect(cost.present(cost.prepare({ bytes: 1, ms: 2 }))).toMatchObject({ count: 1, meanX: 1, meanY: 2, covariance: 0 })
  })
})
