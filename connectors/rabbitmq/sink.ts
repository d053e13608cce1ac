import type { Sink, SinkToken } from '../../core/contract/sink.ts'
import { connectingOf, connectionOptions, type RabbitmqConnection } from './connection-options.ts'
import { declarationOf, ensure, type RabbitmqDeclaration, type Topology } from './declare.ts'
import { contentOf, type RabbitmqEncode } from './encode.ts'
import { faultOf, type Subject, shownName } from './fault.ts'
import { connect } from './link.ts'
import { idOf } from './message-id.ts'
import { invalid, isShort, mustBeCount, mustBeKnown, mustBeName, shortText } from './names.ts'
import { type Outgoing, Outlet } from './publish.ts'

export interface RabbitmqSinkOptions<T> extends RabbitmqConnection {
  /** The queue to write to; or give an exchange. */
  readonly queue?: string
  /** The exchange to write to; or give a queue. */
  readonly exchange?: string
  /** With an exchange: the routing key of every message, or of each; the empty one unless given. */
  readonly routingKey?: string | ((item: T) => string)
  /** How an item is written. Unless given, text as it is, bytes as they are, and everything else as JSON. */
  readonly encode?: RabbitmqEncode<T>
  /** Creates the queue or the exchange if it is missing. Unless given, a missing one is an error. */
  readonly declare?: boolean | RabbitmqDeclaration
  /** How long the broker may take to confirm a batch, in milliseconds; 20 000. */
  readonly confirmTimeout?: number
  /** How long the connection is kept when there is nothing to write, in milliseconds; 10 000. */
  readonly idle?: number
}

/** A sink that writes to RabbitMQ. */
export interface RabbitmqSink<T> extends Sink<T> {
  /** Waits for what is being written, and closes the connection. A later write opens it anew. */
  readonly close: () => Promise<void>
}

/**
 * Writes to a queue or an exchange of RabbitMQ: what to bind a sink to. A batch is written when the broker has confirmed that
 * each of its messages, all of them persistent, is in a queue; one that no queue takes is an error. A batch that comes again
 * is written again, with the same `messageId`s: who reads and remembers them takes each message once.
 *
 * One connection serves all writes. It is opened with the first, and after a failure with the next. `write` rejects with
 * TanagerErrors: `sink`, `encode` for an item that cannot be written, `missing-package` without amqplib.
 *
 * ```ts
 * import { rabbitmqSink } from 'tanager/rabbitmq'
 *
 * const alerts = rabbitmqSink<{ page: string }>({
 *   url: 'amqp://guest:guest@127.0.0.1:5672',
 *   exchange: 'alerts',
 *   routingKey: ({ page }) => page,
 * })
 * await alerts.close()
 * ```
 *
 * @throws TanagerError `invalid-option`
 */
export function rabbitmqSink<T>(options: RabbitmqSinkOptions<T>): RabbitmqSink<T> {
  mustBeKnown('rabbitmqSink', options, [...connectionOptions, ...sinkOptions])
  const { queue, exchange, routingKey = '', encode, declare, confirmTimeout = 20_000, idle = 10_000 } = options
  const connecting = connectingOf(options)
  if ((queue === undefined) === (exchange === undefined)) throw invalid('queue, exchange', { queue, exchange }, 'one of them')
  if (queue !== undefined) mustBeName('queue', queue)
  if (exchange !== undefined) mustBeName('exchange', exchange)
  if (queue !== undefined && options.routingKey !== undefined) throw invalid('routingKey', routingKey, 'one only with an exchange')
  if (typeof routingKey !== 'function' && !isShort(routingKey)) throw invalid('routingKey', routingKey, `${shortText}, or a function`)
  if (encode !== undefined && typeof encode !== 'function' && typeof encode?.encode !== 'function') {
    throw invalid('encode', encode, 'a function, or something with encode')
  }
  mustBeCount('confirmTimeout', confirmTimeout, 1, 3_600_000)
  mustBeCount('idle', idle, 1, 3_600_000)
  const topology: Topology = { queue, exchange, routingKeys: [], declaration: declarationOf(declare) }
  const name = queue === undefined ? `exchange ${shownName(exchange ?? '')}` : `queue ${shownName(queue)}`
  const subject: Subject = { code: 'sink', name, right: 'write' }
  const keyOf = (item: T): string => queue ?? (typeof routingKey === 'function' ? routingKey(item) : routingKey)

  const messagesOf = (items: readonly T[], token: SinkToken): readonly Outgoing[] => {
    const batch = idOf(token)
    return items.map((item, i): Outgoing => {
      const key: unknown = keyOf(item)
      if (!isShort(key)) throw invalid('routingKey', key, shortText)
      const { bytes, type } = contentOf(item, encode, i)
      return { exchange: exchange ?? '', routingKey: key, content: bytes, contentType: type, id: `${batch}/${i}` }
    })
  }

  let opening: Promise<Outlet> | undefined
  let resting: ReturnType<typeof setTimeout> | undefined
  const writing = new Set<Promise<void>>()

  const outlet = (): Promise<Outlet> => {
    opening ??= open().catch((error) => {
      opening = undefined
      throw error
    })
    return opening
  }

  const open = async (): Promise<Outlet> => {
    const link = await connect(connecting, subject)
    try {
      await ensure(link.model, topology)
      const made = new Outlet(link, await link.confirmChannel())
      link.onFailure(() => {
        opening = undefined
        void link.close()
      })
      return made
    } catch (error) {
      const failure = link.failure ?? faultOf(subject, link.site, error)
      await link.close()
      throw failure
    }
  }

  const write = async (items: readonly T[], token: SinkToken): Promise<void> => {
    const messages = messagesOf(items, token)
    const to = await outlet()
    // More of the same would only wait behind what waits already, and come twice.
    if (to.link.blocked !== undefined) throw to.isBlocked(to.link.blocked)
    await to.publish(messages, confirmTimeout)
  }

  const leave = async (): Promise<void> => {
    const left = opening
    opening = undefined
    clearTimeout(resting)
    await left?.then(
      ({ link }) => link.close(),
      () => undefined,
    )
  }

  return {
    write: async (items, token) => {
      if (items.length === 0) return
      clearTimeout(resting)
      const written = write(items, token)
      writing.add(written)
      try {
        await written
      } finally {
        writing.delete(written)
        if (writing.size === 0 && opening !== undefined) resting = setTimeout(leave, idle)
      }
    },
    close: async () => {
      await Promise.allSettled(writing)
      await leave()
    },
  }
}

const sinkOptions = ['queue', 'exchange', 'routingKey', 'encode', 'declare', 'confirmTimeout', 'idle'] as const
