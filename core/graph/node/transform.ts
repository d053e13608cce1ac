import type { Node } from '../node.ts'
import type { Operator } from '../operator.ts'

/** A synchronous step, none, one or many elements out for one in. */
export interface TransformNode {
  readonly kind: 'transform'
  readonly input: Node
  readonly operator: Operator
}

export const transformNode = (input: Node, operator: Operator): TransformNode => Object.freeze({ kind: 'transform', input, operator })
