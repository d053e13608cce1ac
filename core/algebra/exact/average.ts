import { type Aggregation, aggregation } from '../aggregation.ts'
import { join } from '../combine/join.ts'
import { map } from '../combine/map.ts'
import { count } from '../sum.ts'
import type { Expansion } from './expansion.ts'
import { sumFloat } from './sum-float.ts'

/**
 * The mean of numbers: how many there were, and their exact sum. Takes the numbers that `sumFloat` takes; the result is
 * within one rounding of the true mean of the rounded sum, in whatever order they came.
 *
 * ```ts
 * import { codec, store } from 'tanager'
 * import { average } from 'tanager/algebra'
 * const meanLatency = store('mean-latency', { key: codec.string, sum: average })
 * average.present([1, 2, 6].map(average.prepare).reduce(average.semigroup.concat)) // 3
 * ```
 */
export const average: Aggregation<readonly [count: number, sum: Expansion], number, number> = aggregation({
  ...map(join(count, sumFloat), ([n, sum]) => sum / n),
  id: 'average',
  value: join(count, sumFloat).codec,
})
