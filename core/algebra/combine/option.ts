import { isNone, isSome, none, type Option, some } from 'fp-ts/lib/Option.js'
import type { Codec } from '../../codec/codec.ts'
import * as codec from '../../codec/option.ts'
import { type Aggregation, aggregation } from '../aggregation.ts'
import { concatAll } from '../concat-all.ts'
import { packed } from './packed.ts'

/**
 * Makes a monoid of any aggregation: `none` is what changes nothing. Algebird's `lift`. A key whose total is `none` is not
 * kept.
 *
 * ```ts
 * import { option, max } from 'tanager/algebra'
 * import { Ord } from 'fp-ts/lib/number.js'
 * import { none, some } from 'fp-ts/lib/Option.js'
 * const peak = option(max(Ord))
 * peak.semigroup.concat(none, some(3)) // some(3)
 * ```
 */
export function option<V, In, Out>(inner: Aggregation<V, In, Out>): Aggregation<Option<V>, Option<In>, Option<Out>> {
  const { concat } = inner.semigroup
  return aggregation<Option<V>, Option<In>, Option<Out>>({
    id: `option(${inner.id})`,
    value: packed<Option<V>>(codec.option(inner.codec), {
      formOf: (value) => (isSome(value) ? 1 : 0),
      forms: [[], [inner.codec as Codec<unknown>]],
      partsOf: (value) => (isSome(value) ? [value.value] : []),
      whole: (parts, form) => (form === 0 ? none : some(parts[0] as V)),
    }),
    semigroup: { concat: (a, b) => (isNone(a) ? b : isNone(b) ? a : some(concat(a.value, b.value))) },
    commutative: inner.commutative,
    idempotent: inner.idempotent,
    prepare: (input) => (isSome(input) ? some(inner.prepare(input.value)) : none),
    present: (value) => (isSome(value) ? some(inner.present(value.value)) : none),
    empty: none,
    ...(inner.concatMany === undefined
      ? {}
      : {
          concatMany: (values: readonly Option<V>[]) => {
            const there = values.filter(isSome).map(({ value }) => value)
            return there.length === 0 ? none : some(concatAll(inner, there))
          },
        }),
    // Not `some` of what the part would let go of: together with `none` that stays `some`, which no total at all would not.
    isEmpty: isNone,
  })
}
