import { type JobsOptions, Queue } from 'bullmq'
import type { Redis } from 'ioredis'
import type { Pointer } from '../../core/engine/log.ts'
import type { Scheduler } from '../../core/engine/scheduler.ts'
import type { Keys } from './keys.ts'
import type { Settings } from './options.ts'

/** The queues by what their jobs point to: what BullMQ and its dashboards show. */
export const queueNames = { stage: 'stages', sum: 'sums', sink: 'sinks' } as const satisfies Record<Pointer['kind'], string>

const kinds = Object.keys(queueNames) as readonly Pointer['kind'][]

// BullMQ's words for it.
const jobIsGone = -1
const notInThatState = -3

/** How many pieces of pending work are looked at closely at a time. */
const looked = 50

/** How many other names work may be told of by: each may be taken by half a job as well. */
const otherNames = 8

/** How long the same complaint is not passed on again, in milliseconds. */
const quiet = 10_000

/**
 * Passes an error of BullMQ's on to people, unless it is the connection's, which speaks for itself, or the same as a moment
 * ago: what asks Redis again and again is refused again and again.
 */
export function noticed(what: string, notice: (text: string) => void): (error: Error) => void {
  let last = ''
  let until = 0
  return (error) => {
    if ('syscall' in error || /connection is closed|ECONN|EPIPE|ENOTFOUND/i.test(error.message)) return
    const now = performance.now()
    if (error.message === last && now < until) return
    last = error.message
    until = now + quiet
    notice(`${what}: ${error.message}`)
  }
}

/** Whether a job says what it is for: half of one does not. */
export const isWhole = (job: { readonly data?: Partial<Pointer> }): boolean => job.data?.kind !== undefined

/** A job is named after its work, so that telling of the same work twice makes one job. */
export function jobIdOf(pointer: Pointer): string {
  switch (pointer.kind) {
    case 'stage':
      return `${pointer.stream}-${pointer.sequence}`
    case 'sum':
      return `${pointer.store}-${pointer.partition}-${pointer.position}`
    case 'sink':
      return `${pointer.sink}-${pointer.sequence}`
  }
}

/** A batch that was tried as often as it may be: it waits for somebody to look. */
export interface FailedBatch {
  readonly id: string
  readonly pointer: Pointer
  readonly error: string
  readonly attempts: number
}

/** BullMQ as the scheduler: it may lose, double and reorder what it is told; the log does not mind. */
export class Queues implements Scheduler {
  readonly #redis: Redis
  readonly #keys: Keys
  readonly #notice: Settings['notice']
  readonly #part: { readonly keeper: boolean }
  readonly #options: JobsOptions
  readonly #made = new Map<Pointer['kind'], Queue>()
  /** By job id, what was not done when last looked at closely. */
  #pending: ReadonlySet<string> = new Set()
  #names = 0

  /** @param part a keeper writes down what the queues are like; who only looks at a job leaves no trace of it */
  constructor(redis: Redis, keys: Keys, { attempts, backoff, notice }: Settings, part: { readonly keeper: boolean }) {
    this.#redis = redis
    this.#keys = keys
    this.#notice = notice
    this.#part = part
    this.#options = { attempts, backoff: { type: 'exponential', delay: backoff, jitter: 0.5 }, removeOnComplete: true, removeOnFail: false }
  }

