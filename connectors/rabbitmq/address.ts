import type { Options } from 'amqplib'

/** One broker, as its URL says. */
export interface Address {
  readonly host: string
  readonly user: string
  readonly vhost: string
  /** What the driver is to connect to: the password is here and nowhere else. */
  readonly connect: Options.Connect
}

/**
 * Reads `amqp://user:password@host:port/vhost?heartbeat=10`; nothing if it is none. The driver could read it itself, but
 * takes percent-encoded passwords for Latin-1.
 */
export function addressOf(url: string, heartbeat: number): Address | undefined {
  let parts: URL
  try {
    parts = new URL(url)
  } catch {
    return undefined
  }
  if ((parts.protocol !== 'amqp:' && parts.protocol !== 'amqps:') || parts.hostname === '' || isTorn(parts)) return undefined
  const user = decoded(parts.username)
  const password = decoded(parts.password)
  const vhost = decoded(parts.pathname.slice(1))
  const asked = numberOf(parts.searchParams.get('heartbeat'))
  const frameMax = numberOf(parts.searchParams.get('frameMax'))
  if (user === undefined || password === undefined || vhost === undefined) return undefined
  const hostname = parts.hostname.replace(/^\[|\]$/g, '')
  const port = parts.port === '' ? (parts.protocol === 'amqp:' ? 5672 : 5671) : Number(parts.port)
  const named = user !== '' || password !== ''
  return {
    host: `${parts.hostname}:${port}`,
    user: named ? user : 'guest',
    vhost: vhost === '' ? '/' : vhost,
    connect: {
      protocol: parts.protocol.slice(0, -1),
      hostname,
      port,
      username: named ? user : 'guest',
      password: named ? password : 'guest',
      // The driver decodes it.
      vhost: encodeURIComponent(vhost === '' ? '/' : vhost),
      heartbeat: asked ?? heartbeat,
      ...(frameMax === undefined ? {} : { frameMax }),
    },
  }
}

/** Whether a password with a `/`, `?` or `#` in it was cut there: the rest of it would be shown as part of something else. */
const isTorn = ({ pathname, search, hash }: URL): boolean => `${pathname}${search}${hash}`.includes('@')

/** A URL as it may be shown; of what is none, only how it begins. */
export function withoutPassword(url: string): string {
  try {
    const parts = new URL(url)
    const { protocol, username, host, pathname } = parts
    if (host === '' || isTorn(parts)) return `${protocol}…`
    return `${protocol}//${username === '' ? '' : `${username}:***@`}${host}${pathname}`
  } catch {
    return `${/^\w{1,10}:/.exec(url)?.[0] ?? ''}…`
  }
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

function numberOf(text: string | null): number | undefined {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : undefined
}
