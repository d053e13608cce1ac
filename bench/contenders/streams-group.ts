import { Redis } from 'ioredis'
import { typeOf } from '../beacon.ts'
import type { RedisContender } from './contender.ts'
import { jobPerEvent } from './job-per-event.ts'

/**
 * What one writes who leaves BullMQ out of it: an entry per event, read by a consumer group, counted in memory, added and
 * acknowledged in one round trip. Whoever dies between the two counts twice.
 */
export const streamsGroup: RedisContender = {
  label: 'a Redis Streams consumer group, by hand',

  send: async (url, events, batchSize) => {
    const redis = new Redis(url)
    for (let at = 0; at < events.length; at += batchSize) {
      const pipeline = redis.pipeline()
      for (const event of events.slice(at, at + batchSize)) pipeline.xadd('events', '*', 'event', event)
      await pipeline.exec()
    }
    await redis.xgroup('CREATE', 'events', 'counters', '0')
    redis.disconnect()
  },

  work: async (url, events, batchSize) => {
    const [reader, redis] = [new Redis(url), new Redis(url)]
    const read = () => reader.xreadgroup('GROUP', 'counters', 'one', 'COUNT', batchSize, 'STREAMS', 'events', '>')
    // The next entries are on their way while these are counted.
    let next = read()
    for (let left = events; left > 0; ) {
      const entries = (await next)?.[0]?.[1] ?? []
      left -= entries.length
      if (left > 0) next = read()
      const counts = new Map<string, number>()
      for (const [, fields] of entries) {
        const type = typeOf(fields?.[1] as string)
        counts.set(type, (counts.get(type) ?? 0) + 1)
      }
      const pipeline = redis.pipeline()
      for (const [type, n] of counts) pipeline.hincrby('counts', type, n)
      pipeline.xack('events', 'counters', ...entries.map(([id]) => id))
      await pipeline.exec()
    }
    return async () => {
      for (const client of [reader, redis]) client.disconnect()
    }
  },

  counts: jobPerEvent.counts,
}
