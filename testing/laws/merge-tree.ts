import type { Aggregation } from '../../core/algebra/aggregation.ts'

/** Numbers from 0 to below 1, the same for a seed every time. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  // mulberry32
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** How the inputs of a list become one, as batches, partitions and drains would merge them: in some grouping, always in order. */
export type MergeTree =
  /** Those from one place to before another: one by one from the left, or all at once, as `concatMany` does. */
  | { readonly kind: 'run'; readonly from: number; readonly to: number; readonly atOnce: boolean }
  | { readonly kind: 'merge'; readonly left: MergeTree; readonly right: MergeTree }

/**
 * A tree over so many inputs. Zeros make the plainest of lists that are not long: one by one from the left.
 *
 * @param below draws a whole number from 0 to just below a limit
 */
export function mergeTreeOf(count: number, below: (limit: number) => number): MergeTree {
  const most = 2 ** (8 - below(9))
  const over = (from: number, to: number): MergeTree => {
    const length = to - from
    if (length <= most) return { kind: 'run', from, to, atOnce: length > 1 && below(10) >= 3 }
    // Anywhere between the quarters, so that trees stay shallow.
    const cut = from + Math.max(1, Math.floor(length / 4) + below(Math.ceil(length / 2)))
    return { kind: 'merge', left: over(from, cut), right: over(cut, to) }
  }
  return over(0, count)
}

/** What inputs come to, merged along a tree. */
export function mergedAlong<V, In>(aggregation: Aggregation<V, In, unknown>, inputs: readonly In[], tree: MergeTree): V {
  const { prepare, semigroup, concatMany } = aggregation
  if (tree.kind === 'merge') {
    return semigroup.concat(mergedAlong(aggregation, inputs, tree.left), mergedAlong(aggregation, inputs, tree.right))
  }
  const values = inputs.slice(tree.from, tree.to).map((input) => prepare(input))
  return tree.atOnce && concatMany !== undefined ? concatMany(values) : values.reduce((total, value) => semigroup.concat(total, value))
}

/** What inputs come to, merged along some tree. */
export function mergedAtRandom<V, In>(aggregation: Aggregation<V, In, unknown>, inputs: readonly In[], random: () => number): V {
  const tree = mergeTreeOf(inputs.length, (limit) => Math.floor(random() * limit))
  return mergedAlong(aggregation, inputs, tree)
}
