import type { Node } from '../../graph/node.ts'
import { readersOf } from '../../graph/walk.ts'

/** A rewrite that keeps what a job means. Rules are values, so that each can be tested, named in a plan, and left out. */
export interface Rule {
  readonly name: string
  /** What is gained. */
  readonly why: string
  readonly apply: (tails: readonly Node[]) => readonly Node[]
}

/**
 * Tells of a node whether exactly one other reads it, once. Only such a node may be taken into its reader: with two
 * readers its work would be done twice. A tail counts as read by the job.
 */
export function soleReader(tails: readonly Node[]): (node: Node) => boolean {
  const readers = readersOf(tails)
  const ends = new Set(tails)
  return (node) => readers.get(node)?.length === 1 && !ends.has(node)
}
