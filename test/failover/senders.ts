import { expect } from 'vitest'
import { batchOf } from './ledger.ts'
import type { LedgerClient } from './scene.ts'

/** What senders know of their batches, and nothing else does: which of them were acknowledged. */
export class Senders {
  /** Batches ever sent, by `<sender> <number>`, and whether they were acknowledged. */
  readonly batches = new Map<string, boolean>()
  /** How often a sender was told of a gap and went back. */
  gaps = 0
  #stopped = false
  readonly #running: Promise<void>[] = []

  /** Sends batch after batch without numbers, `width` at a time, and goes on whatever Redis lost. */
  plain(client: LedgerClient, name: string, width = 1): void {
    this.#run(async (from) => {
      const numbers = Array.from({ length: width }, (_, i) => from + i)
      await Promise.all(numbers.map((number) => this.#acknowledged(name, number, client.send('events', batchOf(name, number)))))
      return from + width
    })
  }

  /** Numbers its batches, as who can read them again may. Told of a gap it goes back, until it has found where to go on. */
  numbered(client: LedgerClient, name: string): void {
    this.#run(async (sequence) => {
      try {
        await this.#acknowledged(name, sequence, client.send('events', batchOf(name, sequence), { writer: name, sequence }))
        return sequence + 1
      } catch (error) {
        if ((error as { readonly code?: unknown }).code !== 'writer-gap') throw error
        this.gaps += 1
        return sequence - 1
      }
    })
  }

  /** Until so many batches more are acknowledged. */
  async acknowledge(more: number): Promise<void> {
    const goal = this.acknowledged.size + more
    await expect.poll(() => this.acknowledged.size, { interval: 5, timeout: 20_000 }).toBeGreaterThanOrEqual(goal)
  }

  /** The batches that were acknowledged, until now. */
  get acknowledged(): ReadonlySet<string> {
    return new Set([...this.batches].flatMap(([batch, acknowledged]) => (acknowledged ? [batch] : [])))
  }

  /** Lets every sender finish what it has in hand. */
  async stop(): Promise<void> {
    this.#stopped = true
    await Promise.all(this.#running)
  }

  async #acknowledged(name: string, number: number, sending: Promise<unknown>): Promise<void> {
    const batch = `${name} ${number}`
    this.batches.set(batch, this.batches.get(batch) ?? false)
    await sending
    this.batches.set(batch, true)
  }

  #run(step: (number: number) => Promise<number>): void {
    const running = (async () => {
      let furthest = 0
      // Who was sent back does not stop before it has caught up with itself.
      for (let number = 1; !this.#stopped || number <= furthest; ) {
        furthest = Math.max(furthest, number)
        number = await step(number)
      }
    })()
    // Awaited in `stop`; until then a failure is nobody's.
    running.catch(() => {})
    this.#running.push(running)
  }
}
