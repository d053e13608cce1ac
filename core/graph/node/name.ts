import type { Node } from '../node.ts'

/** Gives a name to its input, under which plans, dead letters and options speak of it and of all above it. */
export interface NameNode {
  readonly kind: 'name'
  readonly input: Node
  readonly name: string
}

export const nameNode = (input: Node, name: string): NameNode => Object.freeze({ kind: 'name', input, name })
