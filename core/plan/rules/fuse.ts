import { type TransformNode, transformNode } from '../../graph/node/transform.ts'
import { compose } from '../../graph/operator.ts'
import { rewrite } from '../../graph/walk.ts'
import { type Rule, soleReader } from './rule.ts'

/**
 * Two synchronous steps in a row become one. Not across fan-out, where the first would run once for each reader; not
 * across a name, which is there so that dead letters and options can tell the two sides apart.
 */
export const fuse: Rule = {
  name: 'fuse',
  why: 'a chain of steps is one closure, and one line of the plan',
  apply: (tails) => {
    const alone = soleReader(tails)
    return rewrite(tails, (node, original) => {
      if (node.kind !== 'transform' || node.input.kind !== 'transform' || !alone((original as TransformNode).input)) return node
      return transformNode(node.input.input, compose(node.input.operator, node.operator))
    })
  },
}
