import type { Window } from '../../time/window.ts'

/** A piece of time: its length, and when it begins, in milliseconds. */
export interface Bucket {
  readonly size: number
  readonly window: Window
}

/**
 * A range cut into the fewest buckets, in the order of time. Each size is a whole number of the next smaller one, and both
 * ends are at the edge of a smallest bucket.
 *
 * As many of the largest as lie within the range, and what is left at either end by the next smaller ones: as a large bucket
 * is a whole number of small ones at the same edges, no other cut has fewer.
 *
 * @param sizes largest first
 */
export function* bucketsOf(from: number, to: number, sizes: readonly number[]): Generator<Bucket, void> {
  const [size, ...smaller] = sizes
  if (size === undefined || from >= to) return
  // Nothing above 0 is still -0, and as a key that is another one.
  const first = Math.ceil(from / size) * size + 0
  const end = Math.floor(to / size) * size
  if (first >= end) {
    yield* bucketsOf(from, to, smaller)
    return
  }
  yield* bucketsOf(from, first, smaller)
  for (let window = first; window < end; window += size) yield { size, window }
  yield* bucketsOf(end, to, smaller)
}
