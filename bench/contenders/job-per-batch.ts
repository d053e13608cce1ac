import { Queue, Worker } from 'bullmq'
import { Redis } from 'ioredis'
import { typeOf } from '../beacon.ts'
import type { RedisContender } from './contender.ts'
import { completed, jobPerEvent } from './job-per-event.ts'

const options = { removeOnComplete: true, removeOnFail: true }
const bulk = 10
const concurrency = 8

/** What a careful person writes: a job per batch, counted in memory, added to Redis in one round trip. A retry counts twice. */
export const jobPerBatch: RedisContender = {
  label: 'a BullMQ job per batch, by hand',

  send: async (url, events, batchSize) => {
    const connection = new Redis(url, { maxRetriesPerRequest: null })
    const queue = new Queue<readonly string[]>('events', { connection })
    const jobs = Array.from({ length: Math.ceil(events.length / batchSize) }, (_, i) => ({
      name: 'batch',
      data: events.slice(i * batchSize, (i + 1) * batchSize),
      opts: options,
    }))
    for (let at = 0; at < jobs.length; at += bulk) await queue.addBulk(jobs.slice(at, at + bulk))
    await queue.close()
    connection.disconnect()
  },

  work: async (url, events, batchSize) => {
    const [connection, redis] = [new Redis(url, { maxRetriesPerRequest: null }), new Redis(url)]
    const count = async (batch: readonly string[]) => {
      const counts = new Map<string, number>()
      for (const event of batch) {
        const type = typeOf(event)
        counts.set(type, (counts.get(type) ?? 0) + 1)
      }
      const pipeline = redis.pipeline()
      for (const [type, n] of counts) pipeline.hincrby('counts', type, n)
      await pipeline.exec()
    }
    const worker = new Worker<readonly string[]>('events', ({ data }) => count(data), { connection, concurrency })
    await completed(worker, Math.ceil(events / batchSize))
    return async () => {
      await worker.close()
      for (const client of [connection, redis]) client.disconnect()
    }
  },

  counts: jobPerEvent.counts,
}
