/** Below this much in an inbox, in characters, there is nothing to gain from letting more gather. */
const little = 2048

/**
 * How many drains a worker runs side by side. A drain costs by the keys it reads and writes, hardly by the batches that
 * added to them: so where inboxes are long, few run at a time, and meanwhile more gathers for the others. Where they are
 * short, nothing is gained by that, and an event would wait for one partition after the other: so all run at once.
 */
export class DrainTurns {
  readonly #few: number
  readonly #waiting: (() => void)[] = []
  #running = 0
  // As long as nobody has looked, there may be anything: whoever begins with a backlog is not to begin with its first batch.
  #isLong = true

  /** @param few how many run at a time where inboxes are long */
  constructor(few: number) {
    this.#few = few
  }

  /** Whether inboxes were short when one was last looked at. */
  get areShort(): boolean {
    return !this.#isLong
  }

  /** Told of how much an inbox held when its drain began to read it. */
  saw(length: number): void {
    this.#isLong = length > little
    if (!this.#isLong) this.#wake()
  }

  async take<A>(drain: () => Promise<A>): Promise<A> {
    while (this.#isLong && this.#running >= this.#few) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve)
      })
    }
    this.#running += 1
    try {
      return await drain()
    } finally {
      this.#running -= 1
      this.#wake()
    }
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake()
  }
}
