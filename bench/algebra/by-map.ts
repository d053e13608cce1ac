import { mustHold, type Way } from './contest.ts'
import { countsOf } from './inputs.ts'

type Counts = ReadonlyMap<string, number>

// What one would write by hand to count keys: exact, and as large as there are keys.

function same(counts: Counts, keys: readonly string[]): void {
  const truth = countsOf(keys)
  mustHold(counts.size === truth.size, `${counts.size} keys, where there are ${truth.size}`)
  for (const [key, count] of truth) mustHold(counts.get(key) === count, `${key} came ${count} times, not ${counts.get(key)}`)
}

export const mapByHand: Way<readonly string[], Counts> = {
  ready: (keys) => () => {
    const counts = new Map<string, number>()
    for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
    return counts
  },
  check: same,
}

export const mapsByHand: Way<{ readonly maps: readonly Counts[]; readonly keys: readonly string[] }, Counts> = {
  times: 2,
  ready:
    ({ maps }) =>
    () => {
      const all = new Map<string, number>()
      for (const counts of maps) for (const [key, count] of counts) all.set(key, (all.get(key) ?? 0) + count)
      return all
    },
  check: (counts, { keys }) => same(counts, keys),
}
