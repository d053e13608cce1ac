import type { Option } from 'fp-ts/lib/Option.js'

/**
 * Something outside that records come from: a file, a queue, a stream of another system. It is read in batches, and each
 * batch is appended to the log of its source. Who reads it is supervised: whatever fails is closed, and after a while, which
 * grows with each failure and is not the same for all, opened anew. A reader need not try again by itself.
 *
 * There are two kinds, by who knows how far the reading is.
 *
 * - `position`: we do. Records have an order that stays, and each batch comes with the position after it. Batch and position
 *   go into the log in one step, if the log is still at the position the batch was read from; whoever reads next begins
 *   where the log is. So each record is taken once, also if two read at the same time by mistake. At most one should.
 * - `acknowledgement`: the outside does. It gives each record to one reader, and again, to any, if that goes before it has
 *   acknowledged the record. Many may read side by side. A record that is in the log, and whose acknowledgement was lost,
 *   comes again: records are taken at least once, and once where they have ids that are remembered for long enough.
 *
 * Laws: `sourceReaderLaws` in `tanager/testing`.
 */
export interface SourceReader {
  readonly resumes: 'position' | 'acknowledgement'
  /**
   * Connects, and begins to read. Rejects if that is not possible: the address, the password, what is missing and who would
   * have to be asked belong into the error.
   */
  readonly open: (options: OpenOptions) => Promise<OpenSource>
}

export interface OpenOptions {
  /** The position after the last batch that is in the log; `none` at the very beginning, and always for `acknowledgement`. */
  readonly position: Option<string>
  readonly batch: BatchLimits
}

/** How batches are cut. */
export interface BatchLimits {
  /** Records in a batch, at most. */
  readonly records: number
  /** About how many characters in a batch, at most; a single record may be longer. */
  readonly length: number
  /** How long a batch that has a record may wait for more, in milliseconds. 0: it takes what is there. */
  readonly linger: number
}

/** A source that is being read. */
export interface OpenSource {
  /**
   * The next batch, as soon as there is one: never one without records or refused ones. `undefined` once there will be none any more, as at the end
   * of a file that nobody follows, or when it is closed. It is called again only after it has answered; acknowledgements may
   * come in between, or not before several batches.
   *
   * Rejects when the outside fails. The reading is over then.
   */
  readonly next: () => Promise<SourceBatch | undefined>
  /**
   * Told of each batch that is in the log, in the order in which they were given: the outside may forget its records. Whoever
   * dies has not told of some that are there.
   */
  readonly acknowledge: (batch: SourceBatch) => Promise<void>
  /** Ends the reading, also one that has failed: a `next` that waits answers, and what is not acknowledged is given back. */
  readonly close: () => Promise<void>
}

export interface SourceBatch {
  /** Records as text, still to be read by the codec of the source. Who runs the batch reads them; one that cannot be read becomes a dead letter. */
  readonly records: readonly string[]
  /**
   * The same records as they stand in a file, where the reader has them so. Whoever keeps them in this way need not look at
   * `records`, which may be made only when they are asked for. Both are to be had until the batch is acknowledged: then the
   * reader may use its memory for another.
   */
  readonly lines?: Lines
  /**
   * What came and is not even text, or no whole record: bytes that are no UTF-8, a row with too few cells. They become dead
   * letters, in the step that appends the batch.
   */
  readonly refused?: readonly RefusedRecord[]
  /**
   * Where the reading is after this batch: to begin there gives what comes after it and nothing else. Text that only the
   * reader understands, of at most 65 536 characters. `some` where the reader resumes from a position, `none` otherwise.
   */
  readonly position: Option<string>
  /** What each record is known by outside, if it is: a record that comes again comes with the same. As many as records. */
  readonly ids?: readonly Option<string>[]
}

/** Records one after the other, a line feed between each two, and none in any of them. */
export interface Lines {
  /**
   * As UTF-8, from the second byte on. The first is left free for whoever keeps them, who may write to it: half a megabyte
   * need not be copied for the sake of a mark before it.
   */
  readonly bytes: Uint8Array
  /** How long they are as text, in UTF-16 units. */
  readonly length: number
  /** How many records. */
  readonly count: number
}

export interface RefusedRecord {
  /** As much of it as can be shown. */
  readonly record: string
  readonly error: string
}
