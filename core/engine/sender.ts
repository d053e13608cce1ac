import type { Clock } from '../contract/clock.ts'
import { TanagerError } from '../error.ts'
import { frame } from './frame.ts'
import type { Append, Appended, Log } from './log.ts'
import type { Scheduler } from './scheduler.ts'
import { Telling } from './telling.ts'

/** How batches are cut. */
export interface Cut {
  /** Records in a batch, at most. */
  readonly batchRecords: number
  /** About how many characters in a batch, at most; a single record may be longer. */
  readonly batchLength: number
}

export const defaultCut: Cut = { batchRecords: 5_000, batchLength: 1 << 20 }

export interface SendOptions {
  /** Gives up waiting after so many milliseconds. What was accepted until then stays; what was not is not sent any more. */
  readonly timeout?: number
}

interface Parts {
  readonly log: Pick<Log, 'append'>
  readonly scheduler: Scheduler
  readonly clock: Clock
  /** Unique to this sender, now and ever. */
  readonly writer: string
  readonly cut: (stream: string) => Cut
  /** Told when Redis has lost batches of this sender's that it had accepted, and how many: a failover, or a restart without its tail. */
  readonly lost?: (stream: string, batches: number) => void
}

/** Why nobody waits any more. Given, since to make an error of each send, with its stack, costs as much as the rest of it. */
const over = 'the send is over'

/** A send that is not over. */
interface Waiting {
  readonly texts: readonly string[]
  next: number
  gone: boolean
  /** Ends the wait for its time to be up. */
  stop?: AbortController
  readonly resolve: (sequence: number) => void
  readonly reject: (error: unknown) => void
}

function end(waiting: Waiting): void {
  waiting.gone = true
  waiting.stop?.abort(over)
}

interface Batch {
  readonly texts: readonly string[]
  /** Those whose last record is in it. */
  readonly complete: readonly Waiting[]
  /** Puts the records back to where they waited. */
  readonly putBack: () => void
}

/** How long a log that does not know a writer must have lost it; after that it may have forgotten it. In milliseconds. */
const fresh = 3_600_000
/** Of so many writers: who names one for each request must not fill the memory with them. */
const mostRemembered = 10_000
const firstWait = 5
const longestWait = 250

/**
 * Appends records to streams, in the order they were given. One batch is under way at a time and stream; what comes
 * meanwhile is gathered into the next, so many small sends become few batches by themselves.
 */
export class Sender {
  readonly #parts: Parts
  readonly #lanes = new Map<string, Lane>()
  readonly #telling: Telling
  /** What `sendOnce` was last told was accepted, by stream and writer. */
  readonly #accepted = new Map<string, { readonly number: number; readonly at: number }>()
  /** What `sendOnce` has under way. */
  readonly #sending = new Set<Promise<number>>()
  #closed = false

  constructor(parts: Parts) {
    this.#parts = parts
    this.#telling = new Telling(parts.scheduler)
  }

