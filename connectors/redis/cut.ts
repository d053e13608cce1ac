import { fromNullable, isNone, type Option } from 'fp-ts/lib/Option.js'
import type { BatchLimits, SourceBatch } from '../../core/contract/source-reader.ts'
import type { Received } from './content.ts'

export const lengthOf = ({ text, refused }: Received): number => text.length + (refused?.record.length ?? 0)

/** How many of them, from the first, make a batch: at least one. */
export function countOf(waiting: readonly Received[], { records, length }: BatchLimits): number {
  let count = 0
  let sum = 0
  for (const each of waiting) {
    sum += lengthOf(each)
    if (count === records || (count > 0 && sum > length)) break
    count += 1
  }
  return count
}

export function batchOf(taken: readonly Received[], position: Option<string>): SourceBatch {
  const kept = taken.filter(({ refused }) => refused === undefined)
  const refused = taken.flatMap(({ refused }) => (refused === undefined ? [] : [refused]))
  return {
    records: kept.map(({ text }) => text),
    position,
    ...(refused.length === 0 ? {} : { refused }),
    // A record that has a place need not be known by an id.
    ...(isNone(position) && kept.some(({ id }) => id !== undefined) ? { ids: kept.map(({ id }) => fromNullable(id)) } : {}),
  }
}

/** How many to ask for, so that about one batch comes: records may be short or long, and Redis counts them only. */
export class Appetite {
  readonly #limits: BatchLimits
  #average: number | undefined

  constructor(limits: BatchLimits) {
    this.#limits = limits
  }

  get count(): number {
    const { records, length } = this.#limits
    // Before anything has come, a few: ten thousand of a megabyte each would be the end of us.
    const fitting = this.#average === undefined ? 16 : Math.floor(length / Math.max(1, this.#average))
    return Math.max(1, Math.min(records, fitting))
  }

  fed(received: readonly Received[]): void {
    if (received.length === 0) return
    const average = received.reduce((sum, each) => sum + lengthOf(each), 0) / received.length
    // What has become longer is believed at once, what has become shorter by and by.
    this.#average = this.#average === undefined || average > this.#average ? average : (this.#average + average) / 2
  }
}
