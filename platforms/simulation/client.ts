import type { Dice } from './dice.ts'
import type { Owner } from './task.ts'

const underway = 3

/**
 * A process that sends one source's records. It remembers how far it has come, though not always the last of it: after
 * a crash it sends again what it does not know to be accepted, under the same numbers.
 */
export class Client implements Owner {
  readonly who: string
  readonly stream: string
  readonly #batches: (readonly string[])[] = []
  readonly #dice: Dice
  readonly #accepted = new Set<number>()
  readonly #sending = new Set<number>()
  /** All before it are accepted. */
  #first = 0
  #known = false

  constructor(stream: string, dice: Dice) {
    this.who = `client of ${stream}`
    this.stream = stream
    this.#dice = dice
  }

  /** Has it send one batch more. */
  add(batch: readonly string[]): void {
    this.#batches.push(batch)
  }

  get isDone(): boolean {
    return this.#accepted.size === this.#batches.length && this.#sending.size === 0
  }

  /**
   * The next batch to send, by its place; several may be under way at a time, and overtake each other. Only the very
   * first goes alone: a writer that is not known yet may begin with any number.
   */
  get next(): number | undefined {
    if (this.#sending.size >= (this.#known ? underway : 1)) return undefined
    while (this.#accepted.has(this.#first)) this.#first += 1
    for (let i = this.#first; i < this.#batches.length; i++) {
      if (!this.#accepted.has(i) && !this.#sending.has(i)) return i
    }
    return undefined
  }

  send(at: number): readonly string[] {
    this.#sending.add(at)
    return this.#batches[at] as readonly string[]
  }

  accepted(at: number): void {
    this.#known = true
    this.#sending.delete(at)
    this.#accepted.add(at)
  }

  /** It must come later: one before it is missing. Or again: nobody is sure. */
  again(at: number): void {
    this.#sending.delete(at)
    this.#accepted.delete(at)
    this.#first = Math.min(this.#first, at)
  }

  crash(): void {
    this.#sending.clear()
    const forgotten = this.#accepted.size - this.#dice.below(3)
    for (const at of [...this.#accepted]) if (at >= forgotten) this.again(at)
  }
}
