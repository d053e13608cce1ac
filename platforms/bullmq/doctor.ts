import { Redis } from 'ioredis'
import { messageOf } from '../../core/error.ts'
import type { BullmqApp } from './bullmq.ts'
import { type CommandsLook, lookAtCommands } from './doctor-commands.ts'
import { type JobLook, lookAtJob } from './doctor-job.ts'
import { keysOf } from './keys.ts'
import type { RedisConnection } from './options.ts'
import { placeOf } from './place.ts'

export interface LookOptions {
  /** As for `bullmq`. */
  readonly redis?: string | RedisConnection | undefined
  readonly prefix?: string | undefined
  /** A deployment to look at as well, where it says. */
  readonly app?: BullmqApp | undefined
  /** Gives up after so many milliseconds without an answer. */
  readonly timeout: number
}

/** What there is to see of a Redis. Nothing here is judged, and nothing is refused: that is for who asked. */
export type RedisLook =
  | { readonly status: 'away'; readonly where: string; readonly reason: string; readonly encrypted: boolean }
  | ({ readonly status: 'there' } & RedisFacts)

export interface RedisFacts {
  /** Host and port, or the path of a socket. */
  readonly where: string
  /** Whether it is on this machine. */
  readonly local: boolean
  readonly encrypted: boolean
  /** Whether a password was given. */
  readonly password: boolean
  readonly user: string
  /** The fields of INFO; none if it is refused. */
  readonly info: ReadonlyMap<string, string>
  /** Why INFO is refused. */
  readonly infoRefused?: string
  /** Settings by CONFIG GET; none if it is refused. */
  readonly settings: ReadonlyMap<string, string>
  /** Why CONFIG GET is refused. */
  readonly settingsRefused?: string
  /** How far Redis's clock is ahead of ours, and by how much that may be wrong, in milliseconds. */
  readonly clock?: { readonly ahead: number; readonly accuracy: number }
  /** How long a command and its answer take, the median of some, in milliseconds. */
  readonly roundTrip?: number
  readonly commands: CommandsLook
  /** What the keys asked for begin with. */
  readonly keys: string
  readonly job?: JobLook
  /** Why the job cannot be looked at. */
  readonly jobRefused?: string
}

const settings = [
  'appendfsync',
  'no-appendfsync-on-rewrite',
  'save',
  'stop-writes-on-bgsave-error',
  'min-replicas-to-write',
  'min-replicas-max-lag',
  'client-output-buffer-limit',
  'timeout',
]

const pings = 11

/** Looks at a Redis as a worker would find it, writes nothing, and does not wait for one that is not there. */
export async function lookAtRedis({ app, timeout, ...given }: LookOptions): Promise<RedisLook> {
  const { redis: address, prefix = 'tanager' } = app?.options ?? given
  const redis = connection(address ?? process.env.REDIS_URL ?? 'redis://127.0.0.1:6379', timeout)
  // The address itself is left out: it may hold a password.
  if (redis === undefined) return { status: 'away', where: 'the address given', reason: 'not a URL', encrypted: false }
  const { options } = redis
  const where = placeOf(options)
  const encrypted = options.tls !== undefined
  try {
    const reason = await reached(redis, timeout)
    if (reason !== undefined) return { status: 'away', where, reason, encrypted }
    return {
      status: 'there',
      where,
      local: options.path !== undefined || /^(?:127\.|::1$|localhost$)/.test(options.host ?? 'localhost'),
      encrypted,
      password: (options.password ?? '') !== '',
      user: options.username ?? 'default',
      ...(await infoOf(redis)),
      ...(await settingsIn(redis)),
      ...(await pinged(redis)),
      ...(await jobIn(redis, app)),
      keys: app === undefined ? `${prefix}:` : keysOf(prefix, app.job.name).all,
      commands: await lookAtCommands(redis, `${keysOf(prefix, app?.job.name ?? 'doctor').all}doctor`),
    }
  } catch (error) {
    if (redis.status === 'ready' && !(error instanceof Error && error.message === 'Command timed out')) throw error
    // It was there, and has gone in the middle.
    return { status: 'away', where, reason: messageOf(error), encrypted }
  } finally {
    redis.disconnect()
  }
}

