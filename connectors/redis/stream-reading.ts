import { some } from 'fp-ts/lib/Option.js'
import type { BatchLimits, OpenSource, RefusedRecord, SourceBatch } from '../../core/contract/source-reader.ts'
import { Closing } from './closing.ts'
import type { Received } from './content.ts'
import { Appetite, batchOf, countOf } from './cut.ts'
import { checked, type Entry, entriesOf } from './entry.ts'
import { blockFor, type Link } from './link.ts'
import { isAfter, type Place, written } from './position.ts'

/** What there was at one moment: entries after a place, and what the stream says of itself. */
interface Look {
  readonly entries: readonly Entry[]
  /** Of the oldest entry that is there. */
  readonly first: string | undefined
  /** How many are there no more; not known before Redis 7. */
  readonly removed: number | undefined
}

/** Reads a stream from a place on. */
export class StreamReading implements OpenSource {
  readonly #link: Link
  readonly #key: string
  readonly #read: (entry: Entry) => Received
  readonly #limits: BatchLimits
  readonly #appetite: Appetite
  #place: Place
  /** What was read and is not given yet, and the entries it was read from. */
  #waiting: readonly Received[] = []
  #entries: readonly Entry[] = []
  #lost: RefusedRecord | undefined
  readonly #closing = new Closing()

  constructor(link: Link, key: string, read: (entry: Entry) => Received, place: Place, limits: BatchLimits) {
    this.#link = link
    this.#key = key
    this.#read = read
    this.#place = place
    this.#limits = limits
    this.#appetite = new Appetite(limits)
  }

  next = (): Promise<SourceBatch | undefined> =>
    this.#closing.steps(async () => {
      if (this.#waiting.length > 0 || this.#lost !== undefined) return this.#cut()
      const before = this.#place
      await this.#fetch()
      if (this.#waiting.length > 0 || this.#place !== before) return undefined
      const { client } = this.#link
      const came = await this.#link.answer(client.xread('COUNT', 1, 'BLOCK', blockFor, 'STREAMS', this.#key, this.#place.id))
      if (came !== null && this.#limits.linger > 0) await this.#closing.pause(this.#limits.linger)
      return undefined
    })

  acknowledge = async (): Promise<void> => {}

  close = (): Promise<void> => this.#closing.begin(() => this.#link.close())

  /** What follows the place. What was removed before it could be read is found out by the way: nobody else would say so. */
  async #fetch(): Promise<void> {
    const from = this.#place
    const { entries, first, removed } = await this.#look(from.id)
    let count = from.count === undefined ? undefined : from.count
    // As long as the stream still has what was read last, or something before it, nothing after that has been cut off.
    if (removed !== undefined && (first === undefined ? removed > 0 : isAfter(first, from.id))) {
      if (count !== undefined && removed > count) this.#lost = lostFrom(this.#key, from.id, first, removed - count)
      count = removed
    }
    const read = await checked(this.#link.client, this.#key, entries, entries.map(this.#read))
    this.#appetite.fed(read)
    this.#waiting = read
    this.#entries = entries
    this.#place = { id: from.id, count }
    if (this.#place.count === from.count) this.#place = from
  }

  /** In one step: what is missing from the answer was not there at that moment, and what is counted as removed was. */
  async #look(after: string): Promise<Look> {
    const { client } = this.#link
    const step = client.multi().xread('COUNT', this.#appetite.count, 'STREAMS', this.#key, after).xinfo('STREAM', this.#key)
    const [read, info] = (await this.#link.answer(step.exec())) ?? []
    if (read?.[0] != null) throw this.#link.fault(read[0])
    const entries = entriesOf(read?.[1])
    // That there is no such stream is no fault: it is there once somebody adds to it.
    if (info?.[0] != null && !/no such key/.test(String(info[0]))) throw this.#link.fault(info[0])
    const facts = info?.[0] == null && Array.isArray(info?.[1]) ? factsOf(info[1]) : new Map<string, unknown>()
    const [length, added, oldest] = [facts.get('length'), facts.get('entries-added'), facts.get('first-entry')]
    return {
      entries,
      first: Array.isArray(oldest) ? String(oldest[0]) : undefined,
      removed: typeof length === 'number' && typeof added === 'number' ? added - length : undefined,
    }
  }

  #cut(): SourceBatch {
    const taken = this.#waiting.slice(0, countOf(this.#waiting, this.#limits))
    const last = this.#entries[taken.length - 1]
    const { id, count } = this.#place
    this.#waiting = this.#waiting.slice(taken.length)
    this.#entries = this.#entries.slice(taken.length)
    this.#place = { id: last?.[0] ?? id, count: count === undefined ? undefined : count + taken.length }
    const batch = batchOf(taken, some(written(this.#place)))
    const lost = this.#lost
    this.#lost = undefined
    return lost === undefined ? batch : { ...batch, refused: [lost, ...(batch.refused ?? [])] }
  }
}

/** Redis answers an object as a list of names and values. */
function factsOf(list: readonly unknown[]): ReadonlyMap<string, unknown> {
  return new Map(list.flatMap((name, i) => (i % 2 === 0 ? [[String(name), list[i + 1]] as const] : [])))
}

function lostFrom(key: string, after: string, first: string | undefined, count: number): RefusedRecord {
  const now = first === undefined ? 'nothing is left' : `the oldest now is ${first}`
  return {
    record: '',
    error:
      `${count} ${count === 1 ? 'entry' : 'entries'} of the stream ${key} after ${after} were removed before they were read: ${now}. ` +
      'Let it keep more: a higher MAXLEN, or MINID of what has been read.',
  }
}
