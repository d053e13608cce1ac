import { createHash } from 'node:crypto'
import type { JobsOptions, Queue } from 'bullmq'
import type { SinkToken } from '../../../core/contract/sink.ts'
import { TanagerError } from '../../../core/error.ts'
import { mustBeAccess, type RedisAccess } from '../access.ts'
import type { Subject } from '../fault.ts'
import { invalid, mustBeCount, mustBeKnown, mustBeText, shownName } from '../given.ts'
import type { Link } from '../link.ts'
import { Outlet } from '../outlet.ts'
import type { RedisSink } from '../stream-sink.ts'
import { driver } from './driver.ts'
import { mustBeQueue } from './queue-name.ts'

/** How to fill a queue. */
export interface BullmqQueueSinkOptions<T> {
  readonly redis: RedisAccess
  /** The queue's name. */
  readonly queue: string
  /** What BullMQ's keys begin with; `bull` unless given. */
  readonly prefix?: string
  /** The name of the jobs, or of each. */
  readonly name: string | ((item: T) => string)
  /** What a job has as its data; the item unless given. */
  readonly data?: (item: T) => unknown
  /**
   * BullMQ's options for each job, but for its id. Unless they say otherwise, finished jobs are kept for an hour: as long as a
   * job is kept, its batch may come again and adds nothing.
   */
  readonly options?: Omit<JobsOptions, 'jobId'>
  /** How long the connection is kept when there is nothing to write, in milliseconds; 10 000. */
  readonly idle?: number
}

/**
 * Adds jobs to a queue of BullMQ, for the workers of another application: what to bind a sink to. A job's id is made of its
 * batch and its place there: a batch that comes again adds only the jobs that are missing, for as long as the others are kept.
 *
 * `write` rejects with TanagerErrors: `sink`, or `missing-package` without bullmq or ioredis.
 *
 * ```ts
 * import { bullmqQueueSink } from 'tanager/queues'
 *
 * const mails = bullmqQueueSink<{ to: string }>({ redis: 'redis://127.0.0.1:6379', queue: 'mails', name: 'alert' })
 * await mails.close()
 * ```
 *
 * @throws TanagerError `invalid-option`
 */
export function bullmqQueueSink<T>(options: BullmqQueueSinkOptions<T>): RedisSink<T> {
  mustBeKnown(what, options, ['redis', 'queue', 'prefix', 'name', 'data', 'options', 'idle'])
  const { redis, queue, prefix = 'bull', name, data = (item: T): unknown => item, options: given = {}, idle = 10_000 } = options
  mustBeAccess(what, redis)
  mustBeQueue(what, queue, prefix)
  if (typeof name !== 'function') mustBeText(what, 'name', name)
  if (typeof data !== 'function') throw invalid(what, 'data', data, 'a function of an item')
  if (typeof given !== 'object' || given === null || 'jobId' in given)
    throw invalid(what, 'options', given, 'options of a job, but for jobId')
  mustBeCount(what, 'idle', idle, 1, 3_600_000)
  const subject: Subject = { code: 'sink', name: `queue ${shownName(queue)}` }
  const outlet = new Outlet(redis, subject, idle)
  const queues = new WeakMap<Link, Queue>()
  const opts = { removeOnComplete: keptFor, removeOnFail: keptFor, ...given }

  const queueOn = async (link: Link): Promise<Queue> => {
    const { Queue } = await driver()
    const there = queues.get(link)
    if (there !== undefined) return there
    // What the queue is set to is its application's.
    const made = new Queue(queue, { connection: link.client, prefix, skipMetasUpdate: true })
    made.on('error', () => {})
    queues.set(link, made)
    return made
  }

  return {
    write: async (items, token) => {
      if (items.length === 0) return
      const batch = idOf(token)
      const jobs = items.map((item, i) => ({
        name: typeof name === 'function' ? name(item) : name,
        data: data(item),
        opts: { ...opts, jobId: `${batch}-${i}` },
      }))
      await outlet.use(async (link) => {
        const added = await (await queueOn(link)).addBulk(jobs)
        // What BullMQ could not add has the number of an error for an id.
        const wrong = added.find(({ id }) => typeof id !== 'string')
        if (wrong !== undefined) throw new TanagerError('sink', `BullMQ did not add a job: error ${wrong.id}`, { where: subject.name })
      })
    },
    close: () => outlet.close(),
  }
}

const what = 'bullmqQueueSink'
const keptFor = { age: 3600 }

/** BullMQ takes no ids with colons, nor such as are numbers. */
function idOf({ job, sink, id }: SinkToken): string {
  return createHash('sha256')
    .update(JSON.stringify([job, sink, id]))
    .digest('base64url')
}
