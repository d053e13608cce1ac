/** Which batch this is, the same however often it is delivered: store it with the data, and write it once. */
export interface SinkToken {
  readonly job: string
  readonly sink: string
  readonly sequence: number
}

/** Something outside that takes records. A batch may be delivered more than once; the token tells a repetition. */
export interface Sink<T> {
  readonly write: (items: readonly T[], token: SinkToken) => Promise<void>
}
