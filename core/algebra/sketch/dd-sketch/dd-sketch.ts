import { TanagerError } from '../../../error.ts'
import { type Aggregation, aggregation } from '../../aggregation.ts'
import { fraction, whole } from '../parameter.ts'
import { codecOf } from './codec.ts'
import { mappingOf } from './mapping.ts'
import { mergeAll } from './merge.ts'
import { type Quantiles, quantilesOf } from './quantiles.ts'
import { type DDSketch, noBins } from './value.ts'

export interface DDSketchOptions {
  /** How far a quantile may be off, as a share of itself: from 0.0001 to 0.5. */
  readonly relativeAccuracy: number
  /** How many bins there may be from the least magnitude to the greatest, for each sign: from 16 to 65536, 2048 unless told. */
  readonly maxBins?: number
}

/**
 * Quantiles of numbers: the median, the 99th percentile, any (DDSketch: Masson, Rim and Lee, VLDB 2019). Numbers are
 * counted in bins that grow with them, so 1% is 1% of microseconds and of hours.
 *
 * Bounds: a quantile is within `relativeAccuracy` of the true one, always. `count`, `min` and `max` are exact. 2048 bins
 * at 0.01 reach over 17 powers of ten; the accuracy is lost only for magnitudes farther below the greatest than that.
 * They share the lowest bin, and the bounds of a quantile that falls into it say so.
 *
 * Merging adds the counts: associative and commutative to the last bit, also where bins were given up, since the greatest
 * number alone decides which. There is no sum: that of doubles depends on the order of adding.
 *
 * NaN and the infinities are refused, and cost their record.
 *
 * ```ts
 * import { codec, job, source, store } from 'tanager'
 * import { ddSketch } from 'tanager/algebra'
 * import { memory } from 'tanager/memory'
 * const calls = source('calls', { item: codec.float })
 * const latency = store('latency', { key: codec.string, sum: ddSketch({ relativeAccuracy: 0.01 }) })
 * const timing = job('timing', calls.map((ms) => ['all', ms] as const).aggregateByKey(latency))
 * const { stores } = await memory().on(timing).run({ calls: Array.from({ length: 1000 }, (_, i) => i + 1) })
 * stores.latency.get('all')?.quantile(0.5) // { estimate: 497.7…, min: 492.8…, max: 502.8…, confidence: 1 }
 * ```
 */
export function ddSketch({ relativeAccuracy, maxBins = 2048 }: DDSketchOptions): Aggregation<DDSketch, number, Quantiles> {
  const accuracy = fraction('relativeAccuracy', relativeAccuracy, { from: 1e-4, to: 0.5 })
  const shape = { mapping: mappingOf(accuracy), maxBins: whole('maxBins', maxBins, { from: 16, to: 65_536 }) }
  const id = `ddSketch(relativeAccuracy:${accuracy},maxBins:${maxBins})`
  return aggregation({
    id,
    value: codecOf(id, accuracy, shape),
    semigroup: { concat: (a: DDSketch, b: DDSketch) => mergeAll([a, b], shape) },
    commutative: true,
    empty: noBins,
    prepare: (input: number): DDSketch => {
      // Adding takes the sign of 0 away.
      if (Number.isFinite(input)) return input + 0
      throw new TanagerError('encode', 'this has no place among the numbers of a DDSketch', { value: input, allowed: 'finite numbers' })
    },
    present: (value: DDSketch) => quantilesOf(value, shape),
    concatMany: (values: readonly DDSketch[]) => mergeAll(values, shape),
  })
}
