import { sinkLaws, sourceReaderLaws } from 'tanager/testing'
import { describe, test } from 'vitest'
import { redisChannel, redisList, redisStream, redisStreamSink } from '../../../connectors/redis/index.ts'
import { type KeySpace, keySpace } from '../../redis/redis.ts'

/** Something to try in a key space of its own, which ends with it. */
function inSpace<T extends object>(make: (space: KeySpace) => T | Promise<T>) {
  const spaces = new Map<object, KeySpace>()
  return {
    open: async () => {
      const space = await keySpace()
      const tried = await make(space)
      spaces.set(tried, space)
      return tried
    },
    close: async (tried: object) => {
      await spaces.get(tried)?.close()
      spaces.delete(tried)
    },
  }
}

const runs = 15
const keyOf = ({ prefix }: KeySpace) => `${prefix}:records`

const feedStream = (space: KeySpace) => async (records: readonly string[]) => {
  for (const record of records) await space.client.xadd(keyOf(space), '*', 'data', record)
}

describe('a stream, by positions', () => {
  const there = inSpace((space) => ({
    reader: redisStream({ redis: space.url, key: keyOf(space), field: 'data' }),
    feed: feedStream(space),
  }))
  for (const { name, check } of sourceReaderLaws({ ...there, runs })) test(name, check)
})

describe('a stream, by a group', () => {
  const there = inSpace((space) => ({
    reader: redisStream({ redis: space.url, key: keyOf(space), field: 'data', group: 'counting', create: true }),
    feed: feedStream(space),
  }))
  for (const { name, check } of sourceReaderLaws({ ...there, runs })) test(name, check)
})

describe.each(['left', 'right'] as const)('a list, from the %s', (from) => {
  const there = inSpace((space) => ({
    reader: redisList({ redis: space.url, key: keyOf(space), from }),
    feed: async (records: readonly string[]) => {
      await (from === 'left' ? space.client.rpush(keyOf(space), ...records) : space.client.lpush(keyOf(space), ...records))
    },
  }))
  for (const { name, check } of sourceReaderLaws({ ...there, runs })) test(name, check)
})

describe('a channel', () => {
  const there = inSpace((space) => ({
    reader: redisChannel({ redis: space.url, channel: keyOf(space) }),
    feed: async (records: readonly string[]) => {
      for (const record of records) await space.client.publish(keyOf(space), record)
    },
  }))
  const gone = 'what is published before anybody listens is gone'
  for (const { name, check } of sourceReaderLaws({ ...there, runs, except: { all: gone, batches: gone, resumes: gone } })) test(name, check)
})

describe('a sink to a stream', () => {
  const there = inSpace((space) => {
    const sink = redisStreamSink<string>({ redis: space.url, key: keyOf(space), idle: 50 })
    return {
      sink,
      written: async () => (await space.client.xrange(keyOf(space), '-', '+')).map(([, fields]) => fields[1] as string),
    }
  })
  const close = async (tried: object) => {
    await (tried as Awaited<ReturnType<typeof there.open>>).sink.close()
    await there.close(tried)
  }
  for (const { name, check } of sinkLaws({ open: there.open, close, runs, items: ['a', '', 'ü \u{1f426}', '\u0000'] })) test(name, check)
})
