import { downsized, type Entry, entryOf, precisionOf, type Register } from './register.ts'

/** One element at one time. It is its own JSON, so that looking at a record's value costs next to nothing. */
export type Sighting = readonly [register: Register, at: number]

/** Many: which entry was met when, the last time, by place and then by rank. */
export interface Sightings {
  readonly p: number
  readonly entries: Int32Array
  readonly times: Float64Array
}

/**
 * For each register the ranks it has had, with the latest time of each; never changed. A rank that was last met no later
 * than a greater one is left out, because there is no time since when it would be the greatest. So the ranks of a register
 * rise while their times fall: they are its records, read backwards, about as many as the logarithm of its elements.
 *
 * Equal contents have one form: a sighting alone is a pair.
 */
export type HyperLogLogSeries = Sighting | Sightings

export const isSighting = (value: HyperLogLogSeries): value is Sighting => Array.isArray(value)

const precisionIn = (value: HyperLogLogSeries): number => (isSighting(value) ? precisionOf(value[0]) : value.p)

/** Of at least one value, at the smallest of their precisions; without what is more than `keep` before the latest time. */
export function mergedSeries(values: readonly HyperLogLogSeries[], keep: number): HyperLogLogSeries {
  const p = values.reduce((least, value) => Math.min(least, precisionIn(value)), Number.POSITIVE_INFINITY)
  let lists: Sightings[] = []
  const others: HyperLogLogSeries[] = []
  for (const value of values) {
    if (isSighting(value) || value.p !== p) others.push(value)
    else lists.push(value)
  }
  if (others.length > 0) lists.push(sorted(others, p))
  // Two by two: so a sighting is copied as often as the number of lists can be halved.
  while (lists.length > 1) lists = lists.flatMap((list, i) => (i % 2 === 1 ? [] : [mergedTwo(list, lists[i + 1])]))
  return ofSightings(recent(lists[0] as Sightings, keep))
}

export function ofSightings(sightings: Sightings): HyperLogLogSeries {
  const { p, entries, times } = sightings
  return entries.length === 1 ? Object.freeze([(p << 24) | (entries[0] as Entry), times[0] as number] as const) : sightings
}

/** How many registers hold each rank, counting only what was met at `since` or later. */
export function ranksSince(value: HyperLogLogSeries, since: number): { readonly p: number; readonly ranks: Int32Array } {
  const { p, entries, times } = sightingsOf(value)
  const ranks = new Int32Array(64)
  let used = 0
  for (let i = 0; i < entries.length; i++) {
    if ((times[i] as number) < since) continue
    const entry = entries[i] as Entry
    // The next one of this place is greater: it takes over, if it is late enough too.
    const overtaken = i + 1 < entries.length && (entries[i + 1] as Entry) >>> 6 === entry >>> 6 && (times[i + 1] as number) >= since
    if (overtaken) continue
    ranks[entry & 63] = (ranks[entry & 63] as number) + 1
    used += 1
  }
  ranks[0] = (1 << p) - used
  return { p, ranks }
}

export function latestIn(value: HyperLogLogSeries): number | undefined {
  const { times } = sightingsOf(value)
  return times.length === 0 ? undefined : times.reduce((a, b) => Math.max(a, b))
}

export function sightingsOf(value: HyperLogLogSeries): Sightings {
  if (!isSighting(value)) return value
  const [register, at] = value
  return { p: precisionOf(register), entries: Int32Array.of(entryOf(register)), times: Float64Array.of(at) }
}

/** Sightings in no order, put into it. */
function sorted(values: readonly HyperLogLogSeries[], p: number): Sightings {
  const parts = values.map(sightingsOf)
  const length = parts.reduce((sum, { entries }) => sum + entries.length, 0)
  const times = new Float64Array(length)
  // Entry and position as one number, because numbers are sorted quickest; it is exact up to 2^29 positions.
  const keys = new Float64Array(length)
  let at = 0
  for (const part of parts) {
    for (let i = 0; i < part.entries.length; i++) {
      times[at] = part.times[i] as number
      keys[at] = downsized(part.entries[i] as Entry, part.p, p) * 2 ** 29 + at
      at += 1
    }
  }
  keys.sort()
  const front = new Front(p, length)
  for (let i = length - 1; i >= 0; i--) {
    const key = keys[i] as number
    const entry = Math.floor(key / 2 ** 29)
    front.push(entry, times[key - entry * 2 ** 29] as number)
  }
  return front.sightings
}

function mergedTwo(a: Sightings, b: Sightings | undefined): Sightings {
  if (b === undefined) return a
  let i = a.entries.length - 1
  let j = b.entries.length - 1
  const front = new Front(a.p, i + j + 2)
  while (i >= 0 || j >= 0) {
    if (j < 0 || (i >= 0 && (a.entries[i] as Entry) >= (b.entries[j] as Entry))) {
      front.push(a.entries[i] as Entry, a.times[i] as number)
      i -= 1
    } else {
      front.push(b.entries[j] as Entry, b.times[j] as number)
      j -= 1
    }
  }
  return front.sightings
}

/** Takes sightings from the greatest entry down and keeps those that are later than all greater ones of their place. */
class Front {
  readonly #p: number
  readonly #entries: Int32Array
  readonly #times: Float64Array
  #at: number
  #last: Entry = -1

  constructor(p: number, room: number) {
    this.#p = p
    this.#entries = new Int32Array(room)
    this.#times = new Float64Array(room)
    this.#at = room
  }

  push(entry: Entry, time: number): void {
    if (entry >>> 6 === this.#last >>> 6) {
      if (time <= (this.#times[this.#at] as number)) return
      // The same rank again, and later: it stands for both.
      if (entry === this.#last) this.#at += 1
    }
    this.#at -= 1
    this.#entries[this.#at] = entry
    this.#times[this.#at] = time
    this.#last = entry
  }

  get sightings(): Sightings {
    return { p: this.#p, entries: this.#entries.slice(this.#at), times: this.#times.slice(this.#at) }
  }
}

function recent(sightings: Sightings, keep: number): Sightings {
  const { p, entries, times } = sightings
  if (keep === Number.POSITIVE_INFINITY || times.length === 0) return sightings
  const oldest = (latestIn(sightings) as number) - keep
  if (times.every((time) => time >= oldest)) return sightings
  return { p, entries: entries.filter((_, i) => (times[i] as number) >= oldest), times: times.filter((time) => time >= oldest) }
}
