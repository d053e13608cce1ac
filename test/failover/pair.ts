import { expect } from 'vitest'
import { type RedisServer, type RedisSettings, startRedisServer } from '../../scripts/redis/server.ts'
import { clientOf } from '../redis/keys.ts'
import { type Gateway, openGateway } from './gateway.ts'

/** A primary and its replica. Replication is asynchronous, as Redis has it, and runs over a link that may fail. */
export interface Pair extends AsyncDisposable {
  readonly primary: RedisServer
  readonly replica: RedisServer
  readonly link: Gateway
  /** Until the replica has all that the primary has acknowledged so far. */
  caughtUp(): Promise<void>
  /** Makes the replica a primary of its own, with what it has. */
  promote(): Promise<void>
}

// The first copy is made at once, not after the five seconds in which other replicas might ask for one too.
const settings: RedisSettings = { 'repl-diskless-sync': 'yes', 'repl-diskless-sync-delay': '0', 'repl-ping-replica-period': '1' }

/** @param more settings of the primary's */
export async function startPair(more: RedisSettings = {}): Promise<Pair> {
  const opened: AsyncDisposable[] = []
  const close = async () => {
    for (const each of opened.reverse()) await each[Symbol.asyncDispose]()
  }
  const open = async <T extends AsyncDisposable>(opening: Promise<T>): Promise<T> => {
    const one = await opening
    opened.push(one)
    return one
  }
  try {
    const primary = await open(startRedisServer({ ...settings, ...more }))
    const link = await open(openGateway(primary.port))
    const replica = await open(startRedisServer({ ...settings, replicaof: `127.0.0.1 ${link.port}` }))
    await expect.poll(() => replication(replica, 'master_link_status'), { interval: 10, timeout: 10_000 }).toBe('up')
    return {
      primary,
      replica,
      link,
      caughtUp: async () => {
        const offset = Number(await replication(primary, 'master_repl_offset'))
        await expect
          .poll(async () => Number(await replication(replica, 'slave_repl_offset')), { interval: 5, timeout: 10_000 })
          .toBeGreaterThanOrEqual(offset)
      },
      promote: async () => {
        await ask(replica, 'REPLICAOF', 'NO', 'ONE')
      },
      [Symbol.asyncDispose]: close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** One command to one server. */
export async function ask(server: RedisServer, command: string, ...args: readonly string[]): Promise<unknown> {
  const client = await clientOf(server.url)
  try {
    return await client.call(command, ...args)
  } finally {
    client.disconnect()
  }
}

/** What a server says of its replication, by the name of the line. */
export async function replication(server: RedisServer, field: string): Promise<string | undefined> {
  return new RegExp(`^${field}:(.*)$`, 'm').exec(String(await ask(server, 'INFO', 'replication')))?.[1]?.trim()
}
