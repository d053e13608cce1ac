import type { Counts } from '../events.ts'

/** A way to count events by type through Redis. Its steps run in different processes. */
export interface RedisContender {
  readonly label: string
  /** Puts all events into Redis, for a worker to find. */
  readonly send: (redis: string, events: readonly string[], batchSize: number) => Promise<void>
  /** Works until so many events are counted; answers how to stop. */
  readonly work: (redis: string, events: number, batchSize: number) => Promise<() => Promise<void>>
  /** The answer that Redis holds. */
  readonly counts: (redis: string) => Promise<Counts>
}

/** A way to count events by type in one process. */
export interface LocalContender {
  readonly label: string
  readonly count: (events: readonly string[]) => Counts | Promise<Counts>
}
