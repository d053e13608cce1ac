import { sinkLaws, sourceReaderLaws } from 'tanager/testing'
import { describe, test } from 'vitest'
import { bullmqQueue, bullmqQueueSink } from '../../../connectors/redis/queue/index.ts'
import { corner, type QueueCorner } from './corner.ts'

function inCorner<T extends object>(make: (there: QueueCorner) => T) {
  const corners = new Map<object, QueueCorner>()
  return {
    open: async () => {
      const there = await corner()
      const tried = make(there)
      corners.set(tried, there)
      return tried
    },
    close: async (tried: object) => {
      await corners.get(tried)?.[Symbol.asyncDispose]()
      corners.delete(tried)
    },
  }
}

describe('a queue of BullMQ', () => {
  const there = inCorner(({ space, name, queue }) => ({
    reader: bullmqQueue({ redis: space.url, queue: name, prefix: space.prefix }),
    feed: async (records: readonly string[]) => {
      await queue.addBulk(records.map((record) => ({ name: 'add', data: JSON.parse(record) as unknown })))
    },
  }))
  const record = (n: number) => JSON.stringify({ n })
  for (const { name, check } of sourceReaderLaws({ ...there, record, runs: 10 })) test(name, check)
})

describe('a sink to a queue of BullMQ', () => {
  const there = inCorner(({ space, name, queue }) => ({
    sink: bullmqQueueSink<string>({ redis: space.url, queue: name, prefix: space.prefix, name: 'add' }),
    written: async () => (await queue.getJobs(['waiting'], 0, -1, true)).map(({ data }) => data as string),
  }))
  const close = async (tried: object) => {
    await (tried as Awaited<ReturnType<typeof there.open>>).sink.close()
    await there.close(tried)
  }
  for (const { name, check } of sinkLaws({ open: there.open, close, runs: 10, items: ['a', '', 'ü \u{1f426}'] })) test(name, check)
})
