/**
 * The end of a reading. It comes once; whoever waits is woken by it, and what fails because of it is no failure.
 *
 * To race each wait with one promise for all of it would keep something of every wait until the end, which may be months away.
 */
export class Closing {
  readonly #wakes = new Set<() => void>()
  #ended: Promise<void> | undefined

  get begun(): boolean {
    return this.#ended !== undefined
  }

  /** Ends it, the first time it is called. */
  begin(end: () => Promise<void>): Promise<void> {
    if (this.#ended === undefined) {
      this.#ended = end()
      for (const wake of this.#wakes) wake()
    }
    return this.#ended
  }

  /** Takes one step after the other until one has an answer; `undefined` when the end has begun. */
  async steps<A>(step: () => Promise<A | undefined>): Promise<A | undefined> {
    try {
      while (!this.begun) {
        const answer = await step()
        if (answer !== undefined) return answer
      }
      return undefined
    } catch (error) {
      if (this.begun) return undefined
      throw error
    }
  }

  /** What some work comes to; `undefined` as soon as the end begins. */
  async before<A>(work: Promise<A>): Promise<A | undefined> {
    if (this.begun) return undefined
    let wake = () => {}
    const woken = new Promise<undefined>((resolve) => {
      wake = () => resolve(undefined)
    })
    this.#wakes.add(wake)
    try {
      return await Promise.race([work, woken])
    } finally {
      this.#wakes.delete(wake)
    }
  }

  /** Waits so many milliseconds, and no longer than until the end begins. */
  async pause(milliseconds: number): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined
    const later = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, milliseconds)
    })
    await this.before(later)
    clearTimeout(timer)
  }
}
