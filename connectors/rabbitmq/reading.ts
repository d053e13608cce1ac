import type { Channel, ConsumeMessage } from 'amqplib'
import type { BatchLimits, OpenSource, SourceBatch } from '../../core/contract/source-reader.ts'
import { TanagerError } from '../../core/error.ts'
import { received } from './content.ts'
import { whereOf } from './fault.ts'
import type { Link } from './link.ts'
import { Waiting } from './waiting.ts'

/** The numbers that the broker gave to the messages of a batch: they rise by one, since the channel has no other consumer. */
interface Tags {
  readonly first: number
  readonly last: number
}

/** A queue that is being read. */
export class Reading implements OpenSource {
  readonly #link: Link
  readonly #channel: Channel
  readonly #prefetch: number
  readonly #linger: number
  readonly #waiting: Waiting
  readonly #given = new Map<SourceBatch, Tags>()
  /** How many messages were given. */
  #taken = 0
  /** How many of them are not acknowledged. */
  #open = 0
  #closed = false
  #wake: (() => void) | undefined
  /** Whether who waits has something already, and waits for more. */
  #lingers = false

  constructor(link: Link, channel: Channel, prefetch: number, limits: BatchLimits) {
    this.#link = link
    this.#channel = channel
    this.#prefetch = prefetch
    this.#linger = limits.linger
    this.#waiting = new Waiting(limits)
    link.onFailure(() => this.#wake?.())
  }

  /** Takes what the broker gives: a message, or the word that there will be none. */
  take(message: ConsumeMessage | null): void {
    if (message === null) {
      this.#link.fail(cancelled(this.#link))
      return
    }
    this.#waiting.add(received(message))
    if (this.#wake !== undefined && (!this.#lingers || this.#complete())) this.#wake()
  }

  next = async (): Promise<SourceBatch | undefined> => {
    for (;;) {
      if (this.#closed) return undefined
      // What has come is not lost: it was not acknowledged.
      if (this.#link.failure !== undefined) throw this.#link.failure
      const patience = this.#patience()
      if (patience <= 0) return this.#cut()
      await this.#woken(patience)
    }
  }

  acknowledge = async (batch: SourceBatch): Promise<void> => {
    const tags = this.#given.get(batch)
    if (tags === undefined || this.#closed) return
    if (this.#link.failure !== undefined) throw this.#link.failure
    const [eldest] = this.#given.keys()
    this.#given.delete(batch)
    this.#open -= tags.last - tags.first + 1
    if (batch === eldest) this.#tell(tags.last, true)
    // With an older batch that is not in the log, nothing but its own messages may be acknowledged.
    else for (let tag = tags.first; tag <= tags.last; tag++) this.#tell(tag, false)
  }

  close = async (): Promise<void> => {
    this.#closed = true
    this.#wake?.()
    await this.#link.close()
  }

  #tell(deliveryTag: number, all: boolean): void {
    try {
      this.#channel.ack({ fields: { deliveryTag } } as ConsumeMessage, all)
    } catch (error) {
      this.#link.fail(error)
      throw this.#link.failure ?? error
    }
  }

  /** Whether waiting would bring no more: the batch is full, or the broker gives nothing before it hears from us. */
  #complete(): boolean {
    return this.#waiting.full || this.#waiting.count + this.#open >= this.#prefetch
  }

  /** How long to wait before a batch is cut, in milliseconds. */
  #patience(): number {
    if (this.#waiting.count === 0) return Number.POSITIVE_INFINITY
    return this.#linger === 0 || this.#complete() ? 0 : this.#linger - (performance.now() - this.#waiting.since)
  }

  async #woken(patience: number): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined
    await new Promise<void>((resolve) => {
      this.#wake = resolve
      this.#lingers = patience !== Number.POSITIVE_INFINITY
      if (this.#lingers) timer = setTimeout(resolve, patience)
    })
    this.#wake = undefined
    clearTimeout(timer)
  }

  #cut(): SourceBatch {
    const { batch, messages } = this.#waiting.cut()
    this.#given.set(batch, { first: this.#taken + 1, last: this.#taken + messages })
    this.#taken += messages
    this.#open += messages
    return batch
  }
}

const cancelled = ({ site, subject }: Link): TanagerError =>
  new TanagerError(subject.code, 'the broker gives no more of it: the queue was deleted, or its node is gone', {
    where: whereOf(subject, site),
    remedy: 'Create it again, or let it be created with declare: true',
  })
