import type { BatchLimits, RefusedRecord } from '../../core/contract/source-reader.ts'

/** A batch that is being filled. */
export class Filling {
  readonly records: string[] = []
  readonly refused: RefusedRecord[] = []
  readonly #limits: BatchLimits
  #length = 0

  constructor(limits: BatchLimits) {
    this.#limits = limits
  }

  get isEmpty(): boolean {
    return this.records.length === 0 && this.refused.length === 0
  }

  /** Whether nothing more should be put in that is so long. */
  isFull(length = 0): boolean {
    const count = this.records.length + this.refused.length
    return count >= this.#limits.records || (count > 0 && this.#length + length > this.#limits.length)
  }

  add(record: string): void {
    this.records.push(record)
    this.#length += record.length
  }

  refuse(refused: RefusedRecord): void {
    this.refused.push(refused)
    this.#length += refused.record.length
  }
}

/** As much of a refused record as is shown: a dead letter is for people. */
export const shownBytes = 1000
