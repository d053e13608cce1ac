import { describe, expect, it } from 'vitest'
import { bullmqQueue } from '../../../connectors/redis/queue/index.ts'
import { TestLog } from '../redis/log.ts'
import { corner } from './corner.ts'

describe('a queue of BullMQ', () => {
  it('whose worker dies gives its jobs to another, and each counts once', async () => {
    await using there = await corner()
    const { space, name, queue } = there
    await queue.addBulk(Array.from({ length: 10 }, (_, n) => ({ name: 'add', data: n })))
    const options = { queue: name, prefix: space.prefix, lockDuration: 300 }
    const log = new TestLog()
    const clients: { disconnect: () => void }[] = []
    const { Redis } = await import('ioredis')
    const redis = () => {
      const client = new Redis(space.url, { maxRetriesPerRequest: null, retryStrategy: () => null })
      clients.push(client)
      return client
    }
    const first = await log.open(bullmqQueue({ redis, ...options }), { records: 3 })
    await log.take(first)
    await log.take(first, true)
    await first.next()
    for (const client of clients) client.disconnect()
    const second = await log.open(bullmqQueue({ redis: space.url, ...options }), { records: 4 })
    await log.until(second, 10)
    await expect
      .poll(
        async () => {
          const counts = await queue.getJobCounts('completed', 'active', 'waiting', 'failed')
          if ((counts.completed ?? 0) < 10) await Promise.race([log.take(second), new Promise((resolve) => setTimeout(resolve, 50))])
          return counts
        },
        { timeout: 10_000 },
      )
      .toEqual({ completed: 10, active: 0, waiting: 0, failed: 0 })
    await second.close()
    await first.close()
    expect([...log.records].sort()).toEqual(Array.from({ length: 10 }, (_, n) => String(n)))
  })

  it('refuses data that is no JSON, makes records as it is told, and takes an id that is given again', async () => {
    await using there = await corner()
    const { space, name, queue } = there
    await queue.add('ok', { a: 1 }, { jobId: 'daily', removeOnComplete: true })
    await queue.add('bad', {}, { jobId: 'bad' })
    await space.client.hset(`${space.prefix}:${name}:bad`, 'data', '{broken')
    await queue.add('throws', { a: 3 })
    const log = new TestLog()
    const record = ({ name: kind, data }: { name: string; data: unknown }) => {
      if (kind === 'throws') throw new Error('not this one')
      return `${kind} ${JSON.stringify(data)}`
    }
    const reader = bullmqQueue({ redis: space.url, queue: name, prefix: space.prefix, record })
    const source = await log.open(reader)
    while (log.records.length + log.refused.length < 3) await log.take(source)
    await queue.add('ok', { a: 2 }, { jobId: 'daily', removeOnComplete: true })
    await log.until(source, 2)
    await source.close()
    expect(log.records).toEqual(['ok {"a":1}', 'ok {"a":2}'])
    expect(log.refused.map(({ error }) => error)).toEqual(['the data of job bad is no JSON', 'job 3: not this one'])
  })

  it('gives back in order what it has not given', async () => {
    await using there = await corner()
    const { space, name, queue } = there
    await queue.addBulk(Array.from({ length: 6 }, (_, n) => ({ name: 'add', data: n })))
    const reader = bullmqQueue({ redis: space.url, queue: name, prefix: space.prefix })
    const log = new TestLog()
    const first = await log.open(reader, { records: 4 })
    await first.next()
    await first.close()
    const second = await log.open(reader, { records: 10 })
    await log.until(second, 6)
    await second.close()
    expect(log.records).toEqual(['0', '1', '2', '3', '4', '5'])
  })
})
