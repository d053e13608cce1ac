import type { Service } from '../contract/service.ts'
import { messageOf, TanagerError } from '../error.ts'
import { facts } from '../graph/node.ts'
import type { Plan, StagePlan, StorePlan, StreamPlan } from '../plan/plan.ts'
import { sumCollector, WriteCollector } from './collector.ts'
import { compile } from './compile.ts'
import { generate } from './generate.ts'
import { type Batch, type Look, Pass, Stuck, type Verdict } from './pass.ts'
import type { BatchResult } from './result.ts'
import { unwatched, type Watch } from './watch.ts'

export interface RunOptions {
  /** True if this batch will not be tried again; then a rejected mapAsync costs its record instead of the attempt. */
  readonly lastAttempt?: boolean
  /** Whether to end functions that go on for too long, each at the cost of its record. */
  readonly closely?: boolean
  /** Records, by their places, that are not to be run but buried, and why. */
  readonly condemned?: ReadonlyMap<number, Verdict>
}

/** Runs one stage over micro-batches, the same way on every platform. It keeps nothing from one batch to the next. */
export interface Executor {
  readonly stage: StagePlan
  readonly stream: StreamPlan
  /**
   * @throws TanagerError `service` or `retry` where the batch should be tried again as a whole, `overflow` where a sum of
   * good records cannot be written.
   */
  readonly run: (batch: Batch, options?: RunOptions) => Promise<BatchResult>
}

export interface ExecutorOptions {
  /** False composes closures even where code could be generated; both mean the same. */
  readonly generated?: boolean
  readonly watch?: Watch
}

const none: ReadonlyMap<number, Verdict> = new Map()

/** @param services answers a service of the plan by its name */
export function executorOf(
  plan: Plan,
  streamName: string,
  services: (name: string) => Service<unknown, unknown>,
  options: ExecutorOptions = {},
): Executor {
  const at = plan.streams.findIndex(({ name }) => name === streamName)
  const stream = plan.streams[at]
  const stage = plan.stages[at]
  if (stream === undefined || stage === undefined) {
    throw new TanagerError('unknown-slot', `job ${plan.job} reads no stream ${streamName}`, {
      allowed: plan.streams.map(({ name }) => name).join(', '),
    })
  }
  const stores = stage.stores.map((name) => plan.stores.find(({ slot }) => slot.name === name) as StorePlan)
  const sinks = stage.sinks.map((name) => plan.sinks.find((sink) => sink.name === name) as Plan['sinks'][number])
  const barriers = stage.steps.some(({ node }) => facts[node.kind].barrier)
  const generated = barriers || options.generated === false ? undefined : generate(stage)
  const watch = options.watch ?? unwatched

  async function attempt(
    batch: Batch,
    { lastAttempt = true, closely = false, condemned = none }: RunOptions,
    look: Look,
  ): Promise<BatchResult> {
    const run = closely ? watch.run : watch.see
    const sums = stores.map((store) => sumCollector(store, look !== 'fast'))
    const writes = sinks.map((sink) => new WriteCollector(sink))
    const pass = new Pass({
      stage: stage as StagePlan,
      stream: stream as StreamPlan,
      batch,
      condemned,
      look,
      watch,
      run,
      collectors: [...sums, ...writes],
      compile: (outputs, record, traced) =>
        compile(stage as StagePlan, outputs, record, {
          services,
          patience: { lastAttempt },
          watch,
          traced,
          strict: look !== 'fast' || traced,
        }),
    })
    await (barriers ? pass.throughBarriers() : pass.straight(generated))
    try {
      // In a careful look all that is written here was written before, under watch, a record at a time.
      const written = (look === 'careful' ? watch.see : run)(() => ({
        sums: sums.map((sum) => sum.finish()),
        writes: writes.map((write) => write.finish()),
      }))
      const time = Number.isNaN(pass.eventTime) ? {} : { eventTime: pass.eventTime }
      return { records: batch.records.length, ...written, deadLetters: pass.deadLetters, ...time }
    } catch (error) {
      throw isHung(error) ? error : new Unwritable(error)
    }
  }

  return {
    stage,
    stream,
    run: async (batch, runOptions = {}) => {
      const condemned = new Map(runOptions.condemned)
      const suspected = new Set<number>()
      let look: Look = 'fast'
      // What went wrong is not always told by the first look; then the batch runs again from its beginning, looking closer.
      for (;;) {
        try {
          return await attempt(batch, { ...runOptions, condemned }, look)
        } catch (error) {
          if (error instanceof Stuck) {
            // Twice, since to a process that was held up as a whole a record may seem to have taken long.
            if (suspected.has(error.index)) condemned.set(error.index, error.verdict)
            else suspected.add(error.index)
          } else if (error instanceof Unwritable && look === 'fast') look = 'strict'
          else if (error instanceof Unwritable) throw overflow(streamName, error)
          else if (isHung(error) && look !== 'careful') look = 'careful'
          else throw error
        }
      }
    },
  }
}

const isHung = (error: unknown): boolean => error instanceof TanagerError && error.code === 'hung'

function overflow(stream: string, { cause }: Unwritable): TanagerError {
  return new TanagerError('overflow', `a batch of ${stream}: each value can be written, their sum cannot (${messageOf(cause)})`, {
    cause,
    remedy: 'Give the store an aggregation whose codec holds the totals, such as sumBigInt.',
  })
}

/** A codec, perhaps the user's own, refused something at the end of a batch. */
class Unwritable extends Error {
  constructor(cause: unknown) {
    super('unwritable', { cause })
  }
}
