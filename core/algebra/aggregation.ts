import type { Monoid } from 'fp-ts/lib/Monoid.js'
import type { Semigroup } from 'fp-ts/lib/Semigroup.js'
import type { Codec } from '../codec/codec.ts'
import { knownLaws } from './known.ts'

/**
 * How many values become one: a semigroup over the stored value `V` and how that value is written. `prepare` turns what
 * a job adds (`In`) into a `V`, `present` turns a `V` into what a reader sees (`Out`): Algebird's Aggregator. The store
 * keeps the middle value, because only it can still be merged.
 *
 * Law: `concat` is associative; where `commutative` is declared it is that too. Undeclared means the engine keeps the
 * order in which one source sent its records.
 */
export interface Aggregation<V, In = V, Out = V> {
  /** What is deployed under this name keeps meaning the same; part of the plan's fingerprint. */
  readonly id: string
  readonly codec: Codec<V>
  readonly semigroup: Semigroup<V>
  readonly commutative: boolean
  /** Whether merging a value with itself changes nothing, as with a maximum. */
  readonly idempotent: boolean
  readonly prepare: (input: In) => V
  readonly present: (value: V) => Out
  /** The value that changes nothing: the monoid's, where there is one. */
  readonly empty?: V
  /**
   * Many values at once, at least one: what `concat` would make of them, one after the other from the left, and quicker.
   * It must not change what it is given, nor keep it.
   */
  readonly concatMany?: (values: readonly V[]) => V
  /** Totals that say no more than no total: a key that comes to one is not kept, as if it had never been. */
  readonly isEmpty?: (total: V) => boolean
}

/** What an aggregation of your own needs. */
export interface AggregationSpec<V, In, Out> {
  readonly id?: string
  readonly value: Codec<V>
  /** A monoid brings its `empty` along. */
  readonly semigroup: Semigroup<V>
  readonly commutative?: boolean
  readonly idempotent?: boolean
  readonly prepare?: (input: In) => V
  readonly present?: (value: V) => Out
  readonly empty?: V
  readonly concatMany?: (values: readonly V[]) => V
  readonly isEmpty?: (total: V) => boolean
}

const same = <A>(value: A): A => value

/**
 * An aggregation from any fp-ts Semigroup or Monoid.
 *
 * ```ts
 * import { aggregation, codec } from 'tanager'
 * const longest = aggregation({
 *   value: codec.string,
 *   semigroup: { concat: (a, b) => (b.length > a.length ? b : a) },
 * })
 * ```
 */
export function aggregation<V, In = V, Out = V>(spec: AggregationSpec<V, In, Out>): Aggregation<V, In, Out> {
  const { value: codec, semigroup } = spec
  const { commutative = false, idempotent = false } = { ...knownLaws(semigroup), ...spec }
  const zero = emptyOf(spec)
  return Object.freeze({
    id: spec.id ?? `aggregation(${codec.id})`,
    codec,
    semigroup,
    commutative,
    idempotent,
    prepare: spec.prepare ?? (same as unknown as (input: In) => V),
    present: spec.present ?? (same as unknown as (value: V) => Out),
    ...(zero === undefined ? {} : { empty: zero.is }),
    ...(spec.concatMany === undefined ? {} : { concatMany: spec.concatMany }),
    ...(spec.isEmpty === undefined ? {} : { isEmpty: spec.isEmpty }),
  })
}

/** In a box: `undefined` may be somebody's zero. */
function emptyOf<V>(spec: Pick<AggregationSpec<V, never, unknown>, 'empty' | 'semigroup'>): { readonly is: V } | undefined {
  if ('empty' in spec) return { is: spec.empty as V }
  return 'empty' in spec.semigroup ? { is: (spec.semigroup as Monoid<V>).empty } : undefined
}
