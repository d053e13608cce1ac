import type { Aggregation } from '../aggregation.ts'

/**
 * The same aggregation, fed with something else: `prepare` runs before its own. Algebird's `composePrepare`.
 *
 * What is stored stays what it was, and so does the aggregation's `id`: like a function of a verb, `prepare` may change from
 * one deployment to the next.
 *
 * ```ts
 * import { contramap, sum } from 'tanager/algebra'
 * const bytes = contramap(sum, (hit: { readonly bytes: number }) => hit.bytes)
 * bytes.prepare({ bytes: 512 }) // 512
 * ```
 */
export function contramap<V, In, Out, From>(inner: Aggregation<V, In, Out>, prepare: (input: From) => In): Aggregation<V, From, Out> {
  return Object.freeze({ ...inner, prepare: (input: From) => inner.prepare(prepare(input)) })
}
