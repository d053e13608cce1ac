import type { DeadLetter } from '../../../core/engine/log.ts'
import type { DeadRecord } from '../../../core/run/result.ts'

/** Where a dead letter came from: a batch of a stream, or the partition of a store that refused a delta. */
interface Origin {
  readonly from: 'stream' | 'store'
  readonly name: string
  /** The batch's sequence, or the partition. */
  readonly number: number
}

/** A dead letter, and whether to put it back into a stream or an inbox: a step of the user's may be called like `mergeNode`. */
interface Buried {
  readonly letter: DeadLetter
  readonly origin: Origin
}

/** What was refused, oldest first. */
export class DeadLetters {
  readonly #buried = new Map<string, Buried>()
  #last = 0

  bury(origin: Origin, at: number, records: readonly DeadRecord[]): void {
    for (const record of records) {
      this.#last += 1
      const id = String(this.#last)
      this.#buried.set(id, { origin, letter: { ...record, id, stream: origin.name, sequence: origin.number, at } })
    }
  }

  page({
    after,
    limit,
    newest = false,
  }: {
    readonly after?: string
    readonly limit: number
    readonly newest?: boolean
  }): readonly DeadLetter[] {
    const letters = [...this.#buried.values()]
      .map(({ letter }) => letter)
      .filter(({ id }) => after === undefined || Number(id) > Number(after))
    return (newest ? letters.reverse() : letters).slice(0, limit)
  }

  /** Removes one, and answers it. */
  take(id: string): Buried | undefined {
    const buried = this.#buried.get(id)
    this.#buried.delete(id)
    return buried
  }

  get size(): number {
    return this.#buried.size
  }
}
