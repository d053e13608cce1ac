import type { Clock } from '../contract/clock.ts'
import { TanagerError } from '../error.ts'
import type { Plan } from '../plan/plan.ts'
import type { Log, Progress } from './log.ts'

/** What `send` answers: how far each stream must be for what was sent to be counted. Plain data: it may travel. */
export interface Receipt {
  readonly [stream: string]: number
}

export interface WaitOptions {
  /** Gives up after so many milliseconds. */
  readonly timeout?: number
  readonly onProgress?: (progress: Progress) => void
}

const firstWait = 1
const longestWait = 50

export interface SettleOptions extends WaitOptions {
  /**
   * Sinks to wait for too: those that somebody delivers to. One that keeps its batches until they are taken may keep them
   * for ever.
   */
  readonly delivers?: (sink: string) => boolean
}

/**
 * Waits until everything up to the receipt has gone all the way: through its stage, into the stores it feeds, on through the
 * stages that read those, and out at the sinks. Streams come upstream first, so one pass down the plan is enough.
 */
export async function settle(
  log: Log,
  clock: Clock,
  plan: Plan,
  receipt: Receipt,
  { timeout, onProgress, delivers = () => false }: SettleOptions = {},
): Promise<void> {
  const started = clock.now()
  const goals = new Map(Object.entries(receipt))
  const deliveries = new Map<string, number>()

  async function until(reached: (progress: Progress) => boolean, what: string): Promise<Progress> {
    for (let wait = firstWait; ; wait = Math.min(wait * 2, longestWait)) {
      const progress = await log.progress()
      onProgress?.(progress)
      if (reached(progress)) return progress
      if (timeout !== undefined && clock.now() - started >= timeout) {
        throw new TanagerError('timeout', `job ${plan.job}: ${what} after ${timeout} ms`, {
          remedy: 'Is a worker running? tanager status shows what waits, and what failed.',
        })
      }
      await clock.sleep(wait)
    }
  }

  for (const stage of plan.stages) {
    const goal = goals.get(stage.stream)
    if (goal === undefined) continue
    const done = await until(
      ({ streams }) => (streams.get(stage.stream)?.watermark ?? 0) >= goal,
      `the stream ${stage.stream} is not committed up to ${goal}`,
    )
    // What was written stands in the sink's stream since the very step that committed the batch.
    for (const sink of stage.sinks.filter(delivers)) {
      deliveries.set(sink, Math.max(deliveries.get(sink) ?? 0, done.sinks.get(sink)?.head ?? 0))
    }
    for (const store of stage.stores) {
      const targets = (done.stores.get(store) ?? []).map(({ position, pending }) => position + pending)
      const drained = await until(
        ({ stores }) => (stores.get(store) ?? []).every(({ position }, p) => position >= (targets[p] ?? 0)),
        `the store ${store} has not merged everything`,
      )
      const output = drained.streams.get(store)
      if (output !== undefined) goals.set(store, Math.max(goals.get(store) ?? 0, output.head))
    }
  }
  for (const [sink, goal] of deliveries) {
    await until(({ sinks }) => (sinks.get(sink)?.watermark ?? 0) >= goal, `the sink ${sink} has not taken everything`)
  }
}

/** A receipt for all that was ever sent. */
export async function receiptOfAll(log: Log): Promise<Receipt> {
  const { streams } = await log.progress()
  return Object.fromEntries([...streams].map(([name, { head }]) => [name, head]))
}
