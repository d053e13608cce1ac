import type { Clock } from '../contract/clock.ts'
import { TanagerError } from '../error.ts'
import { frame } from './frame.ts'
import type { Append, Log, Pointer } from './log.ts'
import type { Scheduler } from './scheduler.ts'

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
  readonly log: Log
  readonly scheduler: Scheduler
  readonly clock: Clock
  /** Unique to this sender, now and ever. */
  readonly writer: string
  readonly cut: Cut
}

interface Waiting {
  readonly texts: readonly string[]
  next: number
  gone: boolean
  readonly resolve: (sequence: number) => void
  readonly reject: (error: unknown) => void
}

const firstWait = 5
const longestWait = 250

/**
 * Appends records to streams, in the order they were given. One batch is under way at a time and stream; what comes
 * meanwhile is gathered into the next, so many small sends become few batches by themselves.
 */
export class Sender {
  readonly #parts: Parts
  readonly #lanes = new Map<string, Lane>()
  readonly #bell: Bell
  #closed = false

  constructor(parts: Parts) {
    this.#parts = parts
    this.#bell = new Bell(parts.scheduler)
  }

  /** @returns the sequence number of the batch that took the last of the records */
  async send(stream: string, texts: readonly string[], { timeout }: SendOptions = {}): Promise<number> {
    if (this.#closed) throw new TanagerError('closed', 'this client is closed')
    if (texts.length === 0) return 0
    let lane = this.#lanes.get(stream)
    if (lane === undefined) {
      lane = new Lane(stream, this.#parts, this.#bell)
      this.#lanes.set(stream, lane)
    }
    return lane.send(texts, timeout)
  }

  /**
   * Appends records as one batch under a name and number of the caller's own: who sends the same again, after a crash or
   * a doubt, changes nothing. Numbers go up by one.
   *
   * @throws TanagerError `writer-gap` if the number before is missing
   */
  async sendOnce(stream: string, texts: readonly string[], writer: string, writerSequence: number): Promise<number> {
    if (this.#closed) throw new TanagerError('closed', 'this client is closed')
    const sequence = await appendWhenThereIsRoom(this.#parts, {
      stream,
      payload: frame(texts),
      records: texts.length,
      writer,
      writerSequence,
    })
    this.#bell.ring({ kind: 'stage', stream, sequence })
    return sequence
  }

  /** Waits for what was sent, then takes nothing more. */
  async close(): Promise<void> {
    this.#closed = true
    await Promise.all([...this.#lanes.values()].map((lane) => lane.idle()))
    await this.#bell.idle()
  }
}

/** The batches of one stream, one after the other. */
class Lane {
  readonly #stream: string
  readonly #parts: Parts
  readonly #bell: Bell
  readonly #queue: Waiting[] = []
  #incarnation = 0
  #sequence = 0
  #running: Promise<void> | undefined

  constructor(stream: string, parts: Parts, bell: Bell) {
    this.#stream = stream
    this.#parts = parts
    this.#bell = bell
  }

  send(texts: readonly string[], timeout: number | undefined): Promise<number> {
    return new Promise<number>((resolve, reject) => {
      const waiting: Waiting = { texts, next: 0, gone: false, resolve, reject }
      this.#queue.push(waiting)
      if (timeout !== undefined) void this.#expire(waiting, timeout)
      this.#running ??= this.#run().finally(() => {
        this.#running = undefined
      })
    })
  }

  async idle(): Promise<void> {
    await this.#running
  }

  async #expire(waiting: Waiting, timeout: number): Promise<void> {
    await this.#parts.clock.sleep(timeout)
    if (waiting.gone) return
    waiting.gone = true
    waiting.reject(
      new TanagerError('timeout', `the stream ${this.#stream} did not take all records within ${timeout} ms`, {
        value: `${waiting.next} of ${waiting.texts.length} records accepted, or on their way`,
        remedy: 'Is Redis there, and is a worker running? A full stream takes nothing until workers catch up.',
      }),
    )
  }

  async #run(): Promise<void> {
    // Lets everything that is sent in the same turn of the event loop into the same batch.
    await undefined
    for (;;) {
      const batch = this.#cut()
      if (batch === undefined) return
      const writerSequence = ++this.#sequence
      try {
        const sequence = await this.#append(frame(batch.texts), batch.texts.length, writerSequence)
        this.#bell.ring({ kind: 'stage', stream: this.#stream, sequence })
        for (const waiting of batch.complete) {
          waiting.gone = true
          waiting.resolve(sequence)
        }
      } catch (error) {
        // Whether this batch arrived is not known, so its number cannot be used again: what comes next is a new writer's.
        this.#incarnation += 1
        this.#sequence = 0
        for (const waiting of [...batch.complete, ...this.#queue.splice(0)]) {
          waiting.gone = true
          waiting.reject(error)
        }
        return
      }
    }
  }

  /** As many waiting records as one batch holds, and those senders whose last record is among them. */
  #cut(): { readonly texts: readonly string[]; readonly complete: readonly Waiting[] } | undefined {
    const { batchRecords, batchLength } = this.#parts.cut
    const complete: Waiting[] = []
    const texts: string[] = []
    let length = 0
    while (this.#queue.length > 0 && texts.length < batchRecords && length < batchLength) {
      const waiting = this.#queue[0] as Waiting
      if (waiting.gone) {
        this.#queue.shift()
        continue
      }
      while (waiting.next < waiting.texts.length && texts.length < batchRecords && length < batchLength) {
        const text = waiting.texts[waiting.next++] as string
        texts.push(text)
        length += text.length
      }
      if (waiting.next < waiting.texts.length) break
      complete.push(waiting)
      this.#queue.shift()
    }
    return texts.length === 0 ? undefined : { texts, complete }
  }

  async #append(payload: string, records: number, writerSequence: number): Promise<number> {
    const writer = `${this.#parts.writer}/${this.#incarnation}`
    return appendWhenThereIsRoom(this.#parts, { stream: this.#stream, payload, records, writer, writerSequence })
  }
}

/** Appends a batch, waiting as long as the stream is full. */
async function appendWhenThereIsRoom({ log, clock }: Pick<Parts, 'log' | 'clock'>, batch: Append): Promise<number> {
  for (let wait = firstWait; ; wait = Math.min(wait * 2, longestWait)) {
    const appended = await log.append(batch)
    switch (appended.status) {
      case 'appended':
      case 'repeated':
        return appended.sequence
      case 'full':
        await clock.sleep(wait)
        break
      case 'gap':
        throw new TanagerError('writer-gap', `the stream ${batch.stream} misses a batch of the writer ${batch.writer}`, {
          value: `number ${batch.writerSequence} after ${appended.last}`,
          remedy: `Send number ${appended.last + 1} first.`,
        })
    }
  }
}

/** Tells the scheduler of new batches, many at a time while it is busy. What it misses the reconciler finds. */
class Bell {
  readonly #scheduler: Scheduler
  #pointers: Pointer[] = []
  #ringing: Promise<void> | undefined

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler
  }

  ring(pointer: Pointer): void {
    this.#pointers.push(pointer)
    this.#ringing ??= this.#run().finally(() => {
      this.#ringing = undefined
    })
  }

  async idle(): Promise<void> {
    await this.#ringing
  }

  async #run(): Promise<void> {
    while (this.#pointers.length > 0) {
      const pointers = this.#pointers
      this.#pointers = []
      await this.#scheduler.enqueue(pointers).catch(() => {})
    }
  }
}
