import { isDeepStrictEqual } from 'node:util'
import type { Sink, SinkToken } from 'tanager'

/** An outside system that keeps the batches it is given by their tokens, as one that is to count them once would. */
export class Deliveries {
  readonly #batches = new Map<string, readonly unknown[]>()
  readonly #failing: () => void

  /** @param failing throws when the system is to fail: after it has taken the batch */
  constructor(failing: () => void = () => undefined) {
    this.#failing = failing
  }

  /** Everything, each batch once. */
  get items(): readonly unknown[] {
    return [...this.#batches.values()].flat()
  }

  /** The system as one process sees it: only as long as that is alive. */
  from(alive: () => Promise<void>): Sink<unknown> {
    return {
      write: async (items: readonly unknown[], token: SinkToken) => {
        await alive()
        const known = this.#batches.get(JSON.stringify(token))
        this.#batches.set(JSON.stringify(token), items)
        // Not thrown: the batch would be tried again until somebody else is blamed.
        if (known !== undefined && !isDeepStrictEqual(known, items)) this.#batches.set(`${JSON.stringify(token)} again`, items)
        this.#failing()
      },
    }
  }
}
