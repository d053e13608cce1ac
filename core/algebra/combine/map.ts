import type { Aggregation } from '../aggregation.ts'

/**
 * The same aggregation, shown differently: `present` runs after its own, whenever a total is read. Algebird's
 * `andThenPresent`. What is stored stays what it was.
 *
 * ```ts
 * import { map, sum } from 'tanager/algebra'
 * const euros = map(sum, (cents) => cents / 100)
 * euros.present(250) // 2.5
 * ```
 */
export function map<V, In, Out, To>(inner: Aggregation<V, In, Out>, present: (output: Out) => To): Aggregation<V, In, To> {
  return Object.freeze({ ...inner, present: (value: V) => present(inner.present(value)) })
}
