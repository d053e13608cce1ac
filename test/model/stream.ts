import type { Bits, Cell, Cells, Row } from './cells.ts'

/** A numbered log of batches: `log:<stream>`, its meta and its marks. What a batch holds is one byte, never 0. */
export class Stream {
  readonly head: Cell
  readonly watermark: Cell
  readonly ahead: Bits
  /** By sequence number: the batch, 0 once it is gone. */
  readonly entries: Row
  /** By sequence number: the stamp in the batch's id. */
  readonly stamps: Bits
  /** By writer: its last number, and what that was numbered here; 0 for a writer nobody knows. */
  readonly lastNumber: Row
  readonly lastSequence: Row
  /** For the properties to ask, for no one else: what was ever entered, and what has had its effect. */
  readonly history: Row
  readonly committed: Bits

  constructor(cells: Cells, capacity: number, writers: number) {
    this.head = cells.cell()
    this.watermark = cells.cell()
    this.ahead = cells.bits(capacity + 2)
    this.entries = cells.row(capacity + 1)
    this.stamps = cells.bits(capacity + 1)
    this.lastNumber = cells.row(writers)
    this.lastSequence = cells.row(writers)
    this.history = cells.row(capacity + 1)
    this.committed = cells.bits(capacity + 1)
  }

  /** How many batches wait. */
  get length(): number {
    let length = 0
    for (let sequence = 1; sequence <= this.head.now; sequence++) if (this.entries.get(sequence) !== 0) length += 1
    return length
  }
}
