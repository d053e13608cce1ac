import type { StoreSlot } from '../../slot/slot.ts'
import type { Node } from '../node.ts'

/** How often a sum passes its changes on: as it merges (the platform's business), or once for every element it was given. */
export type Emit = 'merged' | 'every'

/** `[k, v]` is merged into a store; passes on `[k, { before, delta }]`. An output of the job. */
export interface SumNode {
  readonly kind: 'sum'
  readonly input: Node
  // biome-ignore lint/suspicious/noExplicitAny: erased; a codec is invariant in its type.
  readonly slot: StoreSlot<string, any, any, any, any>
  readonly emit: Emit
}

export const sumNode = (input: Node, slot: SumNode['slot'], emit: Emit): SumNode => Object.freeze({ kind: 'sum', input, slot, emit })
