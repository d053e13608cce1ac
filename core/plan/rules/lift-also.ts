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
  apply: (tails) => nearestOutputs(rewrite(withEnsured(tails), (node) => (node.kind === 'also' ? node.result : node))),
}

/** The tails, and before each of them what the alsos above it ensure: as it was written. */
function withEnsured(tails: readonly Node[]): readonly Node[] {
  const order = topological(tails)
  const places = new Map(order.map((node, i) => [node, i]))
  let next = 0
  return tails.flatMap((tail) => {
    const above = order.slice(next, (places.get(tail) as number) + 1)
    next += above.length
    return [...above.flatMap((node) => (node.kind === 'also' ? [node.ensure] : [])), tail]
  })
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
