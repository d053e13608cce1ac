import type { Redis } from 'ioredis'
import { messageOf, TanagerError } from '../../core/error.ts'
import { ClosableRedis } from './closable-redis.ts'
import { denialOf } from './denial.ts'
import type { RedisConnection, Settings } from './options.ts'
import { placeOf } from './place.ts'

/** A connection that waits for its Redis, for ever, and says so; the commands given meanwhile wait with it. */
export function connect({ redis, notice }: Pick<Settings, 'redis' | 'notice'>): Redis {
  const given = typeof redis === 'string' ? {} : redis
  const denials = new Set<string>()
  const options: RedisConnection = {
    // BullMQ's rule for workers, and ours for everyone: a command is kept until it is answered.
    maxRetriesPerRequest: null,
    retryStrategy: (times) => Math.min(times * 50, 2000),
    ...given,
    // Each error that Redis answers passes here before whoever waits for it sees it, also on the connections that BullMQ
    // makes after the model of this one.
    reconnectOnError: (error) => {
      withoutArguments(error)
      const denial = denialOf(client, error)
      if (denial !== undefined) {
        Object.assign(error, { message: denial, stack: error.stack?.replace(error.message, denial) })
        if (!denials.has(denial)) notice(denial)
        denials.add(denial)
      }
      // A primary that has become a replica keeps its connections, and would refuse on each of them for ever. Whoever leads
      // to the primary, an address that moves or Sentinel, leads to the new one.
      return given.reconnectOnError?.(error) ?? (error.message.startsWith('READONLY') ? 1 : false)
    },
  }
  const client = typeof redis === 'string' ? new ClosableRedis(checkedUrl(redis), options) : new ClosableRedis(options)
  const where = placeOf(client.options)
  let away = false
  let attempts = 0
  const waiting = (why: string) => {
    if (!away) notice(`waiting for Redis at ${where}: ${why}`)
    away = true
  }
  client.on('error', (error: unknown) => waiting(reasonOf(withoutArguments(error))))
  client.on('reconnecting', () => {
    attempts += 1
    // To hang up is no error to ioredis. It is all that a server says which expects TLS and hears none.
    if (attempts === 5) waiting('it closes every connection. Does it want TLS, rediss://…?')
  })
  client.on('ready', () => {
    if (away) notice(`Redis at ${where} is there again`)
    away = false
    attempts = 0
  })
  return client
}

/** ioredis keeps with an error what the command was given, a password or a thousand records, for all who print it: not ours. */
function withoutArguments<E>(error: E): E {
  const { command } = error as { readonly command?: { args?: unknown } }
  delete command?.args
  return error
}

function checkedUrl(url: string): string {
  try {
    const { protocol, username, password, pathname, search, hash } = new URL(url)
    decodeURIComponent(username + password)
    // A password with a / in it ends the host's name there: what is left of it would be shown as the host.
    const whole = protocol === 'unix:' || !`${pathname}${search}${hash}`.includes('@')
    if (whole && ['redis:', 'rediss:', 'unix:'].includes(protocol)) return url
  } catch {
    // Said below.
  }
  // The value is left out: it may hold a password.
  throw new TanagerError('invalid-option', 'the address of Redis is not a URL', {
    allowed: 'redis://[user:password@]host[:port][/db], or rediss://…, with / ? # @ : % in a password as %2F %3F %23 %40 %3A %25',
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
  let onError = (_error: unknown) => {}
  const distrusted = new Promise<never>((_, reject) => {
    onError = (error) => {
      if (isTls(error)) reject(untrusted(where, error))
    }
  })
  redis.on('error', onError)
  try {
    const info = await Promise.race([infoOf(redis), late, distrusted])
    refuseEviction(where, field(info, 'maxmemory_policy'))
    refuseOld(where, field(info, 'redis_version'))
  } finally {
    clearTimeout(timer)
    redis.off('error', onError)
  }
}

/** What a Redis tells of itself: nothing, to a user who may not ask. That has been noticed, and is no reason not to work. */
async function infoOf(redis: Redis): Promise<string> {
  try {
    return await redis.info()
  } catch (cause) {
    if (!messageOf(cause).startsWith('NOPERM')) return refuseUnusable(placeOf(redis.options), cause)
    // ioredis and BullMQ would ask as well, each time: one complains, the other refuses to work.
    Object.assign(redis.options, { enableReadyCheck: false, skipVersionCheck: true })
    return ''
  }
}

const isTls = (error: unknown): boolean => /CERT|^ERR_(?:TLS|SSL|OSSL)/.test(String((error as { readonly code?: unknown }).code ?? ''))

/** OpenSSL's own messages name its source files; what people need of them is kept apart. */
const reasonOf = (error: unknown): string => String((error as { readonly reason?: unknown }).reason ?? messageOf(error))

// One side's certificate does not satisfy the other; that is not mended by waiting either.
function untrusted(where: string, cause: unknown): TanagerError {
  return new TanagerError('redis', `no TLS with Redis at ${where}: ${reasonOf(cause)}`, {
    remedy:
      'redis: { host, port, tls: { ca, cert, key } }: ca vouches for the server, cert and key for this client, where it asks for them.',
    cause,
  })
}

// A server that refuses us is there, so waiting is of no use: a password that is missing or wrong, or no Redis at all.
function refuseUnusable(where: string, cause: unknown): never {
  if (isTls(cause)) throw untrusted(where, cause)
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
