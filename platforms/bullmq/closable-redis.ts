import { Redis, type RedisOptions } from 'ioredis'

/** Commands that were on their way when the connection was lost, kept for the next one: all that ioredis does not answer by itself. */
interface Unanswered {
  readonly prevCommandQueue?: { shift(): { readonly command: { reject(error: Error): void } } | undefined } | null
}

/**
 * A client that ends whenever it is told to, and with it all that waits for its answers, and all its copies.
 *
 * ioredis 6.0 learns from its socket that it has ended. Told to end while it has none, between two attempts to connect, it
 * gives up the next attempt and says nothing: no `end`, no answer to what waits to be sent, and BullMQ waits for both for as
 * long as it is let. Nor is there an answer to what had been sent on the connection before, if the next was never ready for it.
 */
export class ClosableRedis extends Redis {
  readonly #copies: Redis[] = []

  /** BullMQ makes connections after the model of the one it is given, and does not end those that it could not connect. */
  override duplicate: Redis['duplicate'] = ((more: Partial<RedisOptions> = {}) => {
    const options: Omit<RedisOptions, 'replyMapping'> = { ...this.options, ...more }
    const copy = new ClosableRedis(options)
    this.#copies.push(copy)
    return copy
  }) as Redis['duplicate']

  override disconnect(reconnect = false): void {
    if (!reconnect) {
      // A client that has not connected yet has no socket either: of that one ioredis knows.
      if (this.status === 'reconnecting') this.status = 'wait'
      this.once('end', () => this.#refuse())
      for (const copy of this.#copies) copy.disconnect()
    }
    super.disconnect(reconnect)
  }

  #refuse(): void {
    const { prevCommandQueue } = this as unknown as Unanswered
    for (;;) {
      const unanswered = prevCommandQueue?.shift()
      if (unanswered === undefined) return
      unanswered.command.reject(new Error('Connection is closed.'))
    }
  }
}
