import type { BatchLimits, OpenOptions, OpenSource, SourceReader } from '../../core/contract/source-reader.ts'
import { connectingOf, connectionOptions, type RabbitmqConnection } from './connection-options.ts'
import { declarationOf, ensure, type RabbitmqDeclaration, type Topology } from './declare.ts'
import { faultOf, type Subject, shownName } from './fault.ts'
import { connect, type Link } from './link.ts'
import { invalid, isShort, mustBeCount, mustBeKnown, mustBeName, shortText } from './names.ts'
import { Reading } from './reading.ts'

export interface RabbitmqOptions extends RabbitmqConnection {
  /** The queue to read. */
  readonly queue: string
  /** The exchange that fills it. With `declare` the queue is bound to it; without, it only has to be there. */
  readonly exchange?: string
  /** By which key, or keys, the queue is bound to the exchange; the empty one unless given. */
  readonly routingKey?: string | readonly string[]
  /** Creates what is missing; what is there stays as it is. Unless given, what is missing is an error. */
  readonly declare?: boolean | RabbitmqDeclaration
  /**
   * How many messages the broker may give before it hears that the first are in the log, from 1 to 65 535. Unless given, what
   * four batches have, or two if those are more than 10 000, and at least 1000. All may be in memory: for large messages, give less.
   */
  readonly prefetch?: number
}

/**
 * Reads a queue of RabbitMQ: what to bind a source to. Messages are acknowledged when they are in the log, so none is lost;
 * one whose acknowledgement was lost comes again, and is counted once if it has a `messageId` and that is still remembered.
 * Their content is the text of the records; what is no UTF-8 becomes a dead letter.
 *
 * It connects when it is opened. There, and where it rejects later, errors are TanagerErrors `source`, or `missing-package`
 * without amqplib.
 *
 * ```ts
 * import { rabbitmq } from 'tanager/rabbitmq'
 *
 * const beacons = rabbitmq({ url: 'amqp://guest:guest@127.0.0.1:5672', queue: 'beacons', declare: true })
 * console.assert(beacons.resumes === 'acknowledgement')
 * ```
 *
 * @throws TanagerError `invalid-option`
 */
export function rabbitmq(options: RabbitmqOptions): SourceReader {
  mustBeKnown('rabbitmq', options, [...connectionOptions, 'queue', 'exchange', 'routingKey', 'declare', 'prefetch'])
  const { queue, exchange, routingKey = '', declare, prefetch } = options
  const connecting = connectingOf(options)
  mustBeName('queue', queue)
  if (exchange !== undefined) mustBeName('exchange', exchange)
  if (prefetch !== undefined) mustBeCount('prefetch', prefetch, 1, mostPrefetched)
  const routingKeys = keysOf(routingKey)
  if (exchange === undefined && options.routingKey !== undefined) throw invalid('routingKey', routingKey, 'one only with an exchange')
  const topology: Topology = { queue, exchange, routingKeys, declaration: declarationOf(declare) }
  const subject: Subject = { code: 'source', name: `queue ${shownName(queue)}`, right: 'read' }

  return {
    resumes: 'acknowledgement',
    open: async ({ batch }: OpenOptions): Promise<OpenSource> => {
      const link = await connect(connecting, subject)
      try {
        await ensure(link.model, topology)
        return await consume(link, queue, prefetch ?? prefetchFor(batch), batch)
      } catch (error) {
        const failure = link.failure ?? faultOf(subject, link.site, error)
        await link.close()
        throw failure
      }
    },
  }
}

async function consume(link: Link, queue: string, prefetch: number, limits: BatchLimits): Promise<OpenSource> {
  const channel = await link.channel()
  const reading = new Reading(link, channel, prefetch, limits)
  await channel.prefetch(prefetch)
  await channel.consume(queue, (message) => reading.take(message))
  return reading
}

/** The protocol has two bytes for it. */
const mostPrefetched = 65_535

/**
 * While one batch is appended and its acknowledgement is on its way, the next ones come: with no more than one batch, a reader
 * is half as fast. Many more only take memory.
 */
const prefetchFor = ({ records }: BatchLimits): number =>
  Math.min(mostPrefetched, Math.max(1000, 2 * records, Math.min(4 * records, 10_000)))

function keysOf(routingKey: string | readonly string[]): readonly string[] {
  const keys: readonly unknown[] = Array.isArray(routingKey) ? routingKey : [routingKey]
  return keys.map((key) => {
    if (isShort(key)) return key
    throw invalid('routingKey', key, `${shortText}, or several of them`)
  })
}
