import type { Pointer } from './log.ts'
import type { Scheduler } from './scheduler.ts'

/** Tells the scheduler of new batches, many at a time while it is busy; nobody waits for that. What it misses the reconciler finds. */
export class Telling {
  readonly #scheduler: Scheduler
  #pointers: Pointer[] = []
  #running: Promise<void> | undefined

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler
  }

  tell(pointer: Pointer): void {
    this.#pointers.push(pointer)
    this.#running ??= this.#run()
  }

  /** Settles when it was told of everything. */
  async idle(): Promise<void> {
    await this.#running
  }

  async #run(): Promise<void> {
    while (this.#pointers.length > 0) {
      const pointers = this.#pointers
      this.#pointers = []
      await this.#scheduler.enqueue(pointers).catch(() => {})
    }
    this.#running = undefined
  }
}
