import { randomFrom } from '../../testing/laws/merge-tree.ts'

/** What a platform makes of the seed it is handed. */
export interface Draw {
  /** A whole number from 0 to just below `limit`. */
  readonly below: (limit: number) => number
  /** True as often as `probability` says, from 0 to 1. */
  readonly chance: (probability: number) => boolean
  readonly pick: <A>(from: readonly A[]) => A
}

export function drawFrom(seed: number): Draw {
  const random = randomFrom(seed)
  const below = (limit: number) => Math.floor(random() * limit)
  return { below, chance: (probability) => random() < probability, pick: (from) => from[below(from.length)] as (typeof from)[number] }
}
