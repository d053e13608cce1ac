import type { Clock } from '../contract/clock.ts'
import type { Service } from '../contract/service.ts'
import type { Sink } from '../contract/sink.ts'
import type { TransactionalStore } from '../contract/transactional-store.ts'
import type { Plan, StorePlan } from '../plan/plan.ts'
import type { Executor } from '../run/executor.ts'
import type { Watch } from '../run/watch.ts'
import type { Crowding } from './crowding.ts'
import type { DrainTurns } from './drain-turns.ts'
import type { Gate } from './gate.ts'
import type { Limits } from './limits.ts'
import type { Log } from './log.ts'
import type { Scheduler } from './scheduler.ts'

/** What the engine stands on. */
export interface EngineParts {
  readonly plan: Plan
  readonly log: Log
  readonly scheduler: Scheduler
  /** Whether drains of short inboxes are run where they come to be. Not in a simulation: there a worker does one step at a time. */
  readonly drainsAtHand: boolean
  readonly clock: Clock
  readonly limits: Limits
  /** How many partitions a store has. */
  readonly partitions: (store: string) => number
  readonly services: (name: string) => Service<unknown, unknown>
  /** Where a store's totals are kept, if that is outside; the log keeps them otherwise. */
  readonly stores: (name: string) => TransactionalStore<unknown, unknown> | undefined
  /** Where a sink's batches are delivered; one that is not bound keeps them in its stream. */
  readonly sinks: (name: string) => Sink<unknown> | undefined
  readonly watch: Watch
  /** Keeps what may bring the process down apart from the rest of this engine's work. */
  readonly gate: Gate
}

/** An engine, at the door of one stream. */
export interface Stage extends EngineParts {
  readonly executor: Executor
  readonly crowding: Crowding
}

/** An engine, at the door of one store. */
export interface Drain extends EngineParts {
  readonly store: StorePlan
  readonly turns: DrainTurns
}
