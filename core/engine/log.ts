import type { Json } from '../codec/codec.ts'
import type { DeadRecord } from '../run/result.ts'
import type { Written } from './outputs/written.ts'

// TERMINOLOGY
//   stream     a numbered log of micro-batches: a source's, a store's output, or a sink's
//   sequence   a batch's number in its stream, from 1, without gaps
//   watermark  the highest sequence number below and at which every batch is committed
//   partition  one part of a store's keys; a key is always in the same one
//   inbox      what stages have added for one partition and the store has not merged yet, in entries
//   position   how many entries of an inbox were ever merged: the fence of a partition

/**
 * Where the truth is kept. Each method is one atomic step: it happens whole or not at all, whatever dies meanwhile, and
 * a caller that does not know whether it happened may call it again. Everything the engine promises rests on these
 * steps, and on nothing else: jobs may be run twice, late, at once, or be lost and found again.
 */
export interface Log {
  readonly append: (batch: Append) => Promise<Appended>
  /** The same for a batch that was read outside, once for each position and id. */
  readonly take: (batch: Take) => Promise<Taken>
  /** Up to where a stream's source outside was read; nothing if nobody has begun, or it is not read by positions. */
  readonly readPosition: (stream: string) => Promise<string | undefined>
  /** A batch that is not committed yet; `undefined` once it is. */
  readonly read: (stream: string, sequence: number) => Promise<Entry | undefined>
  readonly commitStage: (commit: StageCommit) => Promise<StageCommitted>
  /** Whether an inbox that takes what comes in any order takes anything now: for whoever was turned away. */
  readonly hasRoom: (store: string, partition: number) => Promise<boolean>
  /** The oldest entries of an inbox that may be merged now, at most about `bytes` of them and at least one. */
  readonly readInbox: (store: string, partition: number, bytes: number) => Promise<InboxSlice>
  /** What a partition holds for these keys, in their order. */
  readonly readValues: (store: string, partition: number, keys: readonly string[]) => Promise<readonly (Stored | undefined)[]>
  /** The same, for a merge: nothing if the position is another by now, for values and entries must be of one time. */
  readonly readValuesAt: (
    store: string,
    partition: number,
    position: number,
    keys: readonly string[],
  ) => Promise<readonly (Stored | undefined)[] | undefined>
  readonly commitSum: (commit: SumCommit) => Promise<SumCommitted>
  /** Marks a batch of a sink as delivered and lets it go. Done twice it does nothing. */
  readonly commitSink: (sink: string, sequence: number, entry: Entry) => Promise<void>
  /**
   * What is still to be done, oldest first, at most `limit` batches of each stream: for jobs that were lost. `begin`, from
   * 0 to below 1, is how far into what is not done to begin, so that a thousand batches set aside do not hide one behind.
   */
  readonly pending: (limit: number, begin?: number) => Promise<Pending>
  /** One moment's view of everything. */
  readonly progress: () => Promise<Progress>
  /** Some of what a partition holds, from a cursor on: '0' to begin, and again when all was seen. A key may come twice. */
  readonly scan: (store: string, partition: number, cursor: string) => Promise<Scanned>
  /** Batches of a stream that are still there, from a sequence number on, at most `limit`. */
  readonly range: (stream: string, from: number, limit: number) => Promise<readonly (Entry & { readonly sequence: number })[]>
  /** Takes, or keeps, a right that one holder has at a time, for so many milliseconds. */
  readonly lease: (name: string, holder: string, milliseconds: number) => Promise<boolean>
  /** Forgets the numbers of writers that have not sent anything for so long, in milliseconds; answers how many. */
  readonly forgetWriters: (silent: number) => Promise<number>
  /** Writes something down for whoever comes after, under a name. It is kept for about a day. */
  readonly note: (name: string, text: string) => Promise<void>
  /** What was last written down under a name. */
  readonly noted: (name: string) => Promise<string | undefined>
  /** Oldest first, from after an id on; or the newest first. */
  readonly deadLetters: (options: {
    readonly after?: string
    readonly limit: number
    readonly newest?: boolean
  }) => Promise<readonly DeadLetter[]>
  /** Puts a dead letter back where it came from and removes it, in one step; `undefined` if there is none of that id. */
  readonly retryDeadLetter: (id: string) => Promise<Pointer | undefined>
  readonly dropDeadLetters: (ids: readonly string[]) => Promise<number>
  /** Records a plan as the deployed one if none is, or if `expected` is; answers the one deployed after that. */
  readonly deploy: (plan: Deployed, expected: string | undefined) => Promise<Deployed>
  readonly deployed: () => Promise<Deployed | undefined>
}

