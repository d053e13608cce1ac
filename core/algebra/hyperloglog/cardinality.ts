import { entryOf, greatestRank, precisionOf } from './register.ts'
import { type HyperLogLog, isSparse } from './registers.ts'

/** How many registers hold each rank, from 0. */
export function ranksOf(value: HyperLogLog): Int32Array {
  // As long as the ranks of any precision, and one that is not used.
  const ranks = new Int32Array(64)
  if (typeof value === 'number') {
    ranks[entryOf(value) & 63] = 1
    ranks[0] = (1 << precisionOf(value)) - 1
  } else if (isSparse(value)) {
    for (const entry of value.entries) count(ranks, entry & 63)
    ranks[0] = (1 << value.p) - value.entries.length
  } else {
    const { registers } = value
    for (let place = 0; place < registers.length; place++) count(ranks, registers[place] as number)
  }
  return ranks
}

function count(ranks: Int32Array, rank: number): void {
  ranks[rank] = (ranks[rank] as number) + 1
}

/**
 * The improved raw estimator of Otmar Ertl, "New cardinality estimation algorithms for HyperLogLog sketches" (2017,
 * arXiv:1702.01284, algorithm 6), step for step as Redis computes it, so that the same number comes out.
 */
export function cardinality(ranks: Int32Array, p: number): number {
  const registers = 1 << p
  const greatest = greatestRank(p)
  let z = registers * tau((registers - (ranks[greatest] as number)) / registers)
  for (let rank = greatest - 1; rank >= 1; rank--) {
    z += ranks[rank] as number
    z *= 0.5
  }
  z += registers * sigma((ranks[0] as number) / registers)
  // There are no more hashes than that.
  return Math.min(Math.round((0.7213475204444817 * registers * registers) / z), 2 ** 64)
}

function sigma(share: number): number {
  if (share === 1) return Number.POSITIVE_INFINITY
  let x = share
  let y = 1
  let z = x
  let before: number
  do {
    x *= x
    before = z
    z += x * y
    y += y
  } while (before !== z)
  return z
}

function tau(share: number): number {
  if (share === 0 || share === 1) return 0
  let x = share
  let y = 1
  let z = 1 - x
  let before: number
  do {
    x = Math.sqrt(x)
    before = z
    y *= 0.5
    z -= (1 - x) ** 2 * y
  } while (before !== z)
  return z / 3
}
