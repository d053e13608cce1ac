/** One thing, measured again and again: every run is kept, in the order in which they ran. */
export interface Measure {
  readonly runs: readonly number[]
  /** What is shown behind the number: `ms`, `times`; of what is `/s`, thousands and millions are made. */
  readonly unit: string
}

/** What is asked of a median. */
export type Target = { readonly atLeast: number } | { readonly atMost: number }

/** Something that is asked for. */
export interface Goal {
  /** Names it in results that are kept: never changes. */
  readonly id: string
  readonly what: string
  readonly unit: string
  readonly target: Target
  /** What keeps it from being reached, as it was measured; told while it is missed. */
  readonly limit?: string
}

/** What was found of a goal; or of what nothing is asked, and is told so that nobody is misled. */
export interface Figure extends Omit<Goal, 'target' | 'limit'>, Measure {
  readonly target?: Target
}

/** Rows of words and measures under a heading. */
export interface Details {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | Measure)[])[]
}

/** A picture: of each bar the median is drawn, and a line from the least to the most. */
export interface Chart {
  readonly title: string
  readonly unit: string
  readonly bars: readonly { readonly label: string; readonly ours: boolean; readonly runs: readonly number[] }[]
}

/** What a workload has found. */
export interface Report {
  readonly title: string
  /** Ratios and bounds: what is printed first. */
  readonly figures: readonly Figure[]
  /** Everything else that was measured. */
  readonly details: Details
  /** What the page shows a picture of. */
  readonly chart?: Chart
}
