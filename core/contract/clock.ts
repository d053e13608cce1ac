/** Time as the engine sees it: a platform brings the real one, a test one that it turns by hand. */
export interface Clock {
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly sleep: (milliseconds: number) => Promise<void>
}
