import type { Appended } from '../../core/engine/log.ts'
import { bagOf } from './batch.ts'
import type { Bits, Cell, Cells } from './cells.ts'
import { canGoBack, type SenderShape, writersOf } from './configuration.ts'
import type { Parts } from './parts.ts'
import type { Stream } from './stream.ts'

/**
 * Sends batches under numbers of its own, 1, 2, 3. Two may be under way at a time and overtake each other; only the very
 * first goes alone, since a writer that is not known yet may begin with any number.
 *
 * Where Redis may go back, it is as a client's sender is: one batch after the other, and where the log has lost one, it
 * says so and goes on under a new name.
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
  /** Those that were taken in moments that Redis may lose, and it has not heard: the client sends them again as they are. */
  readonly unheard: Bits
  /** How many batches it had sent when it took a new name. */
  readonly before: Cell
  /** Whether it has noticed that something was lost. */
  readonly noticed: Cell

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
    this.unheard = cells.bits(this.#shape.batches)
    this.before = cells.cell()
    this.noticed = cells.cell()
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
    if (canGoBack(this.#parts.configuration)) return place === next
    return place === next || (place === next + 1 && this.accepted.has(0))
  }

  /** @param heard whether the answer arrives */
  send(place: number, heard: boolean): boolean {
    if (!this.maySend(place)) return false
    const { log, jobs, story, name, promised } = this.#parts
    const batch = bagOf(this.batch(place))
    const number = this.number(place)
    const answer = this.append(place)
    const said = 'sequence' in answer ? `${answer.status} as ${answer.sequence}` : answer.status
    story.tell?.(`${this.who} sends ${name(batch)}, number ${number}: ${said}${heard ? '' : ', and does not hear it'}`)
    if (!heard) {
      if (answer.status !== 'appended') return false
      if (log.isAtStake()) this.unheard.add(place)
      this.notHeard()
      return true
    }
    if (answer.status === 'gap') this.renew(place)
    if ('sequence' in answer) {
      this.unheard.delete(place)
      this.accepted.add(place)
      promised.add(this.batch(place))
      this.toTell.add(jobs.stage(this.#shape.stream, answer.sequence))
    }
    return true
  }

  /** An answer did not come. The batch goes out again, under the same number. */
  notHeard(): void {}

  append(place: number): Appended {
    const { log } = this.#parts
    return log.append(this.stream, {
      writer: writersOf(this.#parts.configuration) * this.#writer + (this.before.now > 0 ? 1 : 0),
      number: this.number(place),
      batch: bagOf(this.batch(place)),
      continues: canGoBack(this.#parts.configuration) && this.number(place) > 1,
      ...(this.unheard.has(place) ? { stamp: 1 } : {}),
    })
  }

  /** The number of a batch under its present name. */
  number(place: number): number {
    return place - this.before.now + 1 + this.skipped.now
  }

  /** One before this was accepted, and is lost. */
  renew(place: number): void {
    if (!canGoBack(this.#parts.configuration)) return
    this.noticed.now = 1
    this.before.now = place
    this.unheard.delete(place)
  }

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
