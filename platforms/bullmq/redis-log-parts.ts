import type { Redis } from 'ioredis'
import type { Plan } from '../../core/plan/plan.ts'
import type { Keys } from './keys.ts'

/** How much may wait, in UTF-16 units of payload unless it says otherwise: beyond it, who adds is asked to come back later. */
export interface Room {
  /** In one stream, before it is run. */
  readonly stream: number
  /** In the inbox of one partition, before it is merged. */
  readonly inbox: number
  /** In one sink, before it is taken. */
  readonly sink: number
  /** Dead letters, in all; a count. */
  readonly deadLetters: number
  /** Of how many records that have come from outside, in one stream, the ids are remembered at least; twice as many at most. The oldest make way. */
  readonly ids: number
}

export interface RedisLogParts {
  readonly redis: Redis
  readonly keys: Keys
  readonly plan: Plan
  readonly partitions: (store: string) => number
  readonly room: Room
  /** Whether something takes the sink's batches; one that nothing takes keeps them. */
  readonly delivers: (sink: string) => boolean
  readonly now: () => number
}
