import { bagOf } from './batch.ts'
import type { Bits, Cell, Cells } from './cells.ts'
import type { SenderShape } from './configuration.ts'
import type { Parts } from './parts.ts'
import type { Stream } from './stream.ts'

/**
 * Sends batches under numbers of its own, 1, 2, 3. Two may be under way at a time and overtake each other; only the very
 * first goes alone, since a writer that is not known yet may begin with any number.
 */
export class Sender {
  readonly who: string
  readonly #parts: Parts
  readonly #shape: SenderShape
  readonly #first: number
  readonly #writer: number
  /** Those it knows to be accepted, by their places. */
  readonly accepted: Bits
  /** What it has not told the queue of yet. */
  readonly toTell: Bits
  /** How many numbers it has left out; none, unless a mutation has it so. */
  readonly skipped: Cell

  constructor(cells: Cells, parts: Parts, writer: number) {
    const { senders } = parts.configuration
    this.#parts = parts
    this.#shape = senders[writer] as SenderShape
    this.#writer = writer
    this.who = `sender ${this.#shape.name}`
    this.#first = senders.slice(0, writer).reduce((sum, { batches }) => sum + batches, 0)
    this.accepted = cells.bits(this.#shape.batches)
    this.toTell = cells.bits(parts.jobs.count)
    this.skipped = cells.cell()
  }

  get isDone(): boolean {
    return this.next === this.#shape.batches
  }

  /** The first batch it does not know to be accepted, by its place. */
  get next(): number {
    for (let i = 0; i < this.#shape.batches; i++) if (!this.accepted.has(i)) return i
    return this.#shape.batches
  }

  get batches(): number {
    return this.#shape.batches
  }

  /** Which of all batches this one of its own is. */
  batch(place: number): number {
    return this.#first + place
  }

  get stream(): Stream {
    return this.#parts.log.stream(this.#shape.stream)
  }

  /** Whether it may send a batch now. */
  maySend(place: number): boolean {
    if (this.accepted.has(place)) return false
    const { next } = this
    return place === next || (place === next + 1 && this.accepted.has(0))
  }

  /** @param heard whether the answer arrives */
  send(place: number, heard: boolean): boolean {
    if (!this.maySend(place)) return false
    const { log, jobs, story, name, promised } = this.#parts
    const batch = bagOf(this.batch(place))
    const number = place + 1 + this.skipped.now
    const answer = log.append(this.stream, this.#writer, number, batch)
    const said = 'sequence' in answer ? `${answer.status} as ${answer.sequence}` : answer.status
    story.tell?.(`${this.who} sends ${name(batch)}, number ${number}: ${said}${heard ? '' : ', and does not hear it'}`)
    if (!heard) {
      if (answer.status !== 'appended') return false
      this.unheard()
      return true
    }
    if ('sequence' in answer) {
      this.accepted.add(place)
      promised.add(this.batch(place))
      this.toTell.add(jobs.stage(this.#shape.stream, answer.sequence))
    }
    return true
  }

  /** An answer did not come. The batch goes out again, under the same number. */
  unheard(): void {}

  tell(): boolean {
    if (this.toTell.isEmpty) return false
    this.#parts.tell(this.who, this.toTell)
    return true
  }

  /** Dies, and what it was to tell with it; begun anew, it does not know of the last batch whether it was accepted. */
  crash(): boolean {
    let last = -1
    for (let i = 0; i < this.#shape.batches; i++) if (this.accepted.has(i)) last = i
    if (last === -1) return false
    this.#parts.story.tell?.(`${this.who} dies, and has forgotten whether ${this.#parts.name(bagOf(this.batch(last)))} was accepted`)
    this.accepted.delete(last)
    this.toTell.clear()
    return true
  }
}
