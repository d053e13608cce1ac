import type { ConfirmChannel } from 'amqplib'
import { TanagerError } from '../../core/error.ts'
import { missing, shownName, whereOf } from './fault.ts'
import type { Link } from './link.ts'

/** A message to be written. */
export interface Outgoing {
  readonly exchange: string
  readonly routingKey: string
  readonly content: Buffer
  readonly contentType: string | undefined
  readonly id: string
}

/** A channel that is written to, by several at the same time. */
export class Outlet {
  readonly link: Link
  readonly #channel: ConfirmChannel
  /** How often messages came back, by their ids, while somebody waits for them. */
  readonly #returned = new Map<string, number>()

  constructor(link: Link, channel: ConfirmChannel) {
    this.link = link
    this.#channel = channel
    // One listener each for as many writes as there are at a time.
    channel.setMaxListeners(0)
    // The broker gives a message back before it confirms it.
    channel.on('return', ({ properties }) => this.#count(String(properties.messageId), 1))
  }

  /** Resolves once the broker has taken every message, and has put each into a queue. */
  async publish(messages: readonly Outgoing[], timeout: number): Promise<void> {
    let late: ReturnType<typeof setTimeout> | undefined
    let forget = () => {}
    try {
      await new Promise<void>((resolve, reject) => {
        forget = this.link.onFailure(reject)
        late = setTimeout(() => {
          const { blocked } = this.link
          // What it has not read yet, it will, once it can: sent again by another connection, it would come twice.
          if (blocked !== undefined) reject(this.isBlocked(blocked))
          else this.link.drop(this.#silence(timeout))
        }, timeout)
        this.#confirmed(messages).then(resolve, reject)
      })
    } finally {
      forget()
      clearTimeout(late)
      if (this.#returned.size > 0) for (const { id } of messages) this.#count(id, -1)
    }
  }

  async #confirmed(messages: readonly Outgoing[]): Promise<void> {
    let refused = 0
    let waiting = messages.length
    let settle = () => {}
    const settled = new Promise<void>((resolve) => {
      settle = resolve
    })
    const confirm = (error: unknown) => {
      if (error) refused += 1
      waiting -= 1
      if (waiting === 0) settle()
    }
    for (const { exchange, routingKey, content, contentType, id } of messages) {
      const options = { mandatory: true, persistent: true, messageId: id, ...(contentType === undefined ? {} : { contentType }) }
      if (!this.#channel.publish(exchange, routingKey, content, options, confirm)) await this.#drained()
    }
    await settled
    // One that has ended confirms nothing: it is heard of a moment later why.
    if (refused > 0) await new Promise((resolve) => setImmediate(resolve))
    if (this.link.failure !== undefined) throw this.link.failure
    if (refused > 0)
      throw this.#failed(
        `the broker refused ${refused} of ${messages.length} messages`,
        'A queue may be full, and refuse more: see its policy',
      )
    this.#mustBeRouted(messages)
  }

  /** A batch that is written twice at the same time has the same ids twice: each takes its own. */
  #count(id: string, more: number): void {
    const count = (this.#returned.get(id) ?? 0) + more
    if (count > 0) this.#returned.set(id, count)
    else this.#returned.delete(id)
  }

  #mustBeRouted(messages: readonly Outgoing[]): void {
    if (this.#returned.size === 0) return
    const back = messages.filter(({ id }) => this.#returned.has(id))
    const [first] = back
    if (first === undefined) return
    const { exchange, routingKey } = first
    const what =
      exchange === ''
        ? `there is no queue ${shownName(routingKey)}`
        : `the exchange ${shownName(exchange)} has no queue for the routing key ${shownName(routingKey)}`
    throw this.#failed(`${back.length} of ${messages.length} messages came back: ${what}`, exchange === '' ? missing : 'Bind a queue to it')
  }

  #drained(): Promise<void> {
    return new Promise((resolve, reject) => {
      const drain = () => {
        forget()
        resolve()
      }
      this.#channel.once('drain', drain)
      const forget = this.link.onFailure((failure) => {
        this.#channel.off('drain', drain)
        reject(failure)
      })
    })
  }

  #silence(timeout: number): TanagerError {
    return this.#failed(`the broker has not confirmed within ${timeout} ms`, 'Look whether it hangs; or give it more time: confirmTimeout')
  }

  isBlocked(reason: string): TanagerError {
    return this.#failed(`the broker takes no messages at the moment: ${reason}`, 'Give it memory or disk, or let its queues be read')
  }

  #failed(what: string, remedy: string): TanagerError {
    return new TanagerError('sink', what, { where: whereOf(this.link.subject, this.link.site), remedy })
  }
}
