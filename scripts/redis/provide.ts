import { Redis } from 'ioredis'
import { startRedisServer } from './server.ts'

/** A Redis to work with, and what to do when the work is done. */
export interface ProvidedRedis extends AsyncDisposable {
  readonly url: string
}

/** The server that REDIS_URL names, which is somebody else's: we write only under names of our own. Without it, a private one. */
export async function provideRedis(): Promise<ProvidedRedis> {
  const url = process.env.REDIS_URL
  if (url === undefined || url === '') return await startRedisServer()
  await mustAnswer(url)
  return { url, [Symbol.asyncDispose]: async () => undefined }
}

async function mustAnswer(url: string): Promise<void> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0, connectTimeout: 5_000 })
  let reason: unknown
  client.on('error', (error) => {
    reason = error
  })
  try {
    await client.connect()
    await client.ping()
  } catch (error) {
    const { message } = (reason ?? error) as Error
    throw new Error(
      `REDIS_URL=${withoutPassword(url)} cannot be used: ${message}. Start that server, correct the address, or unset REDIS_URL: then a private server is started.`,
    )
  } finally {
    client.disconnect()
  }
}

const withoutPassword = (url: string) => url.replace(/:[^:@/]*@/, ':***@')
