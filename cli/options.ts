import { InvalidArgumentError, Option } from 'commander'
import { messageOf } from '../core/error.ts'
import { validName } from '../core/slot/slot.ts'
import { usage } from './fault.ts'

/** Which Redis, and where in it. */
export interface RedisOptions {
  readonly redis?: string
  readonly redisPrefix?: string
  /** How many seconds to wait for Redis. */
  readonly timeout: number
}

export const json = () => new Option('--json', 'one JSON object on each line, sorted, for programs')

/** What every command that talks to Redis can be told. */
export const redis = (): readonly Option[] => [redisUrl(), redisPrefix('--prefix, --redis-prefix <prefix>')]

export const redisUrl = () =>
  new Option('--redis <url>', "the Redis to use (default: the deployment's, else REDIS_URL, else redis://127.0.0.1:6379)").argParser(
    validUrl,
  )

/** Where `tanager run` tells its workers which Redis to use. */
export const redisOfRun = 'TANAGER_RUN_REDIS'

/** `--prefix` for short, but not where that means something else. */
export const redisPrefix = (flags: string) =>
  new Option(flags, "what the job's keys begin with (default: the deployment's, else tanager)").argParser(validPrefix)

/** For a command that does one thing and ends. */
export const timeout = () =>
  new Option('--timeout <seconds>', 'how long to wait for a Redis that does not answer').argParser(seconds).default(5)

export function wholeFrom1(text: string): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= 1 && Number.isSafeInteger(value)) return value
  throw new InvalidArgumentError('It must be a whole number from 1.')
}

export function seconds(text: string): number {
  const value = Number(text)
  if (/^\d+(\.\d+)?$/.test(text) && value <= 1e6) return value
  throw new InvalidArgumentError('It must be a number of seconds, such as 10 or 0.5.')
}

function validUrl(text: string): string {
  if (URL.canParse(text) && /^(?:rediss?|unix):/.test(text)) return text
  // The value is left out: it may hold a password.
  throw usage('--redis is given no address of a Redis', { allowed: 'redis://[user:password@]host[:port][/db], or rediss://…' })
}

function validPrefix(text: string): string {
  try {
    for (const part of text.split(':')) validName('prefix', part)
    return text
  } catch (cause) {
    throw usage(messageOf(cause), { cause })
  }
}
