import { randomBytes } from 'node:crypto'
import { type ChannelModel, type ConfirmChannel, connect, type Options } from 'amqplib'

/** A message as it is in a queue. */
export interface Stored {
  readonly text: string
  readonly id: string | undefined
}

/** Queues and exchanges that belong to one test, gone with it. */
export interface Corner extends AsyncDisposable {
  readonly url: string
  readonly channel: ConfirmChannel
  /** A name that nobody else has. */
  name(): string
  /** A queue that is there. */
  queue(options?: Options.AssertQueue): Promise<string>
  /** Resolves when they are in the queue. */
  publish(queue: string, messages: readonly (string | Buffer)[], options?: (place: number) => Options.Publish): Promise<void>
  /** Takes what is in a queue. */
  drain(queue: string): Promise<readonly Stored[]>
  /** How many messages are ready to be given. */
  ready(queue: string): Promise<number>
}

export async function corner(url: string): Promise<Corner> {
  const model: ChannelModel = await connect(url)
  model.on('error', () => undefined)
  const channel = await model.createConfirmChannel()
  channel.on('error', () => undefined)
  const names: string[] = []
  const name = () => {
    const made = `tanager-test-${randomBytes(6).toString('hex')}`
    names.push(made)
    return made
  }
  return {
    url,
    channel,
    name,
    queue: async (options = {}) => (await channel.assertQueue(name(), options)).queue,
    publish: async (queue, messages, options = () => ({})) => {
      for (const [i, message] of messages.entries()) {
        channel.sendToQueue(queue, Buffer.from(message as string), { persistent: true, ...options(i) })
      }
      await channel.waitForConfirms()
    },
    drain: async (queue) => {
      const found: Stored[] = []
      for (;;) {
        const message = await channel.get(queue, { noAck: true })
        if (message === false) return found
        found.push({ text: message.content.toString(), id: message.properties.messageId as string | undefined })
      }
    },
    ready: async (queue) => (await channel.checkQueue(queue)).messageCount,
    [Symbol.asyncDispose]: async () => {
      try {
        for (const each of names) {
          await channel.deleteQueue(each)
          await channel.deleteExchange(each)
        }
      } finally {
        await model.close().catch(() => undefined)
      }
    },
  }
}
