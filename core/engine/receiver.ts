import { fromNullable, none } from 'fp-ts/lib/Option.js'
import type { Backoff } from '../contract/backoff.ts'
import type { Clock } from '../contract/clock.ts'
import type { BatchLimits, OpenSource, SourceBatch, SourceReader } from '../contract/source-reader.ts'
import { messageOf } from '../error.ts'
import { Intake } from './intake.ts'
import type { Log } from './log.ts'
import type { Scheduler } from './scheduler.ts'
import { Telling } from './telling.ts'

export interface ReceiverParts {
  /** The source, by its name. */
  readonly stream: string
  readonly reader: SourceReader
  readonly log: Pick<Log, 'take' | 'readPosition' | 'lease'>
  readonly scheduler: Scheduler
  readonly clock: Clock
  readonly backoff: Backoff
  readonly batch: BatchLimits
  /** In characters; a longer record is refused. */
  readonly longest: number
  /** Unique to this receiver, now and ever. */
  readonly name: string
  /** Told of what a person should know, such as a source that is away. */
  readonly notice: (text: string) => void
}

/** How long the right to read a source by positions is kept for a receiver that is not heard of, in milliseconds. */
const leaseFor = 5_000
/** How many batches are on their way into the log at a time: enough for it to have one at hand whenever it is done with another. */
const mostUnderway = 4
/** How long a receiver that is stopped waits for what is on its way, in milliseconds. */
const patience = 1000

/**
 * Reads a source into its stream, and heals itself: whatever fails is closed and, after a while that grows with each failure,
 * opened anew, where the log is. What the log has accepted is acknowledged, and nothing else.
 *
 * A batch and the position after it go into the log in one step, if the log is where the batch begins. So it is right also
 * if two read at the same time; the lease only keeps them from doing the work twice.
 */
export class Receiver {
  readonly #parts: ReceiverParts
  readonly #stop = new AbortController()
  readonly #stopped: Promise<void>
  readonly #telling: Telling
  #running: Promise<void> | undefined
  #incarnation = 0

