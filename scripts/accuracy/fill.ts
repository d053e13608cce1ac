import type { Aggregation } from 'tanager/algebra'

// As many as a batch gathers before it merges them.
const atOnce = 1024

/**
 * Adds as many inputs as each of `sizes` says, which must grow, and lets `look` see the total at each: the smaller totals
 * are on the way to the greatest, which is the result.
 */
export function fill<V, In, Out>(
  sum: Aggregation<V, In, Out>,
  next: (i: number) => In,
  sizes: readonly number[],
  look: (value: V, size: number) => void = () => {},
): V {
  const merged = sum.concatMany ?? ((values: readonly V[]) => values.reduce(sum.semigroup.concat))
  let total: V | undefined
  let added = 0
  for (const size of sizes) {
    while (added < size) {
      const values: V[] = total === undefined ? [] : [total]
      for (const end = Math.min(size, added + atOnce); added < end; added++) values.push(sum.prepare(next(added)))
      total = merged(values)
    }
    look(total as V, size)
  }
  return total as V
}
