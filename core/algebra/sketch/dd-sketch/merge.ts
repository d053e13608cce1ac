import { totalOf } from '../total.ts'
import { leastMagnitude, type Mapping } from './mapping.ts'
import { type Bins, countOf, type DDSketch, noBins, noSide, type Side } from './value.ts'

export interface Shape {
  readonly mapping: Mapping
  readonly maxBins: number
}

/** All values as one, in one go. */
export function mergeAll(values: readonly DDSketch[], shape: Shape): DDSketch {
  let total = 0
  let parts = 0
  let single: DDSketch = noBins
  for (const value of values) {
    const count = countOf(value)
    if (count === 0) continue
    total = totalOf(total, count)
    parts += 1
    single = value
  }
  if (parts < 2) return single
  const { mapping, maxBins } = shape
  const positive = new Gathering(mapping, maxBins, values.length)
  const negative = new Gathering(mapping, maxBins, values.length)
  let zeros = 0
  for (const value of values) {
    if (typeof value === 'number') {
      if (value >= leastMagnitude) positive.add(value)
      else if (value <= -leastMagnitude) negative.add(-value)
      else zeros += 1
    } else {
      zeros += value.zeros
      positive.merge(value.positive)
      negative.merge(value.negative)
    }
  }
  return Object.freeze({ negative: negative.side(), zeros, positive: positive.side() }) satisfies Bins
}

/**
 * Magnitudes on their way into bins. Which bins there will be is known once all have come; until then their numbers are
 * only noted, so that counting is one pass over an array of the right size.
 */
class Gathering {
  readonly #mapping: Mapping
  readonly #maxBins: number
  readonly #bins: Int32Array
  #length = 0
  readonly #sides: Side[] = []
  #least = Number.POSITIVE_INFINITY
  #greatest = 0
  #lowest = Number.POSITIVE_INFINITY
  #highest = Number.NEGATIVE_INFINITY

  constructor(mapping: Mapping, maxBins: number, most: number) {
    this.#mapping = mapping
    this.#maxBins = maxBins
    this.#bins = new Int32Array(most)
  }

  add(magnitude: number): void {
    this.#bins[this.#length++] = this.#mapping.binOf(magnitude)
    if (magnitude < this.#least) this.#least = magnitude
    if (magnitude > this.#greatest) this.#greatest = magnitude
  }

  merge(side: Side): void {
    if (side.count === 0) return
    this.#sides.push(side)
    this.#least = Math.min(this.#least, side.least)
    this.#greatest = Math.max(this.#greatest, side.greatest)
    this.#lowest = Math.min(this.#lowest, side.bins[0] as number)
    this.#highest = Math.max(this.#highest, side.bins[side.bins.length - 1] as number)
  }

  side(): Side {
    const noted = this.#bins
    const length = this.#length
    if (length === 0 && this.#sides.length === 0) return noSide
    let lowest = this.#lowest
    let highest = this.#highest
    for (let i = 0; i < length; i++) {
      const bin = noted[i] as number
      if (bin < lowest) lowest = bin
      if (bin > highest) highest = bin
    }
    // What lies lower goes into the lowest bin. Highest bins only rise, so it does not matter what was merged first: all
    // that was ever moved would be moved in the end.
    const first = Math.max(lowest, highest - this.#maxBins + 1)
    const counts = new Float64Array(highest - first + 1)
    for (let i = 0; i < length; i++) {
      const at = (noted[i] as number) - first
      if (at > 0) counts[at] = (counts[at] as number) + 1
      else counts[0] = (counts[0] as number) + 1
    }
    for (const side of this.#sides) {
      for (let i = 0; i < side.bins.length; i++) {
        const at = Math.max(0, (side.bins[i] as number) - first)
        counts[at] = (counts[at] as number) + (side.counts[i] as number)
      }
    }
    return sideOf(first, counts, this.#least, this.#greatest)
  }
}

/** Only the bins that are not empty: few values lie far apart. */
function sideOf(first: number, all: Float64Array, least: number, greatest: number): Side {
  let length = 0
  for (const count of all) if (count > 0) length += 1
  const bins = new Int32Array(length)
  const counts = new Float64Array(length)
  let total = 0
  let at = 0
  for (let i = 0; i < all.length; i++) {
    const count = all[i] as number
    if (count === 0) continue
    total += count
    bins[at] = first + i
    counts[at++] = count
  }
  return Object.freeze({ count: total, least, greatest, bins, counts })
}
