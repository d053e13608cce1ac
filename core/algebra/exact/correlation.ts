import { type Aggregation, aggregation } from '../aggregation.ts'
import { add, addProduct, type Partials } from './expansion.ts'
import { measure } from './measure.ts'
import { powerSums, type Sums, type SumsOf } from './power-sums.ts'
import { inUnits, ratio, unit } from './rational.ts'

/** What `correlation` tells of pairs of numbers. */
export interface Correlation {
  readonly count: number
  readonly meanX: number
  readonly meanY: number
  readonly varianceX: number
  readonly varianceY: number
  readonly covariance: number
  /** Pearson's r, from -1 to 1. NaN if all x or all y are the same. */
  readonly correlation: number
  /** Of the line `y = slope · x + intercept` with the least squares. NaN if all x are the same. */
  readonly slope: number
  readonly intercept: number
}

type Point = readonly [x: number, y: number]

const sums: SumsOf<Point> = powerSums<Point>({
  id: 'correlation',
  size: 5,
  isOne: (value): value is Point => Array.isArray(value) && value.length === 2 && value.every((x) => typeof x === 'number'),
  check: (point) => {
    for (const x of point) measure('correlation', x)
    return point
  },
  add: ([x1, y1, x2, y2, xy], [x, y]) => {
    add(x1 as Partials, x)
    add(y1 as Partials, y)
    addProduct(x2 as Partials, x, x)
    addProduct(y2 as Partials, y, y)
    addProduct(xy as Partials, x, y)
  },
})

/**
 * How two measures go together: covariance, Pearson's correlation and the line of least squares, from pairs `[x, y]`.
 *
 * Variances and covariance are those of the pairs there were, not estimates of what they are a sample of. As with `moments`,
 * exact sums are kept, results do not depend on the order of merging, and the same numbers are refused.
 *
 * ```ts
 * import { codec, store } from 'tanager'
 * import { contramap, correlation } from 'tanager/algebra'
 * interface Reply { readonly bytes: number; readonly ms: number }
 * const costOfSize = store('cost-of-size', {
 *   key: codec.string,
 *   sum: contramap(correlation, (reply: Reply) => [reply.bytes, reply.ms] as const),
 * })
 * ```
 */
export const correlation: Aggregation<Point | Sums, Point, Correlation> = aggregation<Point | Sums, Point, Correlation>({
  ...sums,
  id: 'correlation',
  commutative: true,
  present: (value) => {
    const [count, ...exact] = sums.opened(value)
    const n = BigInt(count)
    const [x1 = 0n, y1 = 0n, x2 = 0n, y2 = 0n, xy = 0n] = exact.map(inUnits)
    const xx = n * x2 * unit - x1 ** 2n
    const yy = n * y2 * unit - y1 ** 2n
    const both = n * xy * unit - x1 * y1
    const scale = (n * unit) ** 2n
    return {
      count,
      meanX: ratio(x1, n * unit),
      meanY: ratio(y1, n * unit),
      varianceX: ratio(xx, scale),
      varianceY: ratio(yy, scale),
      covariance: ratio(both, scale),
      correlation: (both < 0n ? -1 : 1) * Math.sqrt(ratio(both ** 2n, xx * yy)),
      slope: ratio(both, xx),
      intercept: ratio(y1 * xx - both * x1, n * unit * xx),
    }
  },
})
