import type { BatchLimits, RefusedRecord, SourceBatch } from '../../core/contract/source-reader.ts'
import { LineBuffer } from './line-buffer.ts'

/** A batch that is being filled: with lines, as long as there is nothing else in it. */
export class Filling {
  readonly #limits: BatchLimits
  readonly #spare: () => Buffer
  readonly #refused: RefusedRecord[] = []
  #lines: LineBuffer | undefined
  readonly #records: string[] = []
  #count = 0
  #length = 0

  /** @param spare gives bytes that nobody else uses, for lines */
  constructor(limits: BatchLimits, spare: () => Buffer) {
    this.#limits = limits
    this.#spare = spare
  }

  get isEmpty(): boolean {
    return this.#count === 0
  }

  /** Whether nothing more should be put in that is so long; or, of some records that come to so much, not the last of so many. */
  isFull(length = 0, count = 1): boolean {
    const before = this.#count + count - 1
    return before >= this.#limits.records || (before > 0 && this.#length + length > this.#limits.length)
  }

  add(record: string): void {
    this.#cutApart()
    this.#records.push(record)
    this.#count += 1
    this.#length += record.length
  }

  /** @param bytes whole lines, each with its line feed; they are copied */
  addLines(bytes: Buffer, count: number, isAscii: boolean): void {
    this.#lines ??= new LineBuffer(this.#spare())
    this.#lines.add(bytes, count, isAscii)
    if (this.#records.length > 0) this.#cutApart()
    this.#count += count
    this.#length += bytes.length - count
  }

  refuse(refused: RefusedRecord): void {
    this.#refused.push(refused)
    this.#count += 1
    this.#length += refused.record.length
  }

  /** What was put in, to be given away: nothing is put in after that. */
  batch(): Omit<SourceBatch, 'position'> {
    const refused = this.#refused.length === 0 ? {} : { refused: this.#refused }
    const lines = this.#lines
    if (lines === undefined) return { records: this.#records, ...refused }
    return {
      // Most who take a batch keep it in lines, and never ask.
      get records() {
        return lines.records
      },
      lines: lines.lines,
      ...refused,
    }
  }

  /** What the lines were made in, to be used for others. From then on nobody can read them. */
  release(): Buffer | undefined {
    return this.#lines?.release()
  }

  /** A record that may be anything does not stand in lines, nor does what is beside it. */
  #cutApart(): void {
    for (const line of this.#lines?.records ?? []) this.#records.push(line)
    this.#lines = undefined
  }
}

/** As much of a refused record as is shown: a dead letter is for people. */
export const shownBytes = 1000
