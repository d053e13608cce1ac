import type { Log } from '../../../core/engine/log.ts'
import type { Plan } from '../../../core/plan/plan.ts'

/** What a log is made of, whatever keeps it. */
export interface LogParts {
  /** Whose streams, stores and sinks it is the log of. */
  readonly plan: Plan
  /** How many partitions a store has. */
  readonly partitions: (store: string) => number
  /** How much may wait: of payload in a stream, an inbox and a sink, in characters; dead letters, by number; and how many ids are remembered at least. */
  readonly room: {
    readonly stream: number
    readonly inbox: number
    readonly sink: number
    readonly deadLetters: number
    readonly ids: number
  }
  /** Whether something takes the sink's batches; one that nothing takes keeps them. */
  readonly delivers: (sink: string) => boolean
  /** What time it is, in milliseconds since 1970. */
  readonly now: () => number
}

/** A log with nothing in it, and how to be rid of it again. */
export interface OpenLog {
  readonly log: Log
  readonly close: () => Promise<void>
}
