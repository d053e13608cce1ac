import type { Node } from '../node.ts'

/** Passes on what `result` passes on, and makes sure that `ensure` is planned too; a subgraph ensured twice still runs once. */
export interface AlsoNode {
  readonly kind: 'also'
  readonly ensure: Node
  readonly result: Node
}

export const alsoNode = (ensure: Node, result: Node): AlsoNode => Object.freeze({ kind: 'also', ensure, result })
