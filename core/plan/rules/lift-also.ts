import { isOutput, type Node, parentsOf } from '../../graph/node.ts'
import { rewrite, topological } from '../../graph/walk.ts'
import type { Rule } from './rule.ts'

/**
 * An `also` becomes what it passes on, and what it ensures becomes one more tail. Tails are then cut back to the outputs
 * they stand on: a step that leads to no output changes nothing anyone can see, so it does not run.
 */
export const liftAlso: Rule = {
  name: 'liftAlso',
  why: 'what is only ensured is a tail like any other, and what leads to no output is not run',
  apply: (tails) => {
    const given = new Set(tails)
    // As they were written: what an `also` ensures, then what it passes on.
    const ends = topological(tails).flatMap((node) => [...(node.kind === 'also' ? [node.ensure] : []), ...(given.has(node) ? [node] : [])])
    return nearestOutputs(rewrite(ends, (node) => (node.kind === 'also' ? node.result : node)))
  },
}

/** The outputs, with the names on them, that are reached first going up; each once. */
function nearestOutputs(ends: readonly Node[]): readonly Node[] {
  const outputs = new Set<Node>()
  const seen = new Set<Node>()
  const stack = ends.toReversed()
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (seen.has(node)) continue
    seen.add(node)
    if (isOutput(unnamed(node))) outputs.add(node)
    else stack.push(...parentsOf(node).toReversed())
  }
  return [...outputs]
}

function unnamed(node: Node): Node {
  let at = node
  while (at.kind === 'name') at = at.input
  return at
}