/** A stored value: text, or bytes where its codec has a binary form. */
export type Stored = string | Uint8Array

export interface Append {
  readonly stream: string
  readonly payload: string
  readonly records: number
  /** Who sends, and the number this batch has among that writer's; numbers go up by one. Sent twice, it counts once. */
  readonly writer: string
  readonly writerSequence: number
  /** True if the one before it was accepted a moment ago: then a log that has never heard of the writer has lost it. */
  readonly continues?: boolean
}

/** A text that is written already: its UTF-8, and how long it is, in UTF-16 units. */
export interface Utf8 {
  readonly bytes: Uint8Array
  readonly length: number
}

/** A batch that was read outside. */
export interface Take extends Omit<Append, 'payload'> {
  readonly payload: string | Utf8
  /** From where and up to where, if positions tell: it is taken if the log is there, and the log is further on then. */
  readonly position?: { readonly from: string | undefined; readonly to: string }
  /** What its records are known by outside, those that are: none of them may be among the last that came. */
  readonly ids: readonly string[]
}

export type Appended =
  | { readonly status: 'appended'; readonly sequence: number }
  /** It was there already; its number, or, for one long past, that of a later batch. */
  | { readonly status: 'repeated'; readonly sequence: number }
  /** The stream holds as much as it may: come back later. */
  | { readonly status: 'full' }
  /** A batch of this writer is missing before this one; its last is `last`. */
  | { readonly status: 'gap'; readonly last: number }

export type Taken =
  | Appended
  /** Somebody else has read on since, or the log has gone back: this is where it is. */
  | { readonly status: 'elsewhere'; readonly position: string | undefined }
  /** Some have come before: the places of their ids, from 0. */
  | { readonly status: 'known'; readonly known: readonly number[] }

export interface Scanned {
  readonly cursor: string
  readonly entries: readonly (readonly [key: string, value: Stored])[]
}

/** A batch. */
export interface Batch {
  readonly payload: string
  readonly records: number
}

/** A batch as it was read. */
export interface Entry extends Omit<Batch, 'payload'> {
  /** A long one as it came, in bytes: it is cut into records without ever being one long text. */
  readonly payload: string | Utf8
  /**
   * Which it is. A log that has gone back, after a restart without its last moments or a failover, gives a number a second
   * time; an id never, so that whoever has read a batch of the time before commits nothing in the place of another.
   */
  readonly id: string
}

/** A batch of a stream that is to be committed. */
export interface BatchCommit {
  readonly sequence: number
  /** The batch, as it was read. */
  readonly entry: Entry
  readonly deadLetters: readonly DeadRecord[]
}

export interface StageCommit extends BatchCommit {
  readonly stream: string
  /**
   * Further batches of the stream, in the order of their numbers, whose records have a part in the deltas and writes: all
   * are committed, or none. Where the stream feeds an ordered store, they have to follow on the first without a gap.
   */
  readonly beside?: readonly BatchCommit[]
  /** The latest event time among its records, where times are asked for. */
  readonly eventTime?: number
  readonly deltas: readonly PartitionDelta[]
  readonly writes: readonly (Batch & { readonly sink: string })[]
}

/** All batches of a commit, in order. */
export const batchesOf = (commit: StageCommit): readonly BatchCommit[] => [commit, ...(commit.beside ?? [])]

/** There is no room for what is to be added: nothing was changed. */
export interface Full {
  readonly status: 'full'
  /** Where. Inboxes and outputs empty themselves; a sink, and the dead letters, only if somebody comes for them; `log`: the log takes nothing at all for now. */
  readonly where: 'inbox' | 'output' | 'sink' | 'dead letters' | 'log'
  /** Of the store, or the sink. */
  readonly name?: string
  /** Of the inbox. */
  readonly partition?: number
}

