import { type Codec, cannotEncode, type Json, ofJson, refuse } from '../../codec/codec.ts'
import { int } from '../../codec/int.ts'
import { TanagerError } from '../../error.ts'
import { type Aggregation, aggregation } from '../aggregation.ts'

/** How many numbers were at `from` or above, and below `to`. */
export interface Bucket {
  readonly from: number
  readonly to: number
  readonly count: number
}

/** Pairs of a bucket's place and its count, one after the other, by place; buckets without a count are left out. */
export type BucketCounts = readonly number[]

/**
 * Counts of numbers between fixed edges: below the first, from each edge to the next, and from the last on. An edge belongs
 * to the bucket it begins. Readers see every bucket, also those that are empty.
 *
 * The infinities are counted at the ends, NaN costs its record. Choose edges with care: they are part of what is stored, and
 * quantiles can be told no finer than they are.
 *
 * ```ts
 * import { codec, store } from 'tanager'
 * import { histogram } from 'tanager/algebra'
 * const latency = store('latency', { key: codec.string, sum: histogram([10, 100, 1000]) }) // milliseconds
 * ```
 *
 * @param edges finite, in ascending order, at least one
 */
export function histogram(edges: readonly number[]): Aggregation<BucketCounts, number, readonly Bucket[]> {
  const from = [Number.NEGATIVE_INFINITY, ...checkedEdges(edges)]
  return aggregation<BucketCounts, number, readonly Bucket[]>({
    id: `histogram(${edges.join(',')})`,
    value: codecOf(from.length),
    semigroup: { concat: (a, b) => added([a, b], from.length) },
    commutative: true,
    empty: Object.freeze([]),
    prepare: (x) => {
      if (Number.isNaN(x) || typeof x !== 'number')
        throw new TanagerError('encode', 'a histogram has no bucket for this', { value: x, allowed: 'numbers' })
      return [placeOf(from, x), 1]
    },
    present: (pairs) => {
      const counts = dense([pairs], from.length)
      return counts.map((count, i) => ({ from: from[i] as number, to: from[i + 1] ?? Number.POSITIVE_INFINITY, count }))
    },
    concatMany: (values) => added(values, from.length),
  })
}

function checkedEdges(edges: readonly number[]): readonly number[] {
  const rising = edges.every((edge, i) => Number.isFinite(edge) && (i === 0 || edge > (edges[i - 1] as number)))
  if (edges.length > 0 && rising) return edges
  throw new TanagerError('invalid-option', 'a histogram needs edges', {
    value: edges,
    allowed: 'finite numbers, at least one, each greater than the one before',
  })
}

/** The last bucket that does not begin above. */
function placeOf(from: readonly number[], x: number): number {
  let low = 0
  let high = from.length
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if ((from[middle] as number) <= x) low = middle
    else high = middle
  }
  return low
}

function dense(values: readonly BucketCounts[], buckets: number): readonly number[] {
  const counts = new Array<number>(buckets).fill(0)
  for (const pairs of values) for (let i = 0; i < pairs.length; i += 2) (counts[pairs[i] as number] as number) += pairs[i + 1] as number
  return counts
}

function added(values: readonly BucketCounts[], buckets: number): BucketCounts {
  return dense(values, buckets).flatMap((count, place) => (count === 0 ? [] : [place, count]))
}

function codecOf(buckets: number): Codec<BucketCounts> {
  const id = `buckets(${buckets})`
  const allowed = `pairs of a place from 0 to ${buckets - 1}, ascending, and a count from 1`
  const isCounts = (value: unknown): value is BucketCounts =>
    Array.isArray(value) &&
    value.length % 2 === 0 &&
    value.every((part, i) =>
      i % 2 === 1 ? part > 0 : Number.isSafeInteger(part) && part >= 0 && part < buckets && (i === 0 || part > value[i - 2]),
    )
  return ofJson<BucketCounts>(
    id,
    (value): Json => {
      if (!isCounts(value)) throw cannotEncode(id, value, allowed)
      return value.map((part) => int.toJson(part))
    },
    (json) => (isCounts(json) ? json.map((part) => int.fromJson(part)) : refuse(id, json, allowed)),
  )
}
