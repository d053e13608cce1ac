/** What a SpaceSaver holds. */
export type SpaceSaver = One | Some

/** A single key: what a job adds. */
export interface One {
  readonly kind: 'one'
  readonly key: string
  readonly count: number
}

/** Counters, the greatest first, those that are equal in the order of their keys. */
export interface Some {
  readonly kind: 'some'
  readonly total: number
  readonly keys: readonly string[]
  /** Never less than the true count, */
  readonly counts: Float64Array
  /** and by at most this much more. */
  readonly errors: Float64Array
}

export const nothing: Some = Object.freeze({
  kind: 'some',
  total: 0,
  keys: Object.freeze([]),
  counts: new Float64Array(),
  errors: new Float64Array(),
})

/** What a key without a counter may have come to: no more than the least counter, and no more than is left. */
export function mostUnseen(value: SpaceSaver, capacity: number): number {
  if (value.kind === 'one' || value.keys.length < capacity) return 0
  const { total, counts, errors } = value
  const seen = counts.reduce((sum, count, at) => sum + count - (errors[at] as number), 0)
  return Math.min(counts[capacity - 1] as number, total - seen)
}
