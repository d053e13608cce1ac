import { randomUUID } from 'node:crypto'
import type { Job } from 'bullmq'
import { none } from 'fp-ts/lib/Option.js'
import { isWellFormed } from '../../../core/codec/wellformed.ts'
import type { BatchLimits, OpenSource, SourceBatch } from '../../../core/contract/source-reader.ts'
import { messageOf } from '../../../core/error.ts'
import { Closing } from '../closing.ts'
import { type Received, refusal } from '../content.ts'
import { batchOf, countOf } from '../cut.ts'
import type { Link } from '../link.ts'
import type { QueuedJob } from './queue.ts'
import { isJson, type TakingWorker } from './taking-worker.ts'

export interface QueueParts {
  readonly record: ((job: QueuedJob) => string) | undefined
  readonly lockDuration: number
  readonly limits: BatchLimits
  readonly prefetch: number
  /** An error after which BullMQ does not try a job again. */
  readonly failure: (message: string) => Error
}

/** How many jobs are asked for at a time: each costs Redis a script of its own. */
const abreast = 64

/** Takes jobs, and completes them when they are in the log. */
export class QueueReading implements OpenSource {
  readonly #link: Link
  readonly #worker: TakingWorker
  readonly #parts: QueueParts
  readonly #token = randomUUID()
  readonly #given = new Map<SourceBatch, readonly Job[]>()
  #keeping: ReturnType<typeof setInterval> | undefined
  #waiting: readonly { readonly job: Job; readonly received: Received }[] = []
  #said: unknown
  #taking: Promise<unknown> = Promise.resolve()
  readonly #closing = new Closing()

  constructor(link: Link, worker: TakingWorker, parts: QueueParts) {
    this.#link = link
    this.#worker = worker
    this.#parts = parts
    worker.on('error', (error) => {
      this.#said ??= error
    })
  }

  async begin(): Promise<void> {
    await this.#worker.waitUntilReady()
    await this.#worker.startStalledCheckTimer()
    this.#keeping = setInterval(() => void this.#keep(), this.#parts.lockDuration / 3)
  }

  next = (): Promise<SourceBatch | undefined> =>
    this.#closing.steps(async () => {
      if (this.#waiting.length > 0) return this.#cut()
      // What is taken is kept from others: not more of it than the log will have room for.
      if (this.#open() >= this.#parts.prefetch) await this.#closing.pause(10)
      else await this.#closing.before(this.#link.answerWhileOpen(this.#fetch()))
      if (this.#said !== undefined) throw this.#link.fault(this.#said)
      return undefined
    })

  acknowledge = async (batch: SourceBatch): Promise<void> => {
    const jobs = this.#given.get(batch)
    if (jobs === undefined || this.#closing.begun) return
    await this.#link.answerWhileOpen(Promise.all(jobs.map((job) => this.#complete(job))))
    this.#given.delete(batch)
  }

  close = (): Promise<void> => this.#closing.begin(() => this.#close())

  async #close(): Promise<void> {
    clearInterval(this.#keeping)
    await this.#worker.close(true).catch(() => {})
    try {
      await this.#link.answerWhileOpen(this.#taking)
      const left = [...[...this.#given.values()].flat(), ...this.#waiting.map(({ job }) => job)]
      // Each goes back to the head of the queue: the first one last.
      for (const job of left.reverse()) await this.#link.answerWhileOpen(job.moveToWait(this.#token))
    } catch {
      // Their locks run out: then the queue gives them again.
    } finally {
      await this.#link.close()
    }
  }

  async #fetch(): Promise<void> {
    const since = performance.now()
    const first = await this.#take([this.#worker.getNextJob(this.#token)])
    if (first === 0) {
      // With a rate limit, or while it finds out that there is nothing, BullMQ does not wait.
      if (performance.now() - since < 20) await this.#closing.pause(20)
      return
    }
    if (this.#parts.limits.linger > 0 && performance.now() - since > this.#parts.limits.linger)
      await this.#closing.pause(this.#parts.limits.linger)
    for (;;) {
      const room = Math.min(abreast, this.#parts.limits.records - this.#waiting.length, this.#parts.prefetch - this.#open())
      if (room <= 0 || this.#closing.begun || this.#said !== undefined) return
      const asked = Array.from({ length: room }, () => this.#worker.getNextJob(this.#token, { block: false }))
      if ((await this.#take(asked)) < room) return
    }
  }

  /** Takes down what was answered, also where not every question was. */
  async #take(asked: readonly Promise<Job | undefined>[]): Promise<number> {
    const taking = Promise.allSettled(asked).then(async (answers) => {
      const jobs = answers.flatMap((answer) => (answer.status === 'fulfilled' && answer.value != null ? [answer.value] : []))
      // BullMQ has decided that these have failed, and leaves it to whoever takes them to say so.
      const broken = jobs.filter((job) => job.deferredFailure)
      await Promise.all(broken.map((job) => job.moveToFailed(this.#parts.failure(job.deferredFailure), this.#token, false)))
      const taken = jobs.filter((job) => !job.deferredFailure)
      this.#waiting = [...this.#waiting, ...taken.map((job) => ({ job, received: this.#read(job) }))]
      const failed = answers.find((answer) => answer.status === 'rejected')
      if (failed !== undefined) throw failed.reason
      return jobs.length
    })
    this.#taking = taking.catch(() => {})
    return await taking
  }

  #read(job: Job): Received {
    const data = this.#worker.dataOf(job)
    // An application may give an id again once the job is gone. That is another job, and was added at another time.
    const id = `${job.id}@${job.timestamp}`
    if (!isJson(data)) return refusal(data.slice(0, 1000), `the data of job ${job.id} is no JSON`, id)
    if (this.#parts.record === undefined) return { text: data, refused: undefined, id }
    try {
      const text: unknown = this.#parts.record({ id: String(job.id), name: job.name, data: job.data, timestamp: job.timestamp })
      if (typeof text === 'string' && isWellFormed(text)) return { text, refused: undefined, id }
      throw new Error('record answers no text')
    } catch (error) {
      return refusal(data.slice(0, 1000), `job ${job.id}: ${messageOf(error)}`, id)
    }
  }

  #open(): number {
    return [...this.#given.values()].reduce((sum, jobs) => sum + jobs.length, this.#waiting.length)
  }

  #cut(): SourceBatch {
    const count = countOf(
      this.#waiting.map(({ received }) => received),
      this.#parts.limits,
    )
    const taken = this.#waiting.slice(0, count)
    this.#waiting = this.#waiting.slice(count)
    const batch = batchOf(
      taken.map(({ received }) => received),
      none,
    )
    this.#given.set(
      batch,
      taken.map(({ job }) => job),
    )
    return batch
  }

  async #complete(job: Job): Promise<void> {
    try {
      await job.moveToCompleted(null, this.#token, false)
    } catch (error) {
      // Removed by hand, or another's by now, who takes it again: it is known by its id then.
      if (!notOurs.includes((error as { readonly code?: unknown }).code)) throw error
    }
  }

  async #keep(): Promise<void> {
    const jobs = [...[...this.#given.values()].flat(), ...this.#waiting.map(({ job }) => job)]
    if (jobs.length === 0 || this.#closing.begun) return
    const ids = jobs.map(({ id }) => String(id))
    const tokens = ids.map(() => this.#token)
    await this.#worker.extendJobLocks(ids, tokens, this.#parts.lockDuration).catch(() => {})
  }
}

/** BullMQ's numbers for: there is no such job, it is not locked, it is not active, it is locked by another. */
const notOurs: readonly unknown[] = [-1, -2, -3, -6]
