/** What a sketch answers: a number, and where the true one lies. */
export interface Estimate {
  readonly estimate: number
  /** The true number is at least this, */
  readonly min: number
  /** and at most this, */
  readonly max: number
  /** with this probability: 1 where the bounds cannot fail, however the input was chosen. */
  readonly confidence: number
}

/** What is known to the last digit. */
export function exactly(value: number): Estimate {
  return Object.freeze({ estimate: value, min: value, max: value, confidence: 1 })
}

/** A key and how often it came. */
export interface Frequent<K> {
  readonly key: K
  readonly count: Estimate
}
