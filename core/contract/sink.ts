/** Which batch this is, the same however often it is delivered: store it with the data, and write it once. */
export interface SinkToken {
  readonly job: string
  readonly sink: string
  /** Its number among the sink's. */
  readonly sequence: number
  /** Which batch it is, also where Redis has lost its last moments, and begins to give the same numbers again. */
  readonly id: string
}

/** Something outside that takes records. A batch may be delivered more than once; the token tells a repetition. */
export interface Sink<T> {
  readonly write: (items: readonly T[], token: SinkToken) => Promise<void>
}
