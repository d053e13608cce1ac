import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Job as BullJob, DelayedError, Worker } from 'bullmq'
import type { Redis } from 'ioredis'
import type { Log, Pointer } from '../../core/engine/log.ts'
import { reconcile, runWithoutScheduler } from '../../core/engine/reconcile.ts'
import type { Handler } from '../../core/engine/scheduler.ts'
import { messageOf } from '../../core/error.ts'
import type { Keys } from './keys.ts'
import { isNotNow, isOutOfMemory } from './not-now.ts'
import type { Settings } from './options.ts'
import { isWhole, jobIdOf, noticed, type Queues, queueNames } from './queues.ts'

/** A worker at work in this process. */
export interface RunningWorker {
  /** Where its Redis is, without the secrets of its URL. */
  readonly redis: string
  /**
   * Takes no more work, finishes what is in hand, and ends. What is not finished after `grace` milliseconds (10 000) is
   * left to other workers, who begin it again; nothing is lost either way.
   */
  readonly close: (options?: { readonly grace?: number }) => Promise<void>
}

interface Parts {
  readonly redis: Redis
  readonly keys: Keys
  readonly log: Log
  readonly queues: Queues
  readonly handle: Handler
  readonly settings: Settings
  /** The kinds of work there is, and how much of each at a time. */
  readonly kinds: readonly { readonly kind: Pointer['kind']; readonly concurrency: number }[]
}

/** How long a worker that is to end may take to finish, in milliseconds, unless told. */
export const grace = 10_000
const rest = 500
/** In rounds of the reconciler. */
const forgetEvery = 600
const anewEvery = 4

/** Listens on the job's queues, and looks after lost work. */
export function startWorker(parts: Parts): Pick<RunningWorker, 'close'> {
  const workers = parts.kinds.map(({ kind, concurrency }) => listen(parts, kind, concurrency))
  const stopReconciling = reconcileNowAndThen(parts)
  let closing: Promise<void> | undefined
  return {
    close: ({ grace: patience = grace } = {}) => {
      closing ??= (async () => {
        const reconciled = stopReconciling()
        const finished = Promise.all(workers.map((worker) => worker.close()))
        const stop = new AbortController()
        const late = sleep(patience, 'late', { signal: stop.signal }).catch(() => 'stopped')
        // BullMQ waits for what hangs for as long as it hangs; without its connections it can do no harm.
        if ((await Promise.race([Promise.all([finished, reconciled]), late])) === 'late') {
          for (const worker of workers) void worker.disconnect().catch(() => {})
        }
        stop.abort()
      })()
      return closing
    },
  }
}

function listen({ redis, keys, handle, settings }: Parts, kind: Pointer['kind'], concurrency: number): Worker {
  const { attempts, lockDuration, notice } = settings
  const waits = noticed(`queue ${queueNames[kind]}`, notice)
  const worker = new Worker(
    queueNames[kind],
    async (job: BullJob<Pointer>, token) => {
      if (!isWhole(job)) return
      const outcome = await handle(job.data, { last: job.attemptsMade + 1 >= attempts, deaths: job.stalledCounter })
      if (outcome.status === 'done') return
      if (outcome.why !== undefined) waits(new Error(outcome.why))
      await job.moveToDelayed(Date.now() + outcome.milliseconds, token)
      throw new DelayedError()
    },
    {
      connection: redis,
      prefix: keys.bull,
      concurrency,
      // Short, for a quick recovery: a lock that is lost too early costs a batch that runs twice and counts once.
      lockDuration,
      stalledInterval: Math.ceil(lockDuration / 2),
      // A worker's death is never the batch's fault; only what it throws counts against it.
      maxStalledCount: 1_000_000,
      drainDelay: 1,
      // After an error it would wait for 15 seconds; a Redis that was restarted is back in one.
      runRetryDelay: 500,
    },
  )
  worker.on('failed', (job, error) => {
    if (job === undefined || job.attemptsMade < attempts) return
    notice(
      `${jobIdOf(job.data)} failed ${job.attemptsMade} times and is set aside: ${error.message}. tanager dead-letters retry runs it again.`,
    )
  })
  const told = noticed(`worker of ${queueNames[kind]}`, notice)
  let resting = false
  worker.on('error', (error) => {
    told(error)
    if (resting || !isNotNow(error)) return
    // BullMQ asks again at once, thousands of times a second, of a Redis that is in trouble already.
    resting = true
    void worker
      .pause(true)
      .then(() => sleep(rest))
      .then(async () => {
        resting = false
        if (worker.closing === undefined) await worker.resume()
      })
      .catch(told)
  })
  return worker
}

/** Now and then, on one worker of all: the rest find the lease taken. */
function reconcileNowAndThen({ log, queues, handle, settings }: Parts): () => Promise<void> {
  const { reconcileEvery } = settings
  const holder = randomUUID()
  const stop = new AbortController()
  const notice = (error: unknown) => {
    if (!stop.signal.aborted) settings.notice(`looking for lost work: ${messageOf(error)}`)
  }
  const loop = (async () => {
    for (let round = 0; !stop.signal.aborted; round++) {
      try {
        if (await log.lease('reconciler', holder, reconcileEvery * 3)) {
          const pending = await reconcile(log, queues, round)
          if (round % anewEvery === 0) await queues.tellAnew(pending)
          if (round % forgetEvery === 0) await log.forgetWriters(settings.forgetWriters)
        }
      } catch (error) {
        if (isOutOfMemory(error)) await runWithoutScheduler(log, handle).catch(notice)
        else notice(error)
      }
      await sleep(reconcileEvery, undefined, { signal: stop.signal }).catch(() => {})
    }
  })()
  return () => {
    stop.abort()
    return loop
  }
}
