import type { SourceSlot } from '../../slot/slot.ts'

/** Where records enter the graph; the only leaf. */
export interface SourceNode {
  readonly kind: 'source'
  // biome-ignore lint/suspicious/noExplicitAny: erased; a codec is invariant in its type.
  readonly slot: SourceSlot<string, any>
}

export const sourceNode = (slot: SourceNode['slot']): SourceNode => Object.freeze({ kind: 'source', slot })
