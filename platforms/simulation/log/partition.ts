import type { PartitionProgress, Stored, SumCommit } from '../../../core/engine/log.ts'
import type { StorePlan } from '../../../core/plan/plan.ts'
import { Inbox } from './inbox.ts'
import { OrderedInbox } from './ordered-inbox.ts'
import { Tally } from './tally.ts'

/** One part of a store's keys: their values, and what is still to be merged into them. */
export class Partition {
  readonly store: string
  readonly number: number
  readonly inbox: Inbox
  readonly tally = new Tally()
  readonly #values = new Map<string, Stored>()
  #position = 0

  constructor({ slot, ordered }: StorePlan, number: number) {
    this.store = slot.name
    this.number = number
    this.inbox = ordered ? new OrderedInbox() : new Inbox()
  }

  get position(): number {
    return this.#position
  }

  /** The fence: false for whoever has read the inbox before somebody else merged from it. */
  isAt(position: number): boolean {
    return position === this.#position
  }

  merge({ entries, puts, removes }: Pick<SumCommit, 'entries' | 'puts' | 'removes'>): void {
    for (const [key, value] of puts) this.put(key, value)
    for (const key of removes) this.#values.delete(key)
    this.inbox.drop(entries.length)
    this.#position += entries.length
  }

  // Bytes are copied in and out: nobody may change what is stored by changing what was given.
  put(key: string, value: Stored): void {
    this.#values.set(key, typeof value === 'string' ? value : value.slice())
  }

  get(key: string): Stored | undefined {
    const value = this.#values.get(key)
    return value === undefined || typeof value === 'string' ? value : value.slice()
  }

  get keys(): readonly string[] {
    return [...this.#values.keys()]
  }

  get progress(): PartitionProgress {
    return { position: this.#position, pending: this.inbox.size, keys: this.#values.size }
  }
}