/** What one batch adds to one partition. */
export interface PartitionDelta {
  readonly store: string
  readonly partition: number
  readonly payload: string
}

export type StageCommitted =
  /** Done now. `pointers` are the drains and deliveries that nobody has been told of yet. */
  | { readonly status: 'committed'; readonly pointers: readonly Pointer[] }
  /** Done before, by whomever; or it is not the batch that was read. Of several batches: one of them. Nothing was changed. */
  | { readonly status: 'already' }
  | Full

export interface InboxSlice {
  readonly position: number
  readonly entries: readonly InboxEntry[]
}

/** What one batch has added. */
export interface InboxEntry {
  readonly payload: string
  /** Which entry it is, as the id of a batch: new whenever one is added, so that at the same position it tells another's. */
  readonly stamp: string
}

export interface SumCommit {
  readonly store: string
  readonly partition: number
  /** The position the values were read at; any other now, and nothing is changed. */
  readonly position: number
  /** The entries merged: the first ones of the slice that was read. */
  readonly entries: readonly InboxEntry[]
  readonly puts: readonly (readonly [key: string, value: Stored])[]
  /** Keys whose totals are not worth keeping. */
  readonly removes: readonly string[]
  /** What was written to a store outside, to be counted; of what is put and removed here, the log counts by itself. */
  readonly written?: Written
  /** What changed, for the stages that read the store's output. */
  readonly output?: Batch
  /** Deltas the aggregation threw on. */
  readonly deadLetters: readonly DeadRecord[]
}

export type SumCommitted =
  /** Done. `left` tells whether entries remain that may be merged now. */
  | { readonly status: 'committed'; readonly position: number; readonly left: boolean; readonly pointers: readonly Pointer[] }
  /** Somebody else has been there since, or what was merged is of a time that never was: a zombie's answer. */
  | { readonly status: 'stale' }
  | Full

/** All a scheduler is told: where to look. The work itself is in the log. */
export type Pointer =
  | { readonly kind: 'stage'; readonly stream: string; readonly sequence: number }
  | { readonly kind: 'sum'; readonly store: string; readonly partition: number; readonly position: number }
  | { readonly kind: 'sink'; readonly sink: string; readonly sequence: number }

/** Pointers to what is not done. */
export interface Pending {
  readonly pointers: readonly Pointer[]
}

export interface Progress {
  readonly streams: ReadonlyMap<string, StreamProgress>
  readonly stores: ReadonlyMap<string, readonly PartitionProgress[]>
  readonly sinks: ReadonlyMap<string, StreamProgress>
  /** What was ever written to each store and each sink, by its name: counted in the step that writes it, so once. */
  readonly outputs: ReadonlyMap<string, OutputProgress>
  readonly deadLetters: number
}

export interface OutputProgress extends Written {
  /** When the last was written, milliseconds since 1970 by the clock of the worker that wrote; absent as long as nothing was. */
  readonly lastWrite?: number
  /** When a batch of the sink was last delivered; absent for stores, and as long as none was. */
  readonly lastDelivery?: number
}

export interface StreamProgress {
  /** The last sequence number given. */
  readonly head: number
  readonly watermark: number
  /** Batches that are not committed. */
  readonly backlog: number
  /** Records ever committed. */
  readonly records: number
  /** The latest event time ever committed, in milliseconds since 1970; absent where the plan asks for none. */
  readonly eventTime?: number
}

export interface PartitionProgress {
  readonly position: number
  /** Entries in the inbox that may be merged now: once the position has moved by as many, these are merged. */
  readonly pending: number
  readonly keys: number
}

export interface DeadLetter extends DeadRecord {
  readonly id: string
  /** The stream, or for a refused delta (node `merge`) the store. */
  readonly stream: string
  /** The batch it was in; for a refused delta, the partition. */
  readonly sequence: number
  /** When it was buried, milliseconds since 1970. */
  readonly at: number
}

/** What is written down of a deployed plan: enough to tell whether another plan would misread its state. */
export interface Deployed {
  readonly fingerprint: string
  /** For people. */
  readonly description: string
  /** For `compatible`: the state the plan keeps, and how it is written. */
  readonly state: Json
}
