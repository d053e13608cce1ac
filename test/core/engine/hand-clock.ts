import type { Clock } from '../../../core/contract/clock.ts'

/** A clock that is turned by hand. */
export class HandClock implements Clock {
  readonly #sleepers = new Set<{ readonly until: number; readonly wake: () => void }>()
  #now = 0

  now = (): number => this.#now

  sleep: Clock['sleep'] = (milliseconds, stop) =>
    new Promise((resolve, reject) => {
      const cut = () => {
        this.#sleepers.delete(sleeper)
        reject(stop?.reason as Error)
      }
      const wake = () => {
        stop?.removeEventListener('abort', cut)
        resolve()
      }
      const sleeper = { until: this.#now + milliseconds, wake }
      this.#sleepers.add(sleeper)
      stop?.addEventListener('abort', cut, { once: true })
      if (stop?.aborted) cut()
    })

  /** How many wait for a time to come. */
  get sleepers(): number {
    return this.#sleepers.size
  }

  /** Lets time pass; whoever wakes meanwhile acts at their own time. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds
    await quiet()
    for (;;) {
      const [next] = [...this.#sleepers].filter(({ until }) => until <= end).sort((a, b) => a.until - b.until)
      if (next === undefined) break
      this.#now = Math.max(this.#now, next.until)
      this.#sleepers.delete(next)
      next.wake()
      await quiet()
    }
    this.#now = end
  }
}

/** Until all promises that can go on have gone on. */
export const quiet = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
