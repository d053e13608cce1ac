import { type Aggregation, aggregation } from '../aggregation.ts'
import { add, addProduct, type Partials, productError } from './expansion.ts'
import { measure } from './measure.ts'
import { powerSums, type Sums, type SumsOf } from './power-sums.ts'
import { inUnits, ratio, unit } from './rational.ts'

/** What `moments` tells of numbers. */
export interface Moments {
  readonly count: number
  readonly mean: number
  /** Of the numbers there were: the mean square of their distances to the mean. For that of what they are a sample of, times `count / (count - 1)`. */
  readonly variance: number
  /** 0 where both sides are alike, above where there are few large ones. NaN if all numbers are the same. */
  readonly skewness: number
  /** In excess of a normal distribution, which has 0. NaN if all numbers are the same. */
  readonly kurtosis: number
}

const sums: SumsOf<number> = powerSums({
  id: 'moments',
  size: 4,
  isOne: (value): value is number => typeof value === 'number',
  check: (x) => measure('moments', x),
  add: ([first, second, third, fourth], x) => {
    add(first as Partials, x)
    const square = x * x
    const rest = productError(x, x, square)
    add(second as Partials, square)
    addProduct(third as Partials, square, x)
    addProduct(fourth as Partials, square, square)
    if (rest === 0) return
    add(second as Partials, rest)
    addProduct(third as Partials, rest, x)
    addProduct(fourth as Partials, 2 * rest, square)
    addProduct(fourth as Partials, rest, rest)
  },
})

/**
 * Count, mean, variance, skewness and kurtosis of numbers.
 *
 * What is kept are the exact sums of the first four powers, not running means as in Chan's and Pébay's formulas: those round
 * with every merge, so that totals would depend on batches and partitions. Here they do not, in no digit, and a small
 * variance far from 0 is not lost: each result is the true one, rounded once. The price is a total of some hundred bytes, and
 * about a microsecond for a number with fractions.
 *
 * NaN, the infinities and numbers of a size outside 2^-200 to 2^200 (but for 0) cost their record.
 *
 * ```ts
 * import { codec, store } from 'tanager'
 * import { moments } from 'tanager/algebra'
 * const latency = store('latency', { key: codec.string, sum: moments })
 * moments.present([2, 4, 4, 4, 5, 5, 7, 9].map(moments.prepare).reduce(moments.semigroup.concat)) // mean 5, variance 4
 * ```
 */
export const moments: Aggregation<number | Sums, number, Moments> = aggregation<number | Sums, number, Moments>({
  ...sums,
  id: 'moments',
  commutative: true,
  present: (value) => {
    const [count, ...exact] = sums.opened(value)
    const n = BigInt(count)
    const [a1 = 0n, a2 = 0n, a3 = 0n, a4 = 0n] = exact.map(inUnits)
    // n, n², n³ and n⁴ times the central moments, in units, units², units³ and units⁴.
    const second = n * a2 * unit - a1 ** 2n
    const third = n ** 2n * a3 * unit ** 2n - 3n * n * a1 * a2 * unit + 2n * a1 ** 3n
    const fourth = n ** 3n * a4 * unit ** 3n - 4n * n ** 2n * a1 * a3 * unit ** 2n + 6n * n * a1 ** 2n * a2 * unit - 3n * a1 ** 4n
    return {
      count,
      mean: ratio(a1, n * unit),
      variance: ratio(second, (n * unit) ** 2n),
      skewness: Math.sign(Number(third > 0n) - Number(third < 0n)) * Math.sqrt(ratio(third ** 2n, second ** 3n)),
      kurtosis: ratio(fourth - 3n * second ** 2n, second ** 2n),
    }
  },
})
