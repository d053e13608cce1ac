import type { Bits } from './cells.ts'
import type { Configuration } from './configuration.ts'
import type { Jobs } from './jobs.ts'
import type { Log } from './log.ts'
import type { Machine } from './machine.ts'
import type { Queue } from './queue.ts'

/** What those who work stand on. */
export interface Parts {
  readonly configuration: Configuration
  /** How many batches a stream ever has, and how many entries an inbox ever gets, at most. */
  readonly capacity: number
  readonly log: Log
  readonly queue: Queue
  readonly jobs: Jobs
  readonly story: Machine['story']
  /** What the batches of a bag are called. */
  readonly name: (bag: number) => string
  /** Tells the queue of all these jobs, and forgets them. */
  readonly tell: (who: string, pointers: Bits) => void
  /** For the properties to ask: the batches that a sender was told are accepted. */
  readonly promised: Bits
}
