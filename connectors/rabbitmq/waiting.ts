import { fromNullable, none } from 'fp-ts/lib/Option.js'
import type { BatchLimits, RefusedRecord, SourceBatch } from '../../core/contract/source-reader.ts'
import type { Received } from './content.ts'

/** A batch, and how many messages came with it. */
export interface Cut {
  readonly batch: SourceBatch
  readonly messages: number
}

/** Messages that have come, and are not part of a batch yet. */
export class Waiting {
  readonly #limits: BatchLimits
  #messages: Received[] = []
  #length = 0
  #since = 0

  constructor(limits: BatchLimits) {
    this.#limits = limits
  }

  get count(): number {
    return this.#messages.length
  }

  /** Since when the first of them waits, in milliseconds. */
  get since(): number {
    return this.#since
  }

  /** Whether a batch would have no room for more. */
  get full(): boolean {
    return this.#messages.length >= this.#limits.records || this.#length >= this.#limits.length
  }

  add(message: Received): void {
    if (this.#messages.length === 0) this.#since = performance.now()
    this.#length += lengthOf(message)
    this.#messages.push(message)
  }

  /** The first of them, as many as make a batch. */
  cut(): Cut {
    const records: string[] = []
    const refused: RefusedRecord[] = []
    const ids: (string | undefined)[] = []
    let known = false
    let length = 0
    let taken = 0
    for (const message of this.#messages) {
      const more = lengthOf(message)
      if (taken === this.#limits.records || (taken > 0 && length + more > this.#limits.length)) break
      taken += 1
      length += more
      if (message.refused !== undefined) {
        refused.push(message.refused)
        continue
      }
      records.push(message.text)
      ids.push(message.id)
      known ||= message.id !== undefined
    }
    this.#messages = this.#messages.slice(taken)
    this.#length -= length
    const batch: SourceBatch = {
      records,
      position: none,
      ...(refused.length === 0 ? {} : { refused }),
      ...(known ? { ids: ids.map(fromNullable) } : {}),
    }
    return { batch, messages: taken }
  }
}

const lengthOf = ({ text, refused }: Received): number => text.length + (refused?.record.length ?? 0)
