import type { Sink } from '../../../core/contract/sink.ts'
import type { TransactionalStore } from '../../../core/contract/transactional-store.ts'
import { engineOf } from '../../../core/engine/engine.ts'
import { frame } from '../../../core/engine/frame.ts'
import { Gate } from '../../../core/engine/gate.ts'
import { defaultLimits, type Limits } from '../../../core/engine/limits.ts'
import type { Log, Pointer } from '../../../core/engine/log.ts'
import type { Outcome } from '../../../core/engine/scheduler.ts'
import type { Job } from '../../../core/job.ts'
import { planOf } from '../../../core/plan/index.ts'
import { unwatched, type Watch } from '../../../core/run/watch.ts'
import { type MemoryLogParts, memoryLog } from '../../../platforms/simulation/memory-log.ts'
import { HandClock } from './hand-clock.ts'

interface HandOptions {
  readonly partitions?: number
  readonly limits?: Partial<Limits>
  readonly room?: Partial<MemoryLogParts['room']>
  readonly sinks?: Readonly<Record<string, Sink<unknown>>>
  readonly stores?: Readonly<Record<string, TransactionalStore<unknown, unknown>>>
  readonly watch?: Watch
  readonly drainsAtHand?: boolean
  /** Stands between the engine and the log. */
  readonly between?: (log: Log, clock: HandClock) => Log
}

/** An engine over a log in memory that does nothing by itself: each pointer is run when a test says so. */
export function handEngine(
  job: Job,
  {
    partitions = 1,
    limits = {},
    room = {},
    sinks = {},
    stores = {},
    watch = unwatched,
    drainsAtHand = false,
    between = (log) => log,
  }: HandOptions = {},
) {
  const plan = planOf(job)
  const clock = new HandClock()
  const gate = new Gate()
  /** What the scheduler was told of. */
  const told: Pointer[] = []
  const writers = new Map<string, number>()
  const log = memoryLog({
    plan,
    partitions: () => partitions,
    room: { stream: 1_000_000, inbox: 1_000_000, ...room },
    delivers: (sink) => sink in sinks,
    now: clock.now,
  })
  const engine = engineOf({
    plan,
    clock,
    log: between(log, clock),
    limits: { ...defaultLimits, ...limits },
    partitions: () => partitions,
    services: () => ({ multiGet: async () => [] }),
    sinks: (name) => sinks[name],
    stores: (name) => stores[name],
    watch,
    drainsAtHand,
    gate,
    scheduler: {
      enqueue: async (pointers) => {
        told.push(...pointers)
      },
    },
  })
  const run = (pointer: Pointer, deaths = 0): Promise<Outcome> => engine.handle(pointer, { last: true, deaths })
  return {
    plan,
    log,
    clock,
    told,
    run,
    joins: (stream: string) => engine.joins({ kind: 'stage', stream, sequence: 1 }),
    together: (stream: string, sequences: readonly number[]) =>
      engine.handleTogether(sequences.map((sequence) => ({ kind: 'stage', stream, sequence }) as const)),
    stage: (stream: string, sequence: number) => run({ kind: 'stage', stream, sequence }),
    drain: (store: string, partition = 0, position = 0) => run({ kind: 'sum', store, partition, position }),
    /** Appends records as one batch, and answers its number. */
    append: async (stream: string, records: readonly string[]): Promise<number> => {
      const writerSequence = (writers.get(stream) ?? 0) + 1
      writers.set(stream, writerSequence)
      const appended = await log.append({ stream, payload: frame(records), records: records.length, writer: 'w', writerSequence })
      if (!('sequence' in appended)) throw new Error(`the stream ${stream} answered ${appended.status}`)
      return appended.sequence
    },
    /** Runs all that the scheduler was told of, and what comes of that. */
    runAll: async () => {
      for (let next = told.shift(); next !== undefined; next = told.shift()) {
        if ((await run(next)).status === 'later') told.push(next)
      }
    },
    /** What a store holds, as it is written. */
    held: async (store: string): Promise<Readonly<Record<string, unknown>>> => {
      const scanned = await Promise.all(Array.from({ length: partitions }, (_, partition) => log.scan(store, partition, '0')))
      return Object.fromEntries(scanned.flatMap(({ entries }) => entries))
    },
  }
}
