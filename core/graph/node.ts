import { assertNever } from '../error.ts'
import { type AlsoNode, alsoNode } from './node/also.ts'
import { type AsyncNode, asyncNode } from './node/async.ts'
import { type JoinNode, joinNode } from './node/join.ts'
import { type MergeNode, mergeNode } from './node/merge.ts'
import { type NameNode, nameNode } from './node/name.ts'
import type { SourceNode } from './node/source.ts'
import { type SumNode, sumNode } from './node/sum.ts'
import { type TransformNode, transformNode } from './node/transform.ts'
import { type WriteNode, writeNode } from './node/write.ts'

/** The whole job language, as data. A node is who it is: two nodes alike are two nodes, one node used twice runs once. */
export type Node = SourceNode | TransformNode | AsyncNode | JoinNode | MergeNode | SumNode | WriteNode | AlsoNode | NameNode

export type NodeKind = Node['kind']

/** The nodes whose effect leaves the graph. */
export type OutputNode = SumNode | WriteNode

/** What holds of every node of a kind, in one place instead of a `switch` in each interpreter. */
export interface NodeFacts {
  /** It changes a store or a sink; a job must end in such a node. */
  readonly output: boolean
  /** It adds no step of its own to a running job. */
  readonly transparent: boolean
  /** It must see a whole batch before it passes anything on. */
  readonly barrier: boolean
}

export const facts: Readonly<Record<NodeKind, NodeFacts>> = Object.freeze({
  source: { output: false, transparent: false, barrier: false },
  transform: { output: false, transparent: false, barrier: false },
  async: { output: false, transparent: false, barrier: true },
  join: { output: false, transparent: false, barrier: true },
  merge: { output: false, transparent: true, barrier: false },
  sum: { output: true, transparent: false, barrier: false },
  write: { output: true, transparent: false, barrier: false },
  also: { output: false, transparent: true, barrier: false },
  name: { output: false, transparent: true, barrier: false },
})

export const isOutput = (node: Node): node is OutputNode => facts[node.kind].output

/** What must run for this node to run: an `also` needs both its sides. */
export function parentsOf(node: Node): readonly Node[] {
  switch (node.kind) {
    case 'source':
      return []
    case 'merge':
      return node.inputs
    case 'also':
      return [node.ensure, node.result]
    case 'transform':
    case 'async':
    case 'join':
    case 'sum':
    case 'write':
    case 'name':
      return [node.input]
    default:
      return assertNever(node)
  }
}

/** The same node over other parents (as many as `parentsOf` gave); the node itself where nothing differs, so identity survives a rewrite that changes nothing. */
export function withParents(node: Node, parents: readonly Node[]): Node {
  if (parentsOf(node).every((parent, i) => parent === parents[i])) return node
  const [first, second] = parents as readonly [Node, Node]
  switch (node.kind) {
    case 'source':
      return node
    case 'merge':
      return mergeNode(parents)
    case 'also':
      return alsoNode(first, second)
    case 'transform':
      return transformNode(first, node.operator)
    case 'async':
      return asyncNode(first, node.verb, node.run, node.concurrency)
    case 'join':
      return joinNode(first, node.slot)
    case 'sum':
      return sumNode(first, node.slot, node.emit)
    case 'write':
      return writeNode(first, node.slot)
    case 'name':
      return nameNode(first, node.name)
    default:
      return assertNever(node)
  }
}
