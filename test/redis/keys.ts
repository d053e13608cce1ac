import { Redis } from 'ioredis'

/** A client that says at once when its server is away, instead of waiting for it. */
export async function clientOf(url: string): Promise<Redis> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 1 })
  // Without a listener ioredis prints every error; the call that fails is the one to tell.
  client.on('error', () => undefined)
  await client.connect()
  return client
}

/** All keys that begin with the prefix, which must mean nothing to Redis's patterns. */
export async function keysUnder(client: Redis, prefix: string): Promise<string[]> {
  const keys = new Set<string>()
  let cursor = '0'
  do {
    const [next, found] = await client.scan(cursor, 'MATCH', `${prefix}*`, 'COUNT', 1000)
    for (const key of found) keys.add(key)
    cursor = next
  } while (cursor !== '0')
  return [...keys].sort()
}
