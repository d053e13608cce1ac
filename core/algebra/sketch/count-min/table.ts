import { byText } from '../key.ts'
import { places } from '../places.ts'
import type { Shape } from './options.ts'

// A quarter of these may be true candidates; the others can only be over-estimated ones.
const candidatesPerShare = 8

/** The counters of a Count-Min sketch while they are added to. */
export class Table {
  readonly cells: Float64Array
  readonly #shape: Shape
  /** Which keys were added, and their places, one key after the other: to hash a key is half the work. */
  #keys: ReadonlyMap<string, number> = new Map()
  #places = new Int32Array()

  constructor(shape: Shape) {
    this.#shape = shape
    this.cells = new Float64Array(shape.width * shape.depth)
  }

  addAll(cells: Float64Array): void {
    const own = this.cells
    for (let i = 0; i < own.length; i++) own[i] = (own[i] as number) + (cells[i] as number)
  }

  addKeys(counts: ReadonlyMap<string, number>): void {
    const { width, depth } = this.#shape
    const { cells } = this
    const all = new Int32Array(counts.size * depth)
    let from = 0
    for (const [key, count] of counts) {
      places(key, width, all, from, from + depth)
      for (let start = 0; start < cells.length; start += width) {
        const at = start + (all[from++] as number)
        cells[at] = (cells[at] as number) + count
      }
    }
    this.#keys = counts
    this.#places = all
  }

  /**
   * Which of the keys added, and of the candidates there were, may be heavy hitters, now or once more is merged: those
   * with half the share.
   *
   * Whatever has a share of a total has it of at least one of the parts, so it was a candidate there and is among the
   * keys that are judged here. Half the share, because estimates do not add up as counts do: a key just under the share
   * in every part may come out above it. Its true share is still more than half, unless the sketch errs more than it
   * promises.
   */
  candidates(before: Iterable<string>, total: number): readonly string[] {
    const { depth, share } = this.#shape
    const enough = (share / 2) * total
    const estimates = new Map<string, number>()
    let from = 0
    for (const key of this.#keys.keys()) {
      const estimate = leastOf(this.cells, this.#places, from, this.#shape, enough)
      if (estimate >= enough) estimates.set(key, estimate)
      from += depth
    }
    for (const key of before) {
      if (estimates.has(key)) continue
      const estimate = estimateOf(key, this.cells, this.#shape)
      if (estimate >= enough) estimates.set(key, estimate)
    }
    return Object.freeze(mostFrequent(estimates, mostCandidates(this.#shape)).sort(byText))
  }
}

/** Never less than the true count. */
export function estimateOf(key: string, cells: Float64Array, shape: Shape): number {
  const row = new Int32Array(shape.depth)
  places(key, shape.width, row, 0, shape.depth)
  return leastOf(cells, row, 0, shape, 0)
}

export function mostCandidates({ share }: Shape): number {
  return Math.ceil(candidatesPerShare / share)
}

/** @param enough below this the answer may be any number that is */
function leastOf(cells: Float64Array, places: Int32Array, from: number, { width, depth }: Shape, enough: number): number {
  let least = Number.POSITIVE_INFINITY
  for (let i = 0; i < depth; i++) {
    const count = cells[i * width + (places[from + i] as number)] as number
    if (count < least) least = count
    if (least < enough) break
  }
  return least
}

/** A bound on memory, also against keys that were chosen to collide. */
function mostFrequent(estimates: ReadonlyMap<string, number>, most: number): string[] {
  if (estimates.size <= most) return [...estimates.keys()]
  return [...estimates]
    .sort((a, b) => b[1] - a[1] || byText(a[0], b[0]))
    .slice(0, most)
    .map(([key]) => key)
}
