import { Redis } from 'ioredis'

/** A connection that waits for its Redis, without a word. */
export function quiet(url: string): Redis {
  const redis = new Redis(url, { maxRetriesPerRequest: null, retryStrategy: () => 20 })
  redis.on('error', () => {})
  return redis
}
