import type { ServiceSlot } from '../../slot/slot.ts'
import type { Node } from '../node.ts'

/** `[k, v]` to `[k, [v, Option<w>]]`, one for one; the batch's distinct keys are asked for in one call. */
export interface JoinNode {
  readonly kind: 'join'
  readonly input: Node
  // biome-ignore lint/suspicious/noExplicitAny: erased; a codec is invariant in its type.
  readonly slot: ServiceSlot<string, any, any>
}

export const joinNode = (input: Node, slot: JoinNode['slot']): JoinNode => Object.freeze({ kind: 'join', input, slot })
