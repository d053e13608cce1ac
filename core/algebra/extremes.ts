import type { Ord } from 'fp-ts/lib/Ord.js'
import type { Codec } from '../codec/codec.ts'
import { type Aggregation, aggregation } from './aggregation.ts'
import { finite } from './exact/finite.ts'

/**
 * Keeps the least value. Values other than numbers need a codec; NaN and infinities are refused.
 *
 * Law: associative and idempotent; commutative if the order tells all values that differ apart. One that does not (an
 * order by one field only) keeps whichever came first, which depends on the order of merging.
 */
export function min(ord: Ord<number>): Aggregation<number>
export function min<A>(ord: Ord<A>, value: Codec<A>): Aggregation<A>
export function min<A>(ord: Ord<A>, value?: Codec<A>): Aggregation<A> {
  const codec = value ?? (finite as unknown as Codec<A>)
  return aggregation({
    id: `min(${codec.id})`,
    value: codec,
    semigroup: { concat: (a: A, b: A) => (ord.compare(b, a) < 0 ? b : a) },
    commutative: true,
    idempotent: true,
  })
}

/** Keeps the greatest value; as `min`, the other way round. */
export function max(ord: Ord<number>): Aggregation<number>
export function max<A>(ord: Ord<A>, value: Codec<A>): Aggregation<A>
export function max<A>(ord: Ord<A>, value?: Codec<A>): Aggregation<A> {
  const codec = value ?? (finite as unknown as Codec<A>)
  return aggregation({
    id: `max(${codec.id})`,
    value: codec,
    semigroup: { concat: (a: A, b: A) => (ord.compare(b, a) > 0 ? b : a) },
    commutative: true,
    idempotent: true,
  })
}
