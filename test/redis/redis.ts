import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { basename } from 'node:path'
import { Redis, type RedisOptions } from 'ioredis'
import { expect, inject } from 'vitest'
import { clientOf, keysUnder } from './keys.ts'

/** A corner of the shared Redis that belongs to one test or one file. */
export interface KeySpace extends AsyncDisposable {
  readonly url: string
  /** What each key of this space begins with: to be given as `prefix`, or put before a name. Fresh for every space. */
  readonly prefix: string
  /** A client of this space, connected, and closed with it. */
  readonly client: Redis
  /** One more of them, with options of its own. */
  connect(options?: Omit<RedisOptions, 'replyMapping'>): Promise<Redis>
  /** The keys that are there now. */
  keys(): Promise<string[]>
  /**
   * Removes its keys and closes its clients. Any number of times. A worker or client that outlives its space and goes on
   * writing is found out after the last test: the run fails and names the file.
   */
  close(): Promise<void>
}

/** The shared server: REDIS_URL's or this run's own. A test that stops or configures a server starts its own (`scripts/redis/server.ts`). */
export const redisUrl = (): string => inject('redisUrl')

/**
 * A space with nothing in it, in the shared server or in one of your own. In a test: `await using space = await keySpace()`.
 * For a whole file: make it in `beforeAll` and close it in `afterAll`.
 */
export async function keySpace(url: string = redisUrl()): Promise<KeySpace> {
  const prefix = `${inject('redisPrefix')}-${thisFile()}-${randomBytes(4).toString('hex')}`
  const client = await clientOf(url)
  const clients = [client]
  let closing: Promise<void> | undefined

  const close = async () => {
    const keys = await keysUnder(client, prefix)
    if (keys.length > 0) await client.unlink(...keys)
    await Promise.all(clients.map(disconnect))
  }

  return {
    url,
    prefix,
    client,
    connect: async (options = {}) => {
      const one = new Redis(url, { ...options, lazyConnect: true })
      clients.push(one)
      one.on('error', () => undefined)
      await one.connect()
      return one
    },
    keys: () => keysUnder(client, prefix),
    close: () => (closing ??= close()),
    [Symbol.asyncDispose]: () => (closing ??= close()),
  }
}

/** The name of the test's file, so that keys that are left behind say whose they are. */
const thisFile = () => basename(expect.getState().testPath ?? 'test', '.test.ts').replaceAll(/\W+/g, '-')

async function disconnect(client: Redis): Promise<void> {
  if (client.status === 'end') return
  const ended = once(client, 'end')
  client.disconnect()
  await ended
}
