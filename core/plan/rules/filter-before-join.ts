import { type JoinNode, joinNode } from '../../graph/node/join.ts'
import { type TransformNode, transformNode } from '../../graph/node/transform.ts'
import type { Node } from '../../graph/node.ts'
import { readersOf, rewrite } from '../../graph/walk.ts'
import { type Rule, soleReader } from './rule.ts'

/**
 * A `filterKeys` right after a join moves before it, through several joins at once if need be: a join keeps keys and
 * drops nothing, so the same pairs come out, and the service is asked for fewer keys.
 *
 * It must come before `fuse`: once the filter is one operator with what follows it, that no longer is a filter of keys
 * alone. It moves as far as it can in one pass, so no `fuse` between two passes can hold it up.
 *
 * A filter with a name of its own stays where it is: the name speaks of that step and of the join above it.
 *
 * One thing differs, for the better: a key that the service's codec cannot write costs its record only if it is asked for.
 */
export const filterBeforeJoin: Rule = {
  name: 'filterBeforeJoin',
  why: 'the service is asked for fewer keys',
  apply: (tails) => {
    const alone = soleReader(tails)
    const readers = readersOf(tails)
    const isNamed = (node: Node) => readers.get(node)?.some(({ kind }) => kind === 'name') ?? false
    // Joins, as they stand now, that have one reader.
    const passable = new Set<Node>()
    const liftAbove = (filter: TransformNode): Node => {
      const passed: JoinNode[] = []
      let at = filter.input
      while (at.kind === 'join' && passable.has(at)) {
        passed.push(at)
        at = at.input
      }
      let node: Node = transformNode(at, filter.operator)
      for (const join of passed.reverse()) {
        node = joinNode(node, join.slot)
        passable.add(node)
      }
      return node
    }
    return rewrite(tails, (node, original) => {
      const changed = isKeyFilter(node) && passable.has(node.input) && !isNamed(original) ? liftAbove(node) : node
      if (changed.kind !== 'join') return changed
      // A join that a filter has passed stands in that filter's place, and has its readers.
      if (alone(original)) passable.add(changed)
      else passable.delete(changed)
      return changed
    })
  },
}

const isKeyFilter = (node: Node): node is TransformNode =>
  node.kind === 'transform' && node.operator.verbs.every((verb) => verb === 'filterKeys')
