import type { ConnectionOptions } from 'node:tls'
import { type Address, addressOf, withoutPassword } from './address.ts'
import { invalid, mustBeCount } from './names.ts'

/** How to reach a broker. */
export interface RabbitmqConnection {
  /**
   * `amqp://user:password@host:5672/vhost`, or `amqps://` for TLS; user, password and vhost percent-encoded, `/` as `%2F`.
   * Of several, as of the nodes of a cluster, the first that lets us in.
   */
  readonly url: string | readonly string[]
  /** For `amqps://`: the authority to trust (`ca`), a certificate of our own (`cert`, `key`), and so on, as `node:tls` has them. */
  readonly tls?: ConnectionOptions
  /** After how many seconds of silence either side asks whether the other is there; two of them are its end. 10. */
  readonly heartbeat?: number
  /** How long one broker may take to let us in, in milliseconds; 10 000. */
  readonly connectTimeout?: number
}

/** The same, read. */
export interface Connecting {
  readonly addresses: readonly [Address, ...Address[]]
  readonly tls: ConnectionOptions
  readonly timeout: number
}

export const connectionOptions = ['url', 'tls', 'heartbeat', 'connectTimeout'] as const

/** @throws TanagerError `invalid-option` */
export function connectingOf({ url, tls = {}, heartbeat = 10, connectTimeout = 10_000 }: RabbitmqConnection): Connecting {
  mustBeCount('heartbeat', heartbeat, 1, 3600)
  mustBeCount('connectTimeout', connectTimeout, 1, 3_600_000)
  if (typeof tls !== 'object' || tls === null) throw invalid('tls', tls, 'options of node:tls, such as { ca }')
  const urls: readonly unknown[] = Array.isArray(url) ? url : [url]
  const addresses = urls.map((each) => {
    const address = typeof each === 'string' ? addressOf(each, heartbeat) : undefined
    if (address !== undefined) return address
    const shown = typeof each === 'string' ? withoutPassword(each) : each
    throw invalid('url', shown, 'amqp://user:password@host:5672/vhost or amqps://…, user, password and vhost percent-encoded')
  })
  const [first, ...others] = addresses
  if (first === undefined) throw invalid('url', url, 'at least one URL')
  return { addresses: [first, ...others], tls, timeout: connectTimeout }
}
