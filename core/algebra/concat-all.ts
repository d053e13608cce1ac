import type { Aggregation } from './aggregation.ts'

/** Values, at least one, merged from the left, the quick way where there is one. */
export function concatAll<V>({ semigroup, concatMany }: Pick<Aggregation<V>, 'semigroup' | 'concatMany'>, values: readonly V[]): V {
  if (values.length > 1 && concatMany !== undefined) return concatMany(values)
  let all = values[0] as V
  for (let i = 1; i < values.length; i++) all = semigroup.concat(all, values[i] as V)
  return all
}
