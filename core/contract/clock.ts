/** Time as the engine sees it: a platform brings the real one, a test one that it turns by hand. */
export interface Clock {
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Over early, by a rejection, when `stop` is aborted: so that nothing is kept alive to wait for what has come. */
  readonly sleep: (milliseconds: number, stop?: AbortSignal) => Promise<void>
}
