import { Redis, type RedisOptions } from 'ioredis'
import { messageOf, TanagerError } from '../../core/error.ts'
import type { RedisConnection, Settings } from './options.ts'

/** A connection that waits for its Redis, for ever, and says so; the commands given meanwhile wait with it. */
export function connect({ redis, notice }: Pick<Settings, 'redis' | 'notice'>): Redis {
  const options: RedisConnection = {
    // BullMQ's rule for workers, and ours for everyone: a command is kept until it is answered.
    maxRetriesPerRequest: null,
    retryStrategy: (times) => Math.min(times * 50, 2000),
    ...(typeof redis === 'string' ? {} : redis),
  }
  const client = typeof redis === 'string' ? new Redis(checkedUrl(redis), options) : new Redis(options)
  const where = placeOf(client.options)
  let away = false
  client.on('error', (error: unknown) => {
    if (!away) notice(`waiting for Redis at ${where}: ${messageOf(error)}`)
    away = true
  })
  client.on('ready', () => {
    if (away) notice(`Redis at ${where} is there again`)
    away = false
  })
  return client
}

/** Where a Redis is, without the secrets of its URL. */
export const placeOf = ({ host, port, path }: RedisOptions): string => path ?? `${host ?? '127.0.0.1'}:${port ?? 6379}`

function checkedUrl(url: string): string {
  try {
    const { protocol } = new URL(url)
    if (['redis:', 'rediss:', 'unix:'].includes(protocol)) return url
  } catch {
    // Said below.
  }
  // The value is left out: it may hold a password.
  throw new TanagerError('invalid-option', 'the address of Redis is not a URL', {
    allowed: 'redis://[user:password@]host[:port][/db], or rediss://…',
  })
}

/**
 * Waits until Redis answers, and refuses one that would lose state behind our back.
 *
 * @throws TanagerError `timeout` when it does not answer in time, `redis` when it cannot or must not be used
 */
export async function ready(redis: Redis, timeout: number | undefined): Promise<void> {
  const where = placeOf(redis.options)
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    if (timeout === undefined) return
    timer = setTimeout(() => {
      reject(
        new TanagerError('timeout', `Redis at ${where} does not answer within ${timeout} ms`, {
          remedy: 'Start it, or name another: --redis URL, or REDIS_URL.',
        }),
      )
    }, timeout)
  })
  try {
    const info = await Promise.race([redis.info().catch((cause) => refuseUnusable(where, cause)), late])
    refuseEviction(where, field(info, 'maxmemory_policy'))
    refuseOld(where, field(info, 'redis_version'))
  } finally {
    clearTimeout(timer)
  }
}

// A server that refuses us is there, so waiting is of no use: a password that is missing or wrong, or no Redis at all.
function refuseUnusable(where: string, cause: unknown): never {
  const message = messageOf(cause)
  const password = /^(?:NOAUTH|WRONGPASS)/.test(message)
  throw new TanagerError(
    'redis',
    password ? `Redis at ${where} wants another password` : `what answers at ${where} cannot be used: ${message}`,
    {
      remedy: password ? 'Put it into the address: redis://:password@host:port, or redis://user:password@host:port.' : 'Is it a Redis?',
      cause,
    },
  )
}

const field = (info: string, name: string): string => new RegExp(`^${name}:(.*)$`, 'm').exec(info)?.[1]?.trim() ?? ''

// Under a policy that evicts any key, a full Redis answers by forgetting counts. Keys of ours have no expiry, so the
// policies that evict only expiring keys cannot take state.
function refuseEviction(where: string, policy: string): void {
  if (!policy.startsWith('allkeys-')) return
  throw new TanagerError('redis', `Redis at ${where} throws keys away when it is full`, {
    value: `maxmemory-policy ${policy}`,
    allowed: 'noeviction',
    remedy: 'redis-cli config set maxmemory-policy noeviction, and the same in redis.conf.',
  })
}

function refuseOld(where: string, version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (version === '' || major > 6 || (major === 6 && minor >= 2)) return
  throw new TanagerError('redis', `Redis at ${where} is too old`, { value: version, allowed: '6.2 or newer' })
}
