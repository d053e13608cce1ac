import type { Cluster, Redis, RedisOptions } from 'ioredis'
import { invalid } from './given.ts'

/**
 * How to reach a Redis: `redis://user:password@host:port/db`, `rediss://` for TLS; or ioredis's options, as for Sentinel or
 * certificates; or a function that makes a client, another each time, as for a cluster: `() => new Cluster([{ host, port }])`.
 * What it makes is closed by whoever asked for it, and does not mend its connection: that asks for another.
 */
export type RedisAccess = string | Omit<RedisOptions, 'keyPrefix' | 'replyMapping'> | (() => Redis | Cluster)

const form = 'redis://user:password@host:port/db or rediss://…, with / ? # @ : % in a password as %2F %3F %23 %40 %3A %25'

/** @throws TanagerError `invalid-option`, which never shows the value: it may hold a password */
export function mustBeAccess(what: string, redis: unknown): void {
  if (typeof redis === 'function' || (typeof redis === 'object' && redis !== null)) return
  if (typeof redis !== 'string') throw invalid(what, 'redis', redis, `${form}; ioredis's options; or a function that makes a client`)
  try {
    const { protocol, username, password, pathname, search, hash } = new URL(redis)
    decodeURIComponent(username + password)
    // A password with a / in it ends the host's name there: what is left of it would be shown as the host.
    const whole = protocol === 'unix:' || !`${pathname}${search}${hash}`.includes('@')
    if (whole && ['redis:', 'rediss:', 'unix:'].includes(protocol)) return
  } catch {
    // Said below.
  }
  throw invalid(what, 'redis', undefined, form)
}