  constructor(parts: ReceiverParts) {
    this.#parts = parts
    this.#telling = new Telling(parts.scheduler)
    this.#stopped = new Promise((resolve) => {
      this.#stop.signal.addEventListener('abort', () => resolve(), { once: true })
    })
  }

  start(): void {
    this.#running ??= this.#run()
  }

  /** Reads no more; settles when the outside has been told of all that is in the log. */
  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#running
    await this.#telling.idle()
  }

  /** Settles when the source has come to its end, or the receiver was stopped. */
  get ended(): Promise<void> {
    return this.#running ?? Promise.resolve()
  }

  async #run(): Promise<void> {
    const { stream, backoff, notice } = this.#parts
    let failures = 0
    while (!this.#isStopped) {
      try {
        const accepted = () => {
          if (failures > 0) notice(`the source ${stream} is read again`)
          failures = 0
        }
        if (!(await this.#mayRead())) await this.#sleep(leaseFor / 3)
        else if ((await this.#read(accepted)) === 'ended') return
      } catch (error) {
        if (this.#isStopped) return
        failures += 1
        const wait = Math.ceil(backoff(failures))
        notice(`the source ${stream} is away, and read again in ${wait} ms: ${messageOf(error)}`)
        await this.#sleep(wait)
      }
    }
  }

  /** From where the log is, until the source ends, fails, or somebody else reads it. */
  async #read(accepted: () => void): Promise<'ended' | 'again'> {
    const { stream, reader, log, clock, longest, batch: limits } = this.#parts
    const byPosition = reader.resumes === 'position'
    const from = byPosition ? await log.readPosition(stream) : undefined
    const open = await this.#opened(reader.open({ position: byPosition ? fromNullable(from) : none, batch: limits }))
    if (open === undefined) return 'again'
    const reading = new Reading(open)
    const lease = byPosition ? this.#keepLease(reading) : undefined
    this.#incarnation += 1
    const intake = new Intake({
      stream,
      log,
      clock,
      telling: this.#telling,
      longest,
      writer: `${this.#parts.name}/${this.#incarnation}`,
      position: byPosition ? { from } : undefined,
      stop: this.#stop.signal,
    })
    const underway = new Set<Promise<boolean>>()
    const stopped = () => void this.#lastWords(underway).then(() => reading.close())
    this.#stop.signal.addEventListener('abort', stopped, { once: true })
    if (this.#isStopped) stopped()
    try {
      let last = Promise.resolve(true)
      const take = async (batch: SourceBatch, before: Promise<boolean>): Promise<boolean> => {
        if (!(await intake.put(batch, before))) return false
        await open.acknowledge(batch)
        accepted()
        return true
      }
      let next = reading.next()
      for (;;) {
        const batch = await next
        if (batch === undefined || this.#isStopped) break
        // Read on while this one is on its way.
        next = reading.next()
        const taken = take(batch, last)
        last = taken
        underway.add(taken)
        // Whoever waits for what comes next must not wait for it when this one cannot be taken.
        taken.then(
          (isIn) => void (isIn ? underway.delete(taken) : reading.close()),
          () => void reading.close(),
        )
        if (underway.size >= mostUnderway) await [...underway][0]
      }
      const isIn = await last
      return isIn && reading.isEnded ? 'ended' : 'again'
    } finally {
      this.#stop.signal.removeEventListener('abort', stopped)
      await Promise.allSettled(underway)
      await reading.close()
      await lease
      // Who waits for its turn need not wait until the lease has run out.
      if (byPosition) await log.lease(`source:${stream}`, this.#parts.name, 1).catch(() => {})
    }
  }

  /** What is on its way when it is stopped is acknowledged, if that does not take long. */
  async #lastWords(underway: Iterable<Promise<boolean>>): Promise<void> {
    const late = new AbortController()
    await Promise.race([Promise.allSettled(underway), this.#parts.clock.sleep(patience, late.signal).catch(() => {})])
    late.abort()
  }

  async #mayRead(): Promise<boolean> {
    const { reader, log, stream, name } = this.#parts
    return reader.resumes === 'acknowledgement' || (await log.lease(`source:${stream}`, name, leaseFor))
  }

  /** Keeps the right to read for as long as it is read; without it, somebody else reads already, and all of this is in vain. */
  async #keepLease(reading: Reading): Promise<void> {
    const { log, stream, name, clock } = this.#parts
    while (!reading.isClosed) {
      await clock.sleep(leaseFor / 3, reading.closed).catch(() => {})
      if (reading.isClosed) return
      // A log that cannot be asked takes no batches either.
      const kept = await log.lease(`source:${stream}`, name, leaseFor).catch(() => true)
      if (!kept) await reading.close()
    }
  }

  /** What was opened, unless it takes longer than anybody waits for. */
  async #opened(opening: Promise<OpenSource>): Promise<OpenSource | undefined> {
    const open = await Promise.race([opening, this.#stopped])
    if (open !== undefined) return open
    void opening.then((late) => late.close()).catch(() => {})
    return undefined
  }

  async #sleep(milliseconds: number): Promise<void> {
    await this.#parts.clock.sleep(milliseconds, this.#stop.signal).catch(() => {})
  }

  get #isStopped(): boolean {
    return this.#stop.signal.aborted
  }
}

/** A source that is open, closed once, whoever wants that first. */
class Reading {
  readonly #open: OpenSource
  readonly #end = new AbortController()
  #closing: Promise<void> | undefined
  #ended = false

  constructor(open: OpenSource) {
    this.#open = open
  }

  next(): Promise<SourceBatch | undefined> {
    const next = this.#open.next().then((batch) => {
      if (batch === undefined && !this.isClosed) this.#ended = true
      return batch
    })
    // Asked for ahead, it may fail before anybody waits for it, or when nobody does any more.
    next.catch(() => {})
    return next
  }

  /** Whether it has come to its end by itself. */
  get isEnded(): boolean {
    return this.#ended
  }

  get isClosed(): boolean {
    return this.#closing !== undefined
  }

  get closed(): AbortSignal {
    return this.#end.signal
  }

  close(): Promise<void> {
    if (this.#closing === undefined) {
      // What fails while it ends has ended.
      this.#closing = this.#open.close().catch(() => {})
      this.#end.abort()
    }
    return this.#closing
  }
}
