import type { Pool } from 'pg'
import { TanagerError } from '../../core/error.ts'

/** How to reach a database. */
export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`; without what is left out, pg looks at PGHOST, PGUSER and the like. */
  readonly url?: string
  /** A pool of your own instead, with all that pg can be told; it is not closed from here, and its timeouts are yours. */
  readonly pool?: Pool
  /** How many connections to open at most; 4 unless given. */
  readonly connections?: number
  /** How long an answer may take, in milliseconds; 30 000 unless given. The server gives up a statement then, and so do we. */
  readonly timeout?: number
}

export interface Address {
  readonly url: string | undefined
  readonly pool: Pool | undefined
  readonly connections: number
  readonly timeout: number
}

/** @throws TanagerError `invalid-option` */
export function addressOf(what: string, { url, pool, connections = 4, timeout = 30_000 }: PostgresOptions): Address {
  if (pool === undefined && !isUrl(url)) {
    throw new TanagerError('invalid-option', `${what}: url`, {
      value: typeof url === 'string' ? withoutPassword(url) : url,
      allowed: 'postgres://user:password@host:port/database, or a pool of pg instead',
    })
  }
  if (pool !== undefined && typeof pool.connect !== 'function') {
    throw new TanagerError('invalid-option', `${what}: pool`, { allowed: 'a Pool of the package pg' })
  }
  if (pool !== undefined && url !== undefined) {
    throw new TanagerError('invalid-option', `${what}: both url and pool are given`, { allowed: 'one of them' })
  }
  return {
    url,
    pool,
    connections: wholeOf(what, 'connections', connections, 1),
    timeout: wholeOf(what, 'timeout', timeout, 1),
  }
}

export function wholeOf(what: string, option: string, value: number, least: number): number {
  // Longer waits than a timer has become none at all.
  if (Number.isInteger(value) && value >= least && value < 2 ** 31) return value
  throw new TanagerError('invalid-option', `${what}: ${option}`, { value, allowed: `a whole number from ${least} to 2^31 - 1` })
}

const isUrl = (url: unknown): url is string => typeof url === 'string' && /^postgres(?:ql)?:\/\/./.test(url)

/** Also one that is no URL: whatever stands between the first colon and the last @. */
const withoutPassword = (url: string) => url.replace(/^(\w*:\/\/)?([^:@/]*):.*@/s, '$1$2:***@').replaceAll(/([?&]password=)[^&]*/g, '$1***')

/** Where that is, for messages: never with the password. */
export function placeOf(url: string | undefined): string {
  if (url === undefined) return 'PostgreSQL'
  try {
    const { hostname, port, pathname, username, searchParams } = new URL(url)
    const host = searchParams.get('host') ?? decodeURIComponent(hostname)
    const user = username === '' ? '' : `${decodeURIComponent(username)}@`
    return `PostgreSQL at ${user}${host}${port === '' ? '' : `:${port}`}${decodeURIComponent(pathname)}`
  } catch {
    return 'PostgreSQL'
  }
}
