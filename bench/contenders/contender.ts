import type { Counts } from '../events.ts'

/** A way to count events by type through Redis. Its steps run in different processes. */
export interface RedisContender {
  readonly label: string
  /** Puts all events into Redis, for workers to find. */
  readonly send: (redis: string, events: readonly string[], batchSize: number) => Promise<void>
  /** Works, beside others if there are any, until so many events are counted; answers how to stop. */
  readonly work: (redis: string, events: number, batchSize: number) => Promise<() => Promise<void>>
  /** The answer that Redis holds. */
  readonly counts: (redis: string) => Promise<Counts>
}

/** A way to count events by type in one process. */
export interface LocalContender {
  readonly label: string
  /** Whether summing by key is an operator of its own; if not, a `Map` is filled by hand in its pipeline. */
  readonly keyed: boolean
  /** It gets no more events than this, since it would take minutes; its speed does not depend on how many there are. */
  readonly most?: number
  readonly count: (events: readonly string[]) => Counts | Promise<Counts>
}
