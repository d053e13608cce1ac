import { Queue, Worker } from 'bullmq'
import { Redis } from 'ioredis'
import { typeOf } from '../beacon.ts'
import type { RedisContender } from './contender.ts'

const options = { removeOnComplete: true, removeOnFail: true }
const bulk = 1_000
const concurrency = 50

/** What most people write first: each event is a job, each job adds one. A job that runs twice counts twice. */
export const jobPerEvent: RedisContender = {
  label: 'a BullMQ job per event, by hand',

  send: async (url, events) => {
    const connection = new Redis(url, { maxRetriesPerRequest: null })
    const queue = new Queue<string>('events', { connection })
    for (let at = 0; at < events.length; at += bulk) {
      await queue.addBulk(events.slice(at, at + bulk).map((data) => ({ name: 'event', data, opts: options })))
    }
    await queue.close()
    connection.disconnect()
  },

  work: async (url, events) => {
    const [connection, redis] = [new Redis(url, { maxRetriesPerRequest: null }), new Redis(url)]
    const worker = new Worker<string>('events', async ({ data }) => void (await redis.hincrby('counts', typeOf(data), 1)), {
      connection,
      concurrency,
    })
    await completed(worker, events)
    return async () => {
      await worker.close()
      for (const client of [connection, redis]) client.disconnect()
    }
  },

  counts: async (url) => {
    const redis = new Redis(url)
    const counts = new Map(Object.entries(await redis.hgetall('counts')).map(([type, n]) => [type, Number(n)]))
    redis.disconnect()
    return counts
  },
}

/** Waits until a worker has completed so many jobs. */
export function completed(worker: Pick<Worker, 'on'>, jobs: number): Promise<void> {
  let left = jobs
  return new Promise((resolve) => {
    worker.on('completed', () => {
      left -= 1
      if (left === 0) resolve()
    })
  })
}
