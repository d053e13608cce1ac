/** Something that is not there as often in one bag as in the other. */
export interface Uneven<A> {
  readonly item: A
  readonly text: string
  readonly expected: number
  readonly actual: number
}

/** What two bags do not have in common, by the texts of their items. */
export function unevenOf<A>(expected: readonly A[], actual: readonly A[], textOf: (item: A) => string): readonly Uneven<A>[] {
  const counts = new Map<string, { readonly item: A; readonly text: string; expected: number; actual: number }>()
  const count = (items: readonly A[], side: 'expected' | 'actual') => {
    for (const item of items) {
      const text = textOf(item)
      const known = counts.get(text)
      if (known === undefined) counts.set(text, { item, text, expected: 0, actual: 0, [side]: 1 })
      else known[side] += 1
    }
  }
  count(expected, 'expected')
  count(actual, 'actual')
  return [...counts.values()].filter((each) => each.expected !== each.actual)
}

// Each is looked at beside each: what differs in more places than this differs in more than its last digits.
const mostPairs = 250_000

/** Sets what one bag has too much of against what is as good in the other. */
export function evenedOut<A>(uneven: readonly Uneven<A>[], asGood: (a: A, b: A) => boolean): readonly Uneven<A>[] {
  const missing = uneven.filter(({ expected, actual }) => expected > actual).map((each) => ({ ...each }))
  const extra = uneven.filter(({ expected, actual }) => expected < actual).map((each) => ({ ...each }))
  if (missing.length * extra.length > mostPairs) return uneven
  for (const one of missing) {
    for (const other of extra) {
      const even = Math.min(one.expected - one.actual, other.actual - other.expected)
      if (even <= 0 || !asGood(one.item, other.item)) continue
      one.actual += even
      other.expected += even
    }
  }
  return [...missing, ...extra].filter(({ expected, actual }) => expected !== actual)
}
