import { textOf } from '../../../core/engine/frame.ts'
import type { Append, Appended, Batch, Entry, StreamProgress, Take, Taken } from '../../../core/engine/log.ts'
import { Marks } from './marks.ts'
import { Tally } from './tally.ts'

/** What a writer sent last: its own number, and the one that the stream gave. */
interface Last {
  readonly number: number
  readonly sequence: number
  /** When, in milliseconds since 1970. */
  readonly at: number
}

/** A numbered log of batches. Those that are committed are gone; their marks stay. */
export class Stream {
  readonly marks = new Marks()
  /** Of a sink's. */
  readonly tally = new Tally()
  readonly #entries = new Map<number, Entry>()
  readonly #writers = new Map<string, Last>()
  /** In the order in which they came. */
  readonly #ids = new Set<string>()
  readonly #remembered: number
  #position: string | undefined
  #head = 0
  #length = 0
  #records = 0
  #eventTime = Number.NEGATIVE_INFINITY

  /** @param remembered how many ids are remembered */
  constructor(remembered = Number.POSITIVE_INFINITY) {
    this.#remembered = remembered
  }

  append(batch: Append, room: number, at = 0): Appended {
    return this.take({ ...batch, ids: [] }, room, at) as Appended
  }

  take({ writer, writerSequence: number, payload, records, continues, position, ids }: Take, room: number, at = 0): Taken {
    const last = this.#writers.get(writer)
    if (last !== undefined) {
      if (this.isRepeated(number, last)) return { status: 'repeated', sequence: number === last.number ? last.sequence : this.#head }
      if (this.isGap(number, last)) return { status: 'gap', last: last.number }
    } else if (continues) return { status: 'gap', last: 0 }
    if (position !== undefined && this.isElsewhere(position.from)) return { status: 'elsewhere', position: this.#position }
    const known = ids.flatMap((id, place) => (this.isKnown(id) ? [place] : []))
    if (known.length > 0) return { status: 'known', known }
    if (this.isFull(room)) return { status: 'full' }
    const sequence = this.enter({ payload: textOf(payload), records })
    if (position !== undefined) this.#position = position.to
    this.#remember(ids)
    this.#writers.set(writer, { number, sequence, at })
    return { status: 'appended', sequence }
  }

  /** Forgets the writers not heard of since a time; answers how many. */
  forget(since: number): number {
    const silent = [...this.#writers].filter(([, { at }]) => at <= since)
    for (const [writer] of silent) this.#writers.delete(writer)
    return silent.length
  }

  isRepeated(number: number, last: Last): boolean {
    return number <= last.number
  }

  // A batch that overtook the one before it is refused: taken, it would make that one look like a repetition.
  isGap(number: number, last: Last): boolean {
    return number > last.number + 1
  }

  /** Only what waits counts, so a stream in which nothing waits takes any batch, however long. */
  isFull(room: number): boolean {
    return this.#length >= room
  }

  /** Whether what was read begins elsewhere than the log ends: taken, some records would count twice, or be left out. */
  isElsewhere(from: string | undefined): boolean {
    return from !== this.#position
  }

  isKnown(id: string): boolean {
    return this.#ids.has(id)
  }

  get position(): string | undefined {
    return this.#position
  }

  #remember(ids: readonly string[]): void {
    for (const id of ids) this.#ids.add(id)
    for (const id of this.#ids) {
      if (this.#ids.size <= this.#remembered) break
      this.#ids.delete(id)
    }
  }

  enter({ payload, records }: Batch): number {
    this.#head += 1
    this.#entries.set(this.#head, { id: `${this.#head}-0`, payload, records })
    this.#length += payload.length
    return this.#head
  }

  read(sequence: number): Entry | undefined {
    return this.#entries.get(sequence)
  }

  /** An entry that is gone without a mark is none either: a log that lost its tail has lost the batch. */
  isCommitted(sequence: number): boolean {
    return this.marks.has(sequence) || !this.#entries.has(sequence)
  }

  /** A log that has gone back may have another batch of the same number. */
  isThere(sequence: number, { id }: Entry): boolean {
    return this.#entries.get(sequence)?.id === id
  }

  commit(sequence: number, { payload, records }: Entry, eventTime = Number.NEGATIVE_INFINITY): void {
    this.#entries.delete(sequence)
    this.#length -= payload.length
    this.#records += records
    this.#eventTime = Math.max(this.#eventTime, eventTime)
    this.marks.add(sequence)
  }

  /** The numbers of the batches that are there, oldest first. */
  get waiting(): readonly number[] {
    return [...this.#entries.keys()]
  }

  get progress(): StreamProgress {
    const eventTime = Number.isFinite(this.#eventTime) ? { eventTime: this.#eventTime } : {}
    return { head: this.#head, watermark: this.marks.watermark, backlog: this.#entries.size, records: this.#records, ...eventTime }
  }
}
