import type { Redis } from 'ioredis'
import { messageOf } from '../../core/error.ts'

export interface CommandsLook {
  /** How many were tried; none if there is no telling. */
  readonly tried: number
  /** What its rights do not allow, or the server does not have, as in an ACL: `hset`, `client|list`. */
  readonly refused: readonly string[]
  /** Whether the keys are out of reach. */
  readonly keysRefused: boolean
  /** Why a write would be refused now, whatever the rights: Redis is full, say, or a replica. */
  readonly writesRefused?: string
}

// What our scripts, BullMQ's and both clients send, each with as few arguments as Redis takes; K stands for a key.
const calls = `
  bzpopmin K 1 | client list | client setname tanager | del K | eval return 0 | evalsha 0 0 | exists K | get K | hdel K f | hexists K f |
  hget K f | hgetall K | hincrby K f 1 | hlen K | hmget K f | hmset K f v | hscan K 0 | hset K f v | incr K | lindex K 0 | llen K |
  lpush K v | lrange K 0 0 | lrem K 0 v | ltrim K 0 0 | persist K | pexpire K 1 | pttl K | rename K K | rpop K | rpoplpush K K | rpush K v | sadd K m |
  scan 0 | scard K | set K v | smembers K | smismember K m | srem K m | time | unlink K | xadd K * f v | xdel K 0-1 | xlen K | xrange K - + | xrevrange K + - |
  xtrim K MAXLEN 1 | zadd K 1 m | zcard K | zpopmin K | zrange K 0 0 | zrangebyscore K 0 0 | zrem K m | zremrangebyrank K 0 0 |
  zremrangebyscore K 0 0 | zrevrange K 0 0 | zrevrangebyscore K 0 0 | zscore K m`

/** A name, and arguments. */
type Call = readonly [name: string, ...args: string[]]

const needed = (key: string): readonly Call[] =>
  calls
    .trim()
    .split(/\s*\|\s*/)
    .map((call) => call.split(' ').map((word) => (word === 'K' ? key : word)) as [string, ...string[]])

/**
 * Finds out what would be refused without doing any of it: in a transaction Redis looks at rights, keys and its own state
 * as each command is queued, and this one is never executed. (ACL DRYRUN would ask for rights of its own.) The connection
 * is of no use afterwards, if DISCARD is among what is refused.
 */
export async function lookAtCommands(redis: Redis, key: string): Promise<CommandsLook> {
  // On its own: were it refused, what comes behind it would be done.
  const begun = await answered(redis, ['multi'])
  if (begun !== undefined) {
    return missing(begun)
      ? { tried: 1, refused: ['multi'], keysRefused: false }
      : { tried: 0, refused: [], keysRefused: false, writesRefused: begun }
  }
  const executed = await answered(redis, ['exec'])
  // If that was refused, the first is still open.
  if (executed === undefined) await answered(redis, ['multi'])
  const all = needed(key)
  const answers = await Promise.all([...all, ['discard'] as const].map((each) => answered(redis, each)))
  const refused = new Set<string>(executed === undefined ? [] : ['exec'])
  let keysRefused = false
  let writesRefused: string | undefined
  for (const [i, [name, ...args]] of all.entries()) {
    const answer = answers[i]
    if (answer === undefined) continue
    if (/^NOPERM .*\bkeys?\b/.test(answer)) keysRefused = true
    else if (missing(answer)) refused.add(name === 'client' ? `${name}|${args[0]}` : name)
    else writesRefused ??= answer
  }
  return { tried: all.length + 2, refused: [...refused].sort(), keysRefused, ...(writesRefused === undefined ? {} : { writesRefused }) }
}

/** What it is refused with, if it is. */
const answered = (redis: Redis, [name, ...args]: Call): Promise<string | undefined> =>
  redis.call(name, ...args).then(() => undefined, messageOf)

const missing = (answer: string) => /^NOPERM|^ERR unknown (?:sub)?command/i.test(answer)
