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

/**
 * Waits until everything up to the receipt has gone all the way: through its stage, into the stores it feeds, and on
 * through the stages that read those. Streams come upstream first, so one pass down the plan is enough.
 */
export async function settle(
  log: Log,
  clock: Clock,
  plan: Plan,
  receipt: Receipt,
  { timeout, onProgress }: WaitOptions = {},
): Promise<void> {
  const started = clock.now()
  const goals = new Map(Object.entries(receipt))

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
}

/** A receipt for all that was ever sent. */
export async function receiptOfAll(log: Log): Promise<Receipt> {
  const { streams } = await log.progress()
  return Object.fromEntries([...streams].map(([name, { head }]) => [name, head]))
}
