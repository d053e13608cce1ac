/** What a check has found out. */
export interface Report {
  /** What was checked, by its id. */
  readonly subject: string
  readonly held: readonly HeldLaw[]
  readonly broken: readonly BrokenLaw[]
  /** What could not be checked, and what to do about it. */
  readonly unchecked: readonly UncheckedLaw[]
  /** What is not wrong, but worth knowing. */
  readonly hints: readonly string[]
  /** Given again, it makes the same values again. */
  readonly seed: number
}

export interface HeldLaw {
  readonly law: string
  /** For how many values, or pairs or triples of them. */
  readonly runs: number
  /** An example, if it held only but for the last digits of fractions. */
  readonly rounded?: string
}

export interface BrokenLaw {
  readonly law: string
  /** The smallest counter-example that was found, on one line: `mean: not associative: …`. */
  readonly sentence: string
  /** What led to it, a line a step, where that is more than a sentence can hold. */
  readonly story?: readonly string[]
  readonly counterexample: readonly unknown[]
}

export interface UncheckedLaw {
  readonly law: string
  readonly reason: string
  /** What to write to have it checked. */
  readonly remedy?: string
}
