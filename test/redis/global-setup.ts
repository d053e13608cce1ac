import { randomBytes } from 'node:crypto'
import type { TestProject } from 'vitest/node'
import { provideRedis } from '../../scripts/redis/provide.ts'
import { clientOf, keysUnder } from './keys.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The server all tests share. */
    readonly redisUrl: string
    /** What every key that this run of the tests writes begins with. */
    readonly redisPrefix: string
  }
}

/** Before all tests: a Redis for them. After all: nothing of ours is left in it, nor of the server if it was ours. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const redis = await provideRedis()
  const prefix = `tanager-test-${randomBytes(4).toString('hex')}`
  project.provide('redisUrl', redis.url)
  project.provide('redisPrefix', prefix)
  return async () => {
    try {
      await nothingLeft(redis.url, prefix)
    } catch (error) {
      // Vitest prints what a teardown throws, but would still end with 0.
      process.exitCode = 1
      throw error
    } finally {
      await redis[Symbol.asyncDispose]()
    }
  }
}

async function nothingLeft(url: string, prefix: string): Promise<void> {
  const client = await clientOf(url)
  try {
    const keys = await keysUnder(client, prefix)
    if (keys.length === 0) return
    await client.unlink(...keys)
    throw new Error(
      `the tests left ${keys.length} keys behind, such as ${keys.slice(0, 3).join(', ')}: the key names the file. ` +
        'Close every worker and client before its key space.',
    )
  } finally {
    client.disconnect()
  }
}
