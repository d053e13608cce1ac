import type { Ord } from 'fp-ts/lib/Ord.js'
import type { Codec } from '../../codec/codec.ts'
import { tuple } from '../../codec/tuple.ts'
import { type Aggregation, aggregation } from '../aggregation.ts'
import { finite } from './finite.ts'

/** From the least to the greatest, both included. */
export type Interval<A> = readonly [min: A, max: A]

/**
 * The least and the greatest value at once. Numbers must be finite; other values need a codec.
 *
 * Law: as with `min` and `max`, commutative if the order tells all values that differ apart.
 *
 * ```ts
 * import { codec, store } from 'tanager'
 * import { interval } from 'tanager/algebra'
 * import { Ord } from 'fp-ts/lib/number.js'
 * const seen = store('seen', { key: codec.string, sum: interval(Ord) })
 * interval(Ord).semigroup.concat([3, 5], [4, 9]) // [3, 9]
 * ```
 */
export function interval(ord: Ord<number>): Aggregation<Interval<number>, number>
export function interval<A>(ord: Ord<A>, value: Codec<A>): Aggregation<Interval<A>, A>
export function interval<A>(ord: Ord<A>, value: Codec<A> = finite as unknown as Codec<A>): Aggregation<Interval<A>, A, Interval<A>> {
  const codec = tuple<[A, A]>(value, value)
  return aggregation<Interval<A>, A>({
    id: `interval(${codec.id})`,
    value: codec,
    semigroup: {
      concat: (a, b) => [ord.compare(b[0], a[0]) < 0 ? b[0] : a[0], ord.compare(b[1], a[1]) > 0 ? b[1] : a[1]],
    },
    commutative: true,
    idempotent: true,
    prepare: (x) => [x, x],
  })
}
