import { none, type Option, some } from 'fp-ts/lib/Option.js'
import type { Aggregation } from '../aggregation.ts'
import { contramap } from './contramap.ts'
import { option } from './option.ts'

/**
 * Counts only the inputs for which `keep` holds; `none` as long as there was none. Algebird's `filterBefore`. The verb of
 * that name drops a record for every store after it, this one for one part of one store.
 *
 * ```ts
 * import { count, filter, join, map } from 'tanager/algebra'
 * import { getOrElse } from 'fp-ts/lib/Option.js'
 * interface Reply { readonly status: number }
 * const failed = map(filter(count, (reply: Reply) => reply.status >= 500), getOrElse(() => 0))
 * const replies = join({ all: count, failed })
 * ```
 */
export function filter<V, In, Out, Narrow extends In>(
  inner: Aggregation<V, Narrow, Out>,
  keep: (input: In) => input is Narrow,
): Aggregation<Option<V>, In, Option<Out>>
export function filter<V, In, Out, From extends In>(
  inner: Aggregation<V, In, Out>,
  keep: (input: From) => boolean,
): Aggregation<Option<V>, From, Option<Out>>
export function filter<V, In, Out>(inner: Aggregation<V, In, Out>, keep: (input: In) => boolean): Aggregation<Option<V>, In, Option<Out>> {
  return contramap(option(inner), (input: In) => (keep(input) ? some(input) : none))
}
