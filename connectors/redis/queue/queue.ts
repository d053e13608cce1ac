import type { WorkerOptions } from 'bullmq'
import type { OpenSource, SourceReader } from '../../../core/contract/source-reader.ts'
import { TanagerError } from '../../../core/error.ts'
import { mustBeAccess, type RedisAccess } from '../access.ts'
import type { Subject } from '../fault.ts'
import { invalid, mustBeCount, mustBeKnown, shownName } from '../given.ts'
import { connect } from '../link.ts'
import { driver } from './driver.ts'
import { mustBeQueue } from './queue-name.ts'
import { QueueReading } from './queue-reading.ts'
import { takingWorker } from './taking-worker.ts'

/** A job of BullMQ, as far as a record can be made of it. */
export interface QueuedJob {
  readonly id: string
  readonly name: string
  readonly data: unknown
  /** When it was added, in milliseconds since 1970. */
  readonly timestamp: number
}

/** How to take the jobs of a queue. */
export interface BullmqQueueOptions {
  readonly redis: RedisAccess
  /** The queue's name. */
  readonly queue: string
  /** What BullMQ's keys begin with; `bull` unless given. */
  readonly prefix?: string
  /** How a job becomes a record. Unless given, it is the job's data, in JSON. A job for which it throws becomes a dead letter. */
  readonly record?: (job: QueuedJob) => string
  /** Whether it is an error that there is no such queue when it is opened. Unless given, it is waited for. */
  readonly mustExist?: boolean
  /** How many jobs may be taken that are not in the log yet. Unless given, as many as four batches have, and at least 1000. */
  readonly prefetch?: number
  /** How long, in milliseconds, the jobs of a worker that died are kept from others, about: 30 000. */
  readonly lockDuration?: number
  /** Which finished jobs are removed, as a worker of BullMQ has it. Unless given, all are kept whose own options do not say otherwise. */
  readonly removeOnComplete?: NonNullable<WorkerOptions['removeOnComplete']>
}

/**
 * Takes the jobs of a queue of BullMQ that another application fills: what to bind a source to, instead of a worker of that
 * queue. A job is completed when it is in the log, so none is lost; one that comes again, because its worker died, is counted
 * once for as long as its id and the time it was added are remembered.
 *
 * It connects when it is opened. There, and where it rejects later, errors are TanagerErrors `source`, or `missing-package`
 * without bullmq or ioredis.
 *
 * ```ts
 * import { bullmqQueue } from 'tanager/queues'
 *
 * const orders = bullmqQueue({ redis: 'redis://127.0.0.1:6379', queue: 'orders', removeOnComplete: { count: 1000 } })
 * console.assert(orders.resumes === 'acknowledgement')
 * ```
 *
 * @throws TanagerError `invalid-option`
 */
export function bullmqQueue(options: BullmqQueueOptions): SourceReader {
  mustBeKnown(what, options, ['redis', 'queue', 'prefix', 'record', 'mustExist', 'prefetch', 'lockDuration', 'removeOnComplete'])
  const { redis, queue, prefix = 'bull', record, mustExist = false, prefetch, lockDuration = 30_000, removeOnComplete } = options
  mustBeAccess(what, redis)
  mustBeQueue(what, queue, prefix)
  if (record !== undefined && typeof record !== 'function') throw invalid(what, 'record', record, 'a function of a job')
  if (prefetch !== undefined) mustBeCount(what, 'prefetch', prefetch, 1, 1_000_000)
  mustBeCount(what, 'lockDuration', lockDuration, 100, 86_400_000)
  const subject: Subject = { code: 'source', name: `queue ${shownName(queue)}` }

  return {
    resumes: 'acknowledgement',
    open: async ({ batch }): Promise<OpenSource> => {
      const { Worker, UnrecoverableError } = await driver()
      const link = await connect(redis, subject)
      try {
        const meta = await link.answer(link.client.exists(`${prefix}:${queue}:meta`))
        if (mustExist && meta === 0) throw missing(queue, link.place)
        const worker = new (takingWorker(Worker))(queue, null, {
          connection: link.client,
          prefix,
          autorun: false,
          lockDuration,
          stalledInterval: lockDuration,
          // A worker that dies is no fault of the job.
          maxStalledCount: 1_000_000,
          ...(removeOnComplete === undefined ? {} : { removeOnComplete }),
        })
        const reading = new QueueReading(link, worker, {
          record,
          lockDuration,
          limits: batch,
          prefetch: prefetch ?? Math.max(1000, 4 * batch.records),
          failure: (message) => new UnrecoverableError(message),
        })
        await reading.begin()
        return reading
      } catch (error) {
        await link.close()
        throw link.fault(error)
      }
    },
  }
}

const what = 'bullmqQueue'

const missing = (queue: string, place: string): TanagerError =>
  new TanagerError('source', 'there is no such queue', {
    where: `Redis queue ${shownName(queue)} at ${place}`,
    remedy: 'Correct queue and prefix, or leave mustExist out: then it is waited for',
  })
