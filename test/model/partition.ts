import type { Bits, Cell, Cells, List, Row } from './cells.ts'
import type { PartitionShape } from './configuration.ts'

/** One partition of a store: its values, as far as the log knows them, its position, its inbox and what is early for it. */
export class Partition {
  readonly shape: PartitionShape
  readonly position: Cell
  readonly inbox: List
  /** By place among all entries there ever were: the stamps of those in the inbox. */
  readonly stamps: Bits
  /** By stream, by sequence number: what waits for the watermark; 0 for nothing. */
  readonly early: readonly (Row | undefined)[]
  readonly values: List

  constructor(cells: Cells, shape: PartitionShape, streams: number, capacity: number, values: number) {
    this.shape = shape
    this.position = cells.cell()
    this.inbox = cells.list(capacity)
    this.stamps = cells.bits(capacity)
    this.early = Array.from({ length: streams }, (_, stream) =>
      shape.ordered && shape.fedBy.includes(stream) ? cells.row(capacity + 1) : undefined,
    )
    this.values = cells.list(values)
  }

  /** Adds an entry to those that may be merged. */
  add(entry: number, stamp: number): void {
    if (stamp === 1) this.stamps.add(this.position.now + this.inbox.length)
    this.inbox.push(entry)
  }

  /** Lets go of the first ones. */
  drop(count: number): void {
    for (let place = 0; place < count; place++) this.stamps.delete(this.position.now + place)
    this.inbox.drop(count)
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
