import type { Node } from '../graph/node.ts'
import { topological } from '../graph/walk.ts'
import { filterBeforeJoin } from './rules/filter-before-join.ts'
import { flattenMerge } from './rules/flatten-merge.ts'
import { fuse } from './rules/fuse.ts'
import { liftAlso } from './rules/lift-also.ts'
import type { Rule } from './rules/rule.ts'

export type { Rule } from './rules/rule.ts'

/**
 * All on, and in an order that matters: `liftAlso` first, since an `also` is a reader too and would hide that a step has
 * but one; `fuse` last, since what is fused can no longer be moved.
 */
export const standardRules: readonly Rule[] = Object.freeze([liftAlso, flattenMerge, filterBeforeJoin, fuse])

/** Applies the rules, in order, again and again until none changes anything. Nodes that no rule touches stay who they are. */
export function optimise(tails: readonly Node[], rules: readonly Rule[] = standardRules): readonly Node[] {
  // Each round makes the graph smaller or moves a filter up, so more rounds than nodes mean rules that undo each other.
  const rounds = topological(tails).length + 1
  let current = tails
  for (let round = 0; round < rounds; round++) {
    const before = current
    for (const rule of rules) current = rule.apply(current)
    if (isSame(before, current)) return before
  }
  throw new Error(`internal error: the rules ${rules.map(({ name }) => name).join(', ')} do not settle`)
}

const isSame = (before: readonly Node[], after: readonly Node[]) =>
  before === after || (before.length === after.length && before.every((node, i) => node === after[i]))
