import type { Aggregation } from '../aggregation.ts'
import type { AnyAggregation, CommonInput, OutputOf, ValueOf } from './part.ts'
import { type Parts, structOf } from './struct.ts'
import { tupleOf } from './tuple.ts'

export type JoinedTuple<P extends readonly AnyAggregation[]> = Aggregation<
  { readonly [I in keyof P]: ValueOf<P[I]> },
  CommonInput<P[number]>,
  { readonly [I in keyof P]: OutputOf<P[I]> }
>

export type JoinedStruct<P extends Parts> = Aggregation<
  { readonly [N in keyof P]: ValueOf<P[N]> },
  CommonInput<P[keyof P]>,
  { readonly [N in keyof P]: OutputOf<P[N]> }
>

/**
 * Several aggregations of the same input, in one pass and under one key: Algebird's `join` and `MultiAggregator`. Listed,
 * they make a tuple; named, an object.
 *
 * ```ts
 * import { codec, store } from 'tanager'
 * import { contramap, count, join, sum } from 'tanager/algebra'
 * interface Hit { readonly page: string; readonly bytes: number }
 * const pages = store('pages', {
 *   key: codec.string,
 *   sum: join({ hits: count, bytes: contramap(sum, (hit: Hit) => hit.bytes) }),
 * })
 * ```
 */
export function join<P extends Parts>(parts: P): JoinedStruct<P>
export function join<const P extends readonly AnyAggregation[]>(...parts: P): JoinedTuple<P>
export function join(first: Parts | AnyAggregation, ...others: readonly AnyAggregation[]): AnyAggregation {
  const same = (input: unknown) => input
  if (others.length === 0 && !isAggregation(first)) return structOf(first, same)
  return tupleOf([first as AnyAggregation, ...others], same)
}

function isAggregation(value: Parts | AnyAggregation): value is AnyAggregation {
  return typeof (value as { semigroup?: { concat?: unknown } }).semigroup?.concat === 'function'
}
