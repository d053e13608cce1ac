import { fromNullable, none, toUndefined } from 'fp-ts/lib/Option.js'
import type { Backoff } from '../contract/backoff.ts'
import type { Clock } from '../contract/clock.ts'
import type { BatchLimits, OpenSource, RefusedRecord, SourceBatch, SourceReader } from '../contract/source-reader.ts'
import { messageOf, TanagerError } from '../error.ts'
import { frameRead } from './frame.ts'
import type { Log, Take } from './log.ts'
import { type Scheduler, tell } from './scheduler.ts'

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
const firstWait = 5
const longestWait = 250

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
  #running: Promise<void> | undefined
  #incarnation = 0

  constructor(parts: ReceiverParts) {
    this.#parts = parts
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
    const { stream, reader, log, batch: limits } = this.#parts
    const byPosition = reader.resumes === 'position'
    let at = byPosition ? await log.readPosition(stream) : undefined
    const open = await this.#opened(reader.open({ position: byPosition ? fromNullable(at) : none, batch: limits }))
    if (open === undefined) return 'again'
    const reading = new Reading(open, this.#stop.signal)
    const lease = byPosition ? this.#keepLease(reading) : undefined
    this.#incarnation += 1
    try {
      let sequence = 0
      let next = reading.next()
      for (;;) {
        const batch = await next
        if (batch === undefined) return reading.isEnded ? 'ended' : 'again'
        // Read on while this one is on its way.
        next = reading.next()
        sequence += 1
        if (!(await this.#take(batch, byPosition ? { from: at } : undefined, sequence))) return 'again'
        at = toUndefined(batch.position)
        await open.acknowledge(batch)
        accepted()
      }
    } finally {
      await reading.close()
      await lease
      // Who waits for its turn need not wait until the lease has run out.
      if (byPosition) await log.lease(`source:${stream}`, this.#parts.name, 1).catch(() => {})
    }
  }

  /** Puts a batch into the log, waiting while that is full. Answers whether the reading may go on after it. */
  async #take(read: SourceBatch, position: { readonly from: string | undefined } | undefined, writerSequence: number): Promise<boolean> {
    const { stream, log, scheduler, name } = this.#parts
    let batch = withoutTwins(withoutTooLong(read, this.#parts.longest))
    for (let wait = firstWait; ; ) {
      const to = toUndefined(read.position)
      const take: Take = {
        stream,
        payload: frameRead(batch.records, batch.refused),
        records: batch.records.length,
        // Sent again under its number after a lost answer, it is told from another reader's.
        writer: `${name}/${this.#incarnation}`,
        writerSequence,
        ...(position === undefined ? {} : { position: { from: position.from, to: positionOf(stream, to) } }),
        ids: batch.ids.filter((id) => id !== undefined),
      }
      const taken = await log.take(take)
      switch (taken.status) {
        case 'appended':
        case 'repeated':
          await tell(scheduler, [{ kind: 'stage', stream, sequence: taken.sequence }])
          return true
        case 'known':
          batch = without(batch, new Set(taken.known.map((place) => take.ids[place])))
          // A batch of which all has come before is in the log already, each record of it.
          if (batch.records.length + batch.refused.length === 0) return true
          break
        case 'elsewhere':
          return false
        case 'gap':
          // The log has gone back and lost what came before this one: what is not acknowledged comes again.
          throw new TanagerError('writer-gap', `the stream ${stream} has lost batches that were read`)
        case 'full':
          if (this.#isStopped) return false
          await this.#sleep(wait)
          wait = Math.min(wait * 2, longestWait)
      }
    }
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

  constructor(open: OpenSource, stop: AbortSignal) {
    this.#open = open
    const close = () => void this.close()
    stop.addEventListener('abort', close, { once: true })
    this.closed.addEventListener('abort', () => stop.removeEventListener('abort', close), { once: true })
    if (stop.aborted) close()
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

interface Known {
  readonly records: readonly string[]
  readonly refused: readonly RefusedRecord[]
  /** Of each record. */
  readonly ids: readonly (string | undefined)[]
}

const shownOf = 200

/** A record that is too long for a worker to hold would end whoever takes it. */
function withoutTooLong({ records, refused = [], ids = [] }: SourceBatch, longest: number): Known {
  const idOf = (i: number) => (ids[i] === undefined ? undefined : toUndefined(ids[i]))
  const kept = records.flatMap((record, i) => (record.length > longest ? [] : [i]))
  const tooLong = records.filter(({ length }) => length > longest)
  return {
    records: kept.length === records.length ? records : kept.map((i) => records[i] as string),
    ids: kept.map(idOf),
    refused: [
      ...refused,
      ...tooLong.map((record) => ({
        record: record.slice(0, shownOf),
        error: `a record of ${record.length} characters; allowed: ${longest}. Of this one only the beginning is kept.`,
      })),
    ],
  }
}

/** Who publishes again what was not confirmed leaves both side by side: the log, asked for their one id, knows neither. */
function withoutTwins(batch: Known): Known {
  const seen = new Set<string>()
  const left = batch.ids.flatMap((id, i) => {
    if (id !== undefined && seen.has(id)) return []
    if (id !== undefined) seen.add(id)
    return [i]
  })
  if (left.length === batch.records.length) return batch
  return { records: left.map((i) => batch.records[i] as string), ids: left.map((i) => batch.ids[i]), refused: batch.refused }
}

function without({ records, refused, ids }: Known, known: ReadonlySet<string | undefined>): Known {
  const left = records.flatMap((_, i) => (ids[i] !== undefined && known.has(ids[i]) ? [] : [i]))
  return { records: left.map((i) => records[i] as string), ids: left.map((i) => ids[i]), refused }
}

function positionOf(stream: string, position: string | undefined): string {
  if (position !== undefined && position !== '') return position
  throw new TanagerError('source', `the reader of ${stream} gives a batch without the position after it`, { value: position })
}