  /** @returns the sequence number of the batch that took the last of the records */
  async send(stream: string, texts: readonly string[], { timeout }: SendOptions = {}): Promise<number> {
    if (this.#closed) throw new TanagerError('closed', 'this client is closed')
    if (texts.length === 0) return 0
    let lane = this.#lanes.get(stream)
    if (lane === undefined) {
      lane = new Lane(stream, this.#parts, this.#telling)
      this.#lanes.set(stream, lane)
    }
    return lane.send(texts, timeout)
  }

  /**
   * Appends records as one batch under a name and number of the caller's own: who sends the same again, after a crash or
   * a doubt, changes nothing. Numbers go up by one; the first that a stream hears of a writer may be any.
   *
   * @throws TanagerError `writer-gap` if the number before is missing
   */
  async sendOnce(
    stream: string,
    texts: readonly string[],
    writer: string,
    writerSequence: number,
    { timeout }: SendOptions = {},
  ): Promise<number> {
    if (this.#closed) throw new TanagerError('closed', 'this client is closed')
    const { clock } = this.#parts
    const who = `${stream} ${writer}`
    const before = this.#accepted.get(who)
    const continues = before?.number === writerSequence - 1 && clock.now() - before.at < fresh
    const batch = { stream, payload: frame(texts), records: texts.length, writer, writerSequence, continues }
    const sending = this.#once(batch, timeout)
    this.#sending.add(sending)
    try {
      const sequence = await sending
      this.#remember(who, writerSequence, clock.now())
      return sequence
    } finally {
      this.#sending.delete(sending)
    }
  }

  #remember(who: string, number: number, at: number): void {
    // Put at the end, so that the longest silent stand first.
    this.#accepted.delete(who)
    this.#accepted.set(who, { number, at })
    for (const [other, { at: heard }] of this.#accepted) {
      if (at - heard < fresh && this.#accepted.size <= mostRemembered) break
      this.#accepted.delete(other)
    }
  }

  async #once(batch: Append, timeout: number | undefined): Promise<number> {
    const { log, clock } = this.#parts
    const stop = new AbortController()
    const late = async (milliseconds: number): Promise<never> => {
      await clock.sleep(milliseconds, stop.signal)
      throw tooLate(batch.stream, milliseconds, 0, batch.records)
    }
    const appended = appendWhenThereIsRoom(log, clock, batch, stop.signal)
    try {
      const sequence = await (timeout === undefined ? appended : Promise.race([appended, late(timeout)]))
      this.#telling.tell({ kind: 'stage', stream: batch.stream, sequence })
      return sequence
    } finally {
      stop.abort(over)
    }
  }

  /** Waits until nothing is on its way: neither batches nor the pointers to them. */
  async idle(): Promise<void> {
    await Promise.all([...this.#lanes.values()].map((lane) => lane.idle()))
    await Promise.allSettled(this.#sending)
    await this.#telling.idle()
  }

  /** Waits for what was sent, then takes nothing more. */
  async close(): Promise<void> {
    this.#closed = true
    await this.idle()
  }
}

/** The batches of one stream, one after the other. */
class Lane {
  readonly #stream: string
  readonly #parts: Parts
  readonly #telling: Telling
  readonly #queue: Waiting[] = []
  #incarnation = 0
  #sequence = 0
  /** When a batch was last accepted. */
  #heard = 0
  #wait = firstWait
  #running: Promise<void> | undefined

  constructor(stream: string, parts: Parts, telling: Telling) {
    this.#stream = stream
    this.#parts = parts
    this.#telling = telling
  }

  send(texts: readonly string[], timeout: number | undefined): Promise<number> {
    return new Promise<number>((resolve, reject) => {
      const waiting: Waiting = { texts, next: 0, gone: false, resolve, reject }
      this.#queue.push(waiting)
      if (timeout !== undefined) void this.#expire(waiting, timeout)
      this.#running ??= this.#run()
    })
  }

  async idle(): Promise<void> {
    await this.#running
  }

  async #expire(waiting: Waiting, timeout: number): Promise<void> {
    waiting.stop = new AbortController()
    await this.#parts.clock.sleep(timeout, waiting.stop.signal).catch(() => {})
    if (waiting.gone) return
    end(waiting)
    waiting.reject(tooLate(this.#stream, timeout, waiting.next, waiting.texts.length))
  }

  async #run(): Promise<void> {
    // Lets everything that is sent in the same turn of the event loop into the same batch.
    await undefined
    while (this.#queue.length > 0) await this.#appendNext()
    // At once, not in a `finally` of the promise: what is sent in the moment between would wait for ever.
    this.#running = undefined
  }

  async #appendNext(): Promise<void> {
    const { clock } = this.#parts
    const batch = this.#cut()
    if (batch === undefined) return
    try {
      const sequence = await this.#append(batch.texts)
      if (sequence === undefined) {
        // Nothing was taken. It is cut anew after a while: more may have come by then, and some may have given up.
        batch.putBack()
        await clock.sleep(this.#wait)
        this.#wait = Math.min(this.#wait * 2, longestWait)
        return
      }
      this.#wait = firstWait
      this.#sequence += 1
      this.#telling.tell({ kind: 'stage', stream: this.#stream, sequence })
      for (const waiting of batch.complete) {
        end(waiting)
        waiting.resolve(sequence)
      }
    } catch (error) {
      // Whether this batch arrived is not known, so its number cannot be used again: what comes next is a new writer's.
      this.#renew()
      for (const waiting of [...batch.complete, ...this.#queue.splice(0)]) {
        end(waiting)
        waiting.reject(error)
      }
    }
  }

  /** Appends a batch under the next number, or nothing if the stream is full. */
  async #append(texts: readonly string[]): Promise<number | undefined> {
    const { log, clock, writer, lost } = this.#parts
    const records = { stream: this.#stream, payload: frame(texts), records: texts.length }
    for (;;) {
      const continues = this.#sequence > 0 && clock.now() - this.#heard < fresh
      const batch = { ...records, writer: `${writer}/${this.#incarnation}`, writerSequence: this.#sequence + 1, continues }
      const appended = await log.append(batch)
      if (appended.status !== 'full') this.#heard = clock.now()
      if (appended.status !== 'gap' || this.#sequence === 0) return sequenceOf(batch, appended)
      // The log has gone back to before batches it had accepted. They are nobody's to send again: whoever sent them was
      // told that they are kept. This one comes after them, so it is not there, and goes under a new name.
      lost?.(this.#stream, this.#sequence - appended.last)
      this.#renew()
    }
  }

  /** Begins to number anew, under a name that no log has heard of. */
  #renew(): void {
    this.#incarnation += 1
    this.#sequence = 0
  }

  /** As many waiting records as one batch holds. */
  #cut(): Batch | undefined {
    const { batchRecords, batchLength } = this.#parts.cut(this.#stream)
    const taken: { readonly waiting: Waiting; readonly from: number }[] = []
    const complete: Waiting[] = []
    const texts: string[] = []
    let length = 0
    while (this.#queue.length > 0 && texts.length < batchRecords && length < batchLength) {
      const waiting = this.#queue[0] as Waiting
      if (waiting.gone) {
        this.#queue.shift()
        continue
      }
      taken.push({ waiting, from: waiting.next })
      while (waiting.next < waiting.texts.length && texts.length < batchRecords && length < batchLength) {
        const text = waiting.texts[waiting.next++] as string
        texts.push(text)
        length += text.length
      }
      if (waiting.next < waiting.texts.length) break
      complete.push(waiting)
      this.#queue.shift()
    }
    const putBack = () => {
      for (const { waiting, from } of taken) waiting.next = from
      this.#queue.unshift(...complete)
    }
    return texts.length === 0 ? undefined : { texts, complete, putBack }
  }
}

function tooLate(stream: string, timeout: number, accepted: number, records: number): TanagerError {
  return new TanagerError('timeout', `the stream ${stream} did not take all records within ${timeout} ms`, {
    value: `${accepted} of ${records} records accepted, or on their way`,
    remedy: 'Is Redis there, and is a worker running? A full stream takes nothing until workers catch up.',
  })
}

/** Appends a batch, waiting as long as the stream is full and nobody says stop. */
async function appendWhenThereIsRoom(log: Parts['log'], clock: Clock, batch: Append, stop: AbortSignal): Promise<number> {
  for (let wait = firstWait; ; wait = Math.min(wait * 2, longestWait)) {
    const sequence = sequenceOf(batch, await log.append(batch))
    if (sequence !== undefined) return sequence
    await clock.sleep(wait, stop)
    stop.throwIfAborted()
  }
}

/** The number a batch was given; none if the stream is full. */
function sequenceOf(batch: Append, appended: Appended): number | undefined {
  switch (appended.status) {
    case 'appended':
    case 'repeated':
      return appended.sequence
    case 'full':
      return undefined
    case 'gap':
      throw new TanagerError('writer-gap', `the stream ${batch.stream} misses a batch of the writer ${batch.writer}`, {
        value: `number ${batch.writerSequence} after ${appended.last}`,
        remedy:
          appended.last > 0
            ? `Send number ${appended.last + 1} first.`
            : 'It has lost all there was of this writer: begin again with the first of its batches.',
        last: appended.last,
      })
  }
}
