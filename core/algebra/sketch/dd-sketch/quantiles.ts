import { TanagerError } from '../../../error.ts'
import { type Estimate, exactly } from '../estimate.ts'
import type { Shape } from './merge.ts'
import { type Bins, countOf, type DDSketch, type Side } from './value.ts'

/** What a DDSketch can be asked. Of no numbers at all, everything but `count` is NaN. */
export interface Quantiles {
  /** How many numbers were counted, exactly. */
  readonly count: number
  /** The least of them, exactly; magnitudes below 2.2250738585072014e-308 are 0. */
  readonly min: number
  /** The greatest of them, exactly. */
  readonly max: number
  /**
   * The number below which a share `q` of all lie: sorted, the one with the index `floor(q * (count - 1))`, from 0. The
   * bounds always hold; they are farther apart than the accuracy says only where `maxBins` was not enough.
   *
   * @param q from 0 to 1
   */
  readonly quantile: (q: number) => Estimate
}

export function quantilesOf(value: DDSketch, shape: Shape): Quantiles {
  const count = countOf(value)
  const [min, max] = extremesOf(value)
  return Object.freeze({ count, min, max, quantile: (q: number) => quantileOf(value, rankOf(q, count), count, shape) })
}

function extremesOf(value: DDSketch): readonly [number, number] {
  if (typeof value === 'number') return [value, value]
  const { negative, zeros, positive } = value
  const some = (side: Side, number: number) => (side.count > 0 ? number : Number.NaN)
  const zero = zeros > 0 ? 0 : Number.NaN
  const first = (...numbers: number[]) => numbers.find((number) => !Number.isNaN(number)) ?? Number.NaN
  return [
    first(some(negative, -negative.greatest), zero, some(positive, positive.least)),
    first(some(positive, positive.greatest), zero, some(negative, -negative.least)),
  ]
}

function rankOf(q: number, count: number): number {
  if (typeof q === 'number' && q >= 0 && q <= 1) return Math.floor(q * (count - 1))
  throw new TanagerError('invalid-option', 'there is no such quantile', { value: q, allowed: 'a number from 0 to 1; the median is 0.5' })
}

function quantileOf(value: DDSketch, rank: number, count: number, shape: Shape): Estimate {
  if (count === 0) return exactly(Number.NaN)
  if (typeof value === 'number') return exactly(value)
  const { negative, zeros, positive }: Bins = value
  if (rank < negative.count) return mirrored(magnitudeAt(negative, negative.count - 1 - rank, shape))
  return rank < negative.count + zeros ? exactly(0) : magnitudeAt(positive, rank - negative.count - zeros, shape)
}

function mirrored({ estimate, min, max, confidence }: Estimate): Estimate {
  return Object.freeze({ estimate: -estimate, min: -max, max: -min, confidence })
}

function magnitudeAt({ count, bins, counts, least, greatest }: Side, rank: number, { mapping }: Shape): Estimate {
  if (rank === 0) return exactly(least)
  if (rank === count - 1) return exactly(greatest)
  let i = 0
  for (let passed = counts[0] as number; passed <= rank; passed += counts[i] as number) i += 1
  const bin = bins[i] as number
  const within = (number: number) => Math.min(Math.max(number, least), greatest)
  return Object.freeze({
    estimate: within(mapping.middleOf(bin)),
    // The lowest bin may also hold what was lower still.
    min: i === 0 ? least : within(mapping.lowerOf(bin)),
    max: within(mapping.upperOf(bin)),
    confidence: 1,
  })
}
