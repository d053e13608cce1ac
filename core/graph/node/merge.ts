import type { Node } from '../node.ts'

/** The union of bags: every element of every input, also when an input is named twice. */
export interface MergeNode {
  readonly kind: 'merge'
  readonly inputs: readonly Node[]
}

export const mergeNode = (inputs: readonly Node[]): MergeNode => Object.freeze({ kind: 'merge', inputs: Object.freeze([...inputs]) })
