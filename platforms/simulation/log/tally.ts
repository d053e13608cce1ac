import type { OutputProgress } from '../../../core/engine/log.ts'
import type { Written } from '../../../core/engine/outputs/written.ts'

/** What was ever written to one place. */
export class Tally {
  #rows = 0
  #bytes = 0
  #lastWrite: number | undefined
  #lastDelivery: number | undefined

  add({ rows, bytes }: Written, at: number): void {
    // A merge that every delta was refused in has written nothing.
    if (rows === 0) return
    this.#rows += rows
    this.#bytes += bytes
    this.#lastWrite = at
  }

  delivered(at: number): void {
    this.#lastDelivery = at
  }

  get progress(): OutputProgress {
    return {
      rows: this.#rows,
      bytes: this.#bytes,
      ...(this.#lastWrite === undefined ? {} : { lastWrite: this.#lastWrite }),
      ...(this.#lastDelivery === undefined ? {} : { lastDelivery: this.#lastDelivery }),
    }
  }
}
