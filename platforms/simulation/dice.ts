/** Where whatever a run leaves to chance comes from. */
export interface Dice {
  /** A whole number from 0 to just below `limit`. */
  readonly below: (limit: number) => number
  /** True as often as `probability` says, from 0 to 1. */
  readonly chance: (probability: number) => boolean
  /** One of several. */
  readonly pick: <T>(from: readonly T[]) => T
}
