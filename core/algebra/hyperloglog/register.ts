/**
 * One register and what it holds, as a number: `place << 6 | rank`. The place is the hash's lowest `p` bits; the rank is 1
 * and the zeros that follow, the lowest bits first, as Redis has it. Of two entries for one place the greater is the one
 * with the greater rank.
 */
export type Entry = number

/** An entry that knows its precision: `p << 24 | entry`. Small enough to be no object, and never 0. */
export type Register = number

export const precisions = { from: 4, to: 18 }

export const isPrecision = (p: number): boolean => Number.isInteger(p) && p >= precisions.from && p <= precisions.to

/** The greatest rank: the hash's other bits are all 0. */
export const greatestRank = (p: number): number => 65 - p

export const isRank = (rank: number, p: number): boolean => rank >= 1 && rank <= greatestRank(p)

/** What a hash of 64 bits says, in two words, the lower one first. */
export function registerOf(low: number, high: number, p: number): Register {
  const place = low & ((1 << p) - 1)
  // What is left of the hash, and a 1 above it, so that there is always one to be found.
  const lower = (low >>> p) | (high << (32 - p))
  const upper = (high >>> p) | (1 << (32 - p))
  const rank = lower !== 0 ? 1 + zerosBelow(lower) : 33 + zerosBelow(upper)
  return (p << 24) | (place << 6) | rank
}

export const precisionOf = (register: Register): number => register >>> 24
export const entryOf = (register: Register): Entry => register & 0xffffff

/** Whether a number is a register: the places and ranks of its precision, nothing else. */
export function isRegister(value: number): boolean {
  if (!Number.isInteger(value) || value < 0 || value > 0x7fffffff) return false
  const p = precisionOf(value)
  const entry = entryOf(value)
  return isPrecision(p) && entry >>> 6 < 1 << p && isRank(entry & 63, p)
}

/** An entry as it would have been at a smaller precision: the bits the place gives up go in front of the rest. */
export function downsized(entry: Entry, from: number, to: number): Entry {
  if (from === to) return entry
  const place = entry >>> 6
  const given = place >>> to
  const rank = given !== 0 ? 1 + zerosBelow(given) : (entry & 63) + from - to
  return ((place & ((1 << to) - 1)) << 6) | rank
}

/** How many zeros are below the lowest 1. */
function zerosBelow(word: number): number {
  return 31 - Math.clz32(word & -word)
}