  /** Made when it is first used: BullMQ asks Redis things at once, and before that it must be known that Redis is there and fit. */
  #queue(kind: Pointer['kind']): Queue {
    const made = this.#made.get(kind)
    if (made !== undefined) return made
    const queue = new Queue(queueNames[kind], {
      connection: this.#redis,
      prefix: this.#keys.bull,
      // Nobody reads the event stream; by default it keeps ten thousand entries of every queue.
      streams: { events: { maxLen: 100 } },
      skipMetasUpdate: !this.#part.keeper,
    })
    queue.on('error', noticed(`queue ${queueNames[kind]}`, this.#notice))
    this.#made.set(kind, queue)
    return queue
  }

  get #queues(): readonly Queue[] {
    return kinds.map((kind) => this.#queue(kind))
  }

  enqueue = async (pointers: readonly Pointer[]): Promise<void> => {
    const jobs = new Map<Pointer['kind'], { name: string; data: Pointer; opts: JobsOptions }[]>()
    for (const pointer of pointers) {
      const job = { name: pointer.kind, data: pointer, opts: { ...this.#options, jobId: jobIdOf(pointer) } }
      const list = jobs.get(pointer.kind)
      if (list === undefined) jobs.set(pointer.kind, [job])
      else list.push(job)
    }
    await Promise.all([...jobs].map(([kind, list]) => this.#add(kind, list)))
  }

  /** One by itself as a plain call: a pipeline of ioredis costs more to make than a job. */
  async #add(kind: Pointer['kind'], jobs: readonly { name: string; data: Pointer; opts: JobsOptions }[]): Promise<void> {
    const [first] = jobs
    if (jobs.length === 1 && first !== undefined) await this.#queue(kind).add(first.name, first.data, first.opts)
    else await this.#queue(kind).addBulk([...jobs])
  }

  /**
   * Tells of work that is still not done under another name. Half of a job, such as a hash that is in no list, keeps its
   * name: BullMQ takes it for a job that is there, and ignores all others of that name. It comes of queues that were
   * flushed, or cut off in the middle of something. Told once too often costs nothing: what is done is not done again.
   *
   * @param pending work that is not done; of it, only what was not done the last time either is told of
   */
  async tellAnew(pending: readonly Pointer[]): Promise<void> {
    const before = this.#pending
    const oldest = pending.slice(0, looked)
    this.#pending = new Set(oldest.map(jobIdOf))
    this.#names = (this.#names + 1) % otherNames
    for (const pointer of oldest) {
      const id = jobIdOf(pointer)
      if (!before.has(id) || (await this.#isSetAside(pointer.kind, id))) continue
      await this.#queue(pointer.kind).add(pointer.kind, pointer, { ...this.#options, jobId: `${id}~${this.#names}` })
    }
  }

  /** Whether it is out of attempts, and waits for somebody to look. One of which nobody can read what it was does not. */
  async #isSetAside(kind: Pointer['kind'], id: string): Promise<boolean> {
    const queue = this.#queue(kind)
    const failed = await this.#redis.zscore(queue.toKey('failed'), id)
    return failed !== null && (await this.#redis.hget(queue.toKey(id), 'data')) !== null
  }

  /** The batches that are out of attempts. */
  async failed(): Promise<readonly FailedBatch[]> {
    const lists = await Promise.all(this.#queues.map((queue) => queue.getFailed(0, 999)))
    return lists
      .flat()
      .filter(isWhole)
      .map((job) => ({
        id: job.id ?? '',
        pointer: job.data as Pointer,
        error: job.failedReason ?? '',
        attempts: job.attemptsMade,
      }))
  }

  /** Runs failed batches once more, with all their attempts; those of one id, or all. */
  async retryFailed(id?: string): Promise<number> {
    let retried = 0
    for (const queue of this.#queues) {
      for (const job of await queue.getFailed(0, 9999)) {
        if (!isWhole(job) || (id !== undefined && job.id !== id)) continue
        // Somebody else may have been faster: then it is theirs, gone or no longer failed, and not counted here.
        const isOurs = await job.retry('failed', { resetAttemptsMade: true }).then(
          () => true,
          (error: { readonly code?: unknown }) => {
            if (error.code === jobIsGone || error.code === notInThatState) return false
            throw error
          },
        )
        if (isOurs) retried += 1
      }
    }
    return retried
  }

  /** How many workers of this job listen. */
  async workers(): Promise<number> {
    return this.#queue('stage').getWorkersCount()
  }

  async close(): Promise<void> {
    await Promise.all([...this.#made.values()].map((queue) => queue.close()))
  }
}
