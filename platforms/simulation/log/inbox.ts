import type { InboxEntry } from '../../../core/engine/log.ts'

/** An entry, with the batch that added it. */
export interface Arrival {
  readonly payload: string
  readonly stream: string
  readonly sequence: number
}

/** What stages have added for one partition: merged first in, first out. */
export class Inbox {
  readonly #ready: InboxEntry[] = []
  #stamps = 0

  add(entry: Arrival): void {
    this.push(entry.payload)
  }

  /** Takes back what was refused once: it has no place among the others any more. */
  readmit(payload: string): void {
    this.push(payload)
  }

  /** Adds an entry to those that may be merged. */
  protected push(payload: string): void {
    this.#stamps += 1
    this.#ready.push({ payload, stamp: String(this.#stamps) })
  }

  /** Whether an entry is where it was read, after so many others: the last of those merged was not there without them. */
  isThere(count: number, entry: InboxEntry | undefined): boolean {
    return entry !== undefined && this.#ready[count - 1]?.stamp === entry.stamp
  }

  /** Told of every move of a watermark: entries may have waited for it. */
  release(_stream: string, _watermark: number): void {}

  /** @param _next whether the entry is of the one batch that its stream's watermark waits for */
  hasRoom(room: number, _next: boolean): boolean {
    return this.held.reduce((length, { payload }) => length + payload.length, 0) < room
  }

  get isReady(): boolean {
    return this.#ready.length > 0
  }

  /** How many entries may be merged. */
  get size(): number {
    return this.#ready.length
  }

  /** All there is, also what may not be merged yet. */
  protected get held(): readonly { readonly payload: string }[] {
    return this.#ready
  }

  /** The oldest entries that may be merged: one, and more until they are long enough. */
  slice(length: number): readonly InboxEntry[] {
    let taken = 0
    for (let sum = 0; taken < this.#ready.length && sum < length; taken++) sum += (this.#ready[taken] as InboxEntry).payload.length
    return this.#ready.slice(0, taken)
  }

  drop(count: number): void {
    this.#ready.splice(0, count)
  }
}
