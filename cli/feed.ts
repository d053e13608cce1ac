import { encoded } from '../core/contract/encoded.ts'
import type { AnySlot } from '../core/slot/slot.ts'
import type { Client } from '../platforms/bullmq/index.ts'
import { linesOf } from './records.ts'
import { type FedSource, readingOf } from './sources.ts'

export interface Feeding {
  /** Told of what Redis has taken: bytes of the files, records in them. */
  readonly onAccepted?: (bytes: number, records: number) => void
  /** Called when records have waited for seconds to be taken. */
  readonly onStandstill?: () => void
  /** Aborted, it reads no further, and only waits for what it has handed on. */
  readonly signal: AbortSignal
}

/** How many records travel together; the client makes batches of them as its options say. */
const together = 5000
/** How many times so many are under way: some are read while others travel, and nothing piles up. */
const underWay = 4
/** After how many milliseconds nothing moves. */
const standstill = 3000

/** The way of a source's records from its files into Redis, as fast as that takes them. */
export class Feed {
  readonly #client: Client<AnySlot>
  readonly #source: FedSource
  readonly #feeding: Feeding
  readonly #sending: Promise<void>[] = []
  /** Records that were read and handed on. */
  handed = 0
  /** Those of them that Redis is known to have. */
  accepted = 0
  /** The number of the last batch that Redis is known to have, 0 if there is none. */
  sequence = 0

  constructor(client: Client<AnySlot>, source: FedSource, feeding: Feeding) {
    this.#client = client
    this.#source = source
    this.#feeding = feeding
  }

  async run(): Promise<void> {
    const { signal } = this.#feeding
    try {
      for (const file of this.#source.files) {
        let bytes = 0
        const onRead = (read: number) => {
          bytes = read
        }
        for await (const block of linesOf(file, { ...readingOf(this.#source.slot), onRead, signal })) await this.#hand(block, bytes)
      }
    } catch (error) {
      if (!signal.aborted) throw error
    }
    await Promise.all(this.#sending)
  }

  async #hand(block: readonly string[], bytes: number): Promise<void> {
    for (let from = 0; from < block.length && !this.#feeding.signal.aborted; from += together) {
      const lines = block.slice(from, from + together)
      this.handed += lines.length
      const sent = this.#send(lines, (bytes / block.length) * lines.length)
      // Whoever waits for it hears of it, here or at the end; until then it is no unhandled rejection.
      sent.catch(() => {})
      this.#sending.push(sent)
      if (this.#sending.length >= underWay) await this.#sending.shift()
    }
  }

  async #send(lines: readonly string[], bytes: number): Promise<void> {
    const { onStandstill, onAccepted } = this.#feeding
    const { name } = this.#source.slot
    const warning = setTimeout(() => onStandstill?.(), standstill)
    try {
      const { [name]: last = 0 } = await this.#client.send(name, encoded(lines))
      this.sequence = Math.max(this.sequence, last)
      this.accepted += lines.length
      onAccepted?.(bytes, lines.length)
    } finally {
      clearTimeout(warning)
    }
  }
}
