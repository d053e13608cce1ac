/** What a DDSketch holds: a single number as it is, or counts in bins. One set of numbers has one value. */
export type DDSketch = number | Bins

export interface Bins {
  readonly negative: Side
  readonly zeros: number
  readonly positive: Side
}

/** The magnitudes of one sign. */
export interface Side {
  readonly count: number
  /** The least and the greatest that came, also where its bin has been merged with others; both 0 where none came. */
  readonly least: number
  readonly greatest: number
  /** The bins that are not empty, ascending, and what is in them. */
  readonly bins: Int32Array
  readonly counts: Float64Array
}

export const noSide: Side = Object.freeze({ count: 0, least: 0, greatest: 0, bins: new Int32Array(), counts: new Float64Array() })

export const noBins: Bins = Object.freeze({ negative: noSide, zeros: 0, positive: noSide })

export const countOf = (value: DDSketch): number =>
  typeof value === 'number' ? 1 : value.negative.count + value.zeros + value.positive.count
