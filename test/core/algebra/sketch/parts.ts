import type { Aggregation } from '../../../../core/algebra/aggregation.ts'

/**
 * What a job with many workers makes of the inputs: prepared, cut into runs of any length, each run merged in one go, and
 * what comes out merged pairwise in any order.
 */
export function inParts<V, In>(
  { prepare, semigroup, concatMany }: Pick<Aggregation<V, In, unknown>, 'prepare' | 'semigroup' | 'concatMany'>,
  inputs: readonly In[],
  next: () => number,
  parts: number,
): V {
  const cuts = Array.from({ length: parts - 1 }, () => Math.floor(next() * inputs.length)).sort((a, b) => a - b)
  const left: V[] = []
  let from = 0
  for (const to of [...cuts, inputs.length]) {
    if (to > from) left.push((concatMany as (values: readonly V[]) => V)(inputs.slice(from, to).map(prepare)))
    from = to
  }
  const take = () => left.splice(Math.floor(next() * left.length), 1)[0] as V
  while (left.length > 1) left.push(semigroup.concat(take(), take()))
  return left[0] as V
}
