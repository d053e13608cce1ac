import { Queue } from 'bullmq'
import { type KeySpace, keySpace } from '../../redis/redis.ts'

/** A queue of somebody else's, in a key space of its own. */
export interface QueueCorner extends AsyncDisposable {
  readonly space: KeySpace
  readonly name: string
  readonly queue: Queue
}

export async function corner(url?: string): Promise<QueueCorner> {
  const space = await keySpace(url)
  const name = 'orders'
  const connection = await space.connect({ maxRetriesPerRequest: null })
  const queue = new Queue(name, { connection, prefix: space.prefix })
  queue.on('error', () => {})
  await queue.waitUntilReady()
  return {
    space,
    name,
    queue,
    [Symbol.asyncDispose]: async () => {
      await queue.close()
      await space.close()
    },
  }
}
