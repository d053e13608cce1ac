import type { Cell, Cells, List, Row } from './cells.ts'
import type { PartitionShape } from './configuration.ts'

/** One partition of a store: its values, as far as the log knows them, its position, its inbox and what is early for it. */
export class Partition {
  readonly shape: PartitionShape
  readonly position: Cell
  readonly inbox: List
  /** By stream, by sequence number: what waits for the watermark; 0 for nothing. */
  readonly early: readonly (Row | undefined)[]
  readonly values: List

  constructor(cells: Cells, shape: PartitionShape, streams: number, capacity: number, values: number) {
    this.shape = shape
    this.position = cells.cell()
    this.inbox = cells.list(capacity)
    this.early = Array.from({ length: streams }, (_, stream) =>
      shape.ordered && shape.fedBy.includes(stream) ? cells.row(capacity + 1) : undefined,
    )
    this.values = cells.list(values)
  }

  get isReady(): boolean {
    return this.inbox.length > 0
  }

  /** How many entries it holds, also those that may not be merged yet. */
  get length(): number {
    let length = this.inbox.length
    for (const row of this.early) {
      if (row === undefined) continue
      for (let sequence = 1; sequence < row.length; sequence++) if (row.get(sequence) !== 0) length += 1
    }
    return length
  }
}