function connection(given: string | RedisConnection, timeout: number): Redis | undefined {
  const options: RedisConnection = {
    ...(typeof given === 'string' ? {} : given),
    lazyConnect: true,
    connectTimeout: Math.max(1, timeout),
    commandTimeout: Math.max(1, timeout),
    retryStrategy: () => null,
    sentinelRetryStrategy: () => null,
    maxRetriesPerRequest: 0,
    // It would wait for a Redis that loads its data; we want to say that it does.
    enableReadyCheck: false,
  }
  if (typeof given !== 'string') return new Redis(options)
  return isAddress(given) ? new Redis(given, options) : undefined
}

// As for workers and clients: a password with a / in it ends the host's name there, and would be shown as the host.
function isAddress(given: string): boolean {
  try {
    const { protocol, username, password, pathname, search, hash } = new URL(given)
    decodeURIComponent(username + password)
    return protocol === 'unix:' || (/^rediss?:$/.test(protocol) && !`${pathname}${search}${hash}`.includes('@'))
  } catch {
    return false
  }
}

/** Why it cannot be reached; `undefined` if it can. */
async function reached(redis: Redis, timeout: number): Promise<string | undefined> {
  // The first error is the cause; what the call is told is only that the connection is closed.
  let first: unknown
  redis.on('error', (error) => {
    first ??= error
  })
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, timeout, 'ETIMEDOUT')
  })
  try {
    return await Promise.race([redis.connect().then(() => undefined), late])
  } catch (error) {
    return messageOf(first ?? error)
  } finally {
    clearTimeout(timer)
  }
}

/** A refusal by Redis is something seen; anything else is the end of the look. */
function refusal(error: unknown): string {
  if (error instanceof Error && error.name === 'ReplyError') return error.message
  throw error
}

async function infoOf(redis: Redis): Promise<Pick<RedisFacts, 'info' | 'infoRefused'>> {
  try {
    const fields = [...(await redis.info()).matchAll(/^([^#:\r\n]+):(.*?)\r?$/gm)]
    return { info: new Map(fields.map(([, name, value]) => [name as string, value as string])) }
  } catch (error) {
    return { info: new Map(), infoRefused: refusal(error) }
  }
}

async function settingsIn(redis: Redis): Promise<Pick<RedisFacts, 'settings' | 'settingsRefused'>> {
  try {
    // One at a time: before Redis 7, CONFIG GET takes one name.
    const answers = await Promise.all(settings.map((name) => redis.call('CONFIG', 'GET', name) as Promise<string[]>))
    return { settings: new Map(answers.flatMap(([name, value]) => (name === undefined ? [] : [[name, value ?? '']]))) }
  } catch (error) {
    return { settings: new Map(), settingsRefused: refusal(error) }
  }
}

async function jobIn(redis: Redis, app: BullmqApp | undefined): Promise<Pick<RedisFacts, 'job' | 'jobRefused'>> {
  if (app === undefined) return {}
  try {
    return { job: await lookAtJob(redis, app) }
  } catch (error) {
    return { jobRefused: refusal(error) }
  }
}

/** Pings by TIME, which tells the clock with it. */
async function pinged(redis: Redis): Promise<Pick<RedisFacts, 'clock' | 'roundTrip'>> {
  const trips: number[] = []
  let clock: { readonly ahead: number; readonly accuracy: number } | undefined
  try {
    for (let i = 0; i < pings; i++) {
      const sent = performance.now()
      const [seconds, microseconds] = await redis.time()
      const trip = performance.now() - sent
      trips.push(trip)
      // Redis looked at its clock some time between the question and the answer: the quickest answer tells most.
      const ahead = Number(seconds) * 1000 + Number(microseconds) / 1000 - (Date.now() - trip / 2)
      if (clock === undefined || trip / 2 < clock.accuracy) clock = { ahead, accuracy: trip / 2 }
    }
  } catch (error) {
    refusal(error)
  }
  const median = trips.toSorted((a, b) => a - b)[Math.floor(trips.length / 2)]
  return { ...(clock === undefined ? {} : { clock }), ...(median === undefined ? {} : { roundTrip: median }) }
}
