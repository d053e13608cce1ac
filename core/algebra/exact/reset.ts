import { isSome, none, type Option, some } from 'fp-ts/lib/Option.js'
import { boolean } from '../../codec/boolean.ts'
import * as codec from '../../codec/struct.ts'
import { type Aggregation, aggregation } from '../aggregation.ts'
import { option } from '../combine/option.ts'

/** What has been added since the last reset, and whether there was one: then what came before does not count. */
export interface Resettable<V> {
  readonly reset: boolean
  readonly since: Option<V>
}

/**
 * An aggregation that can be begun anew: `none` resets it, `some` of an input goes to the aggregation inside. Algebird's
 * `ResetState`. Does not commute, so it follows the order in which one source sent its records.
 *
 * ```ts
 * import { codec, store } from 'tanager'
 * import { contramap, reset, sum } from 'tanager/algebra'
 * import { none, some } from 'fp-ts/lib/Option.js'
 * type Till = { readonly sale: number } | 'emptied'
 * const cash = contramap(reset(sum), (event: Till) => (event === 'emptied' ? none : some(event.sale)))
 * const till = store('till', { key: codec.string, sum: cash })
 * ```
 */
export function reset<V, In, Out>(inner: Aggregation<V, In, Out>): Aggregation<Resettable<V>, Option<In>, Option<Out>> {
  const since = option(inner)
  const concatMany = since.concatMany
  return aggregation<Resettable<V>, Option<In>, Option<Out>>({
    id: `reset(${inner.id})`,
    value: codec.struct<Resettable<V>>({ reset: boolean, since: since.codec }),
    semigroup: { concat: (a, b) => (b.reset ? b : { reset: a.reset, since: since.semigroup.concat(a.since, b.since) }) },
    idempotent: inner.idempotent,
    empty: Object.freeze({ reset: false, since: none }),
    prepare: (input) => (isSome(input) ? { reset: false, since: some(inner.prepare(input.value)) } : { reset: true, since: none }),
    present: (value) => since.present(value.since),
    ...(concatMany === undefined
      ? {}
      : {
          concatMany: (values: readonly Resettable<V>[]) => {
            const from = values.findLastIndex((value) => value.reset)
            return { reset: from >= 0, since: concatMany(values.slice(Math.max(from, 0)).map((value) => value.since)) }
          },
        }),
  })
}
