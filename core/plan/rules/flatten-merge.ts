import type { MergeNode } from '../../graph/node/merge.ts'
import { mergeNode } from '../../graph/node/merge.ts'
import { rewrite } from '../../graph/walk.ts'
import { type Rule, soleReader } from './rule.ts'

/**
 * `a.merge(b).merge(c)` becomes one merge of three; an input named twice stays named twice. A merge that is read twice
 * stays as it is: `m.merge(m)` ten times over would be a merge of a thousand.
 */
export const flattenMerge: Rule = {
  name: 'flattenMerge',
  why: 'streams meet in one place, and plans stay flat',
  apply: (tails) => {
    const alone = soleReader(tails)
    return rewrite(tails, (node, original) => {
      if (node.kind !== 'merge') return node
      const { inputs } = original as MergeNode
      const flat = node.inputs.flatMap((input, i) => (input.kind === 'merge' && alone(inputs[i] as MergeNode) ? input.inputs : [input]))
      return flat.length === node.inputs.length ? node : mergeNode(flat)
    })
  },
}
