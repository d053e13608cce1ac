import type { Codec } from '../../codec/codec.ts'
import { tuple } from '../../codec/tuple.ts'
import { type Aggregation, aggregation } from '../aggregation.ts'
import { finite } from './finite.ts'

/** A value and when it was, as `withTime` makes them. */
export type Timed<A> = readonly [value: A, time: number]

/**
 * The value with the least time, whatever order they come in. Of several at that time it is the one whose encoding sorts
 * first, so that every worker picks the same.
 *
 * Takes pairs `[value, time]`, as the verb `withTime` makes them; the time may be any finite number.
 *
 * ```ts
 * import { codec, store } from 'tanager'
 * import { first, map } from 'tanager/algebra'
 * const landingPage = store('landing-page', { key: codec.string, sum: map(first(codec.string), ([page]) => page) })
 * ```
 */
export function first<A>(value: Codec<A>): Aggregation<Timed<A>> {
  return byTime('first', value, -1)
}

/**
 * The value with the greatest time; as `first`, the other way round.
 *
 * ```ts
 * import { codec, store } from 'tanager'
 * import { last } from 'tanager/algebra'
 * const lastPage = store('last-page', { key: codec.string, sum: last(codec.string) })
 * ```
 */
export function last<A>(value: Codec<A>): Aggregation<Timed<A>> {
  return byTime('last', value, 1)
}

function byTime<A>(name: string, value: Codec<A>, sign: 1 | -1): Aggregation<Timed<A>> {
  const codec = tuple<[A, number]>(value, finite)
  return aggregation<Timed<A>>({
    id: `${name}(${codec.id})`,
    value: codec,
    semigroup: {
      concat: (a, b) => {
        if (a[1] !== b[1]) return a[1] < b[1] === sign > 0 ? b : a
        return value.encode(a[0]) < value.encode(b[0]) === sign > 0 ? b : a
      },
    },
    commutative: true,
    idempotent: true,
  })
}
