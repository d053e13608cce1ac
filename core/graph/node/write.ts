import type { SinkSlot } from '../../slot/slot.ts'
import type { Node } from '../node.ts'

/** Every element goes to a sink, and on. An output of the job. */
export interface WriteNode {
  readonly kind: 'write'
  readonly input: Node
  // biome-ignore lint/suspicious/noExplicitAny: erased; a codec is invariant in its type.
  readonly slot: SinkSlot<string, any>
}

export const writeNode = (input: Node, slot: WriteNode['slot']): WriteNode => Object.freeze({ kind: 'write', input, slot })
