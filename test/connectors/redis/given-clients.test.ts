import { none } from 'fp-ts/lib/Option.js'
import { Cluster, Command, Redis } from 'ioredis'
import type { SourceReader } from 'tanager'
import { describe, expect, it } from 'vitest'
import { redisChannel, redisList, redisStream } from '../../../connectors/redis/index.ts'
import { bullmqQueue } from '../../../connectors/redis/queue/index.ts'
import { startRedisServer } from '../../../scripts/redis/server.ts'
import { keySpace } from '../../redis/redis.ts'
import { corner } from '../queues/corner.ts'
import { startCluster } from './cluster.ts'
import { TestLog } from './log.ts'

const batch = { records: 10, length: 1 << 20, linger: 0 }
const open = (reader: SourceReader) => reader.open({ position: none, batch })

/** Every kind of source, by a client that somebody else makes. */
const readers = (redis: () => Redis | Cluster): readonly SourceReader[] => [
  redisStream({ redis, key: 'stream' }),
  redisStream({ redis, key: 'stream', group: 'g', create: true }),
  redisList({ redis, key: 'list' }),
  redisChannel({ redis, channel: 'channel' }),
  bullmqQueue({ redis, queue: 'queue', prefix: '{bull}' }),
]

/** Says its first few things twice, and hears the second answer: as a cluster does when a node goes away after it has done them. */
class Stutterer extends Redis {
  #left = 8

  override duplicate = (() => new Stutterer({ ...this.options, replyMapping: 'legacy' })) as Redis['duplicate']

  override sendCommand(...[command, stream]: Parameters<Redis['sendCommand']>) {
    if (/^(eval|evalsha|xreadgroup|xautoclaim|xack|xread|lrange)$/i.test(command.name) && stream === undefined && this.#left > 0) {
      this.#left -= 1
      const before = new Command(command.name, command.args as string[])
      before.promise.catch(() => {})
      super.sendCommand(before)
    }
    return super.sendCommand(command, stream)
  }
}

describe('a client that somebody else makes', () => {
  it.each([
    ['one', () => new Redis('redis://127.0.0.1:1', { maxRetriesPerRequest: null })],
    ['a cluster', () => new Cluster([{ host: '127.0.0.1', port: 1 }])],
  ])('says that its Redis is away, as our own do: %s', async (_what, redis) => {
    for (const reader of readers(redis)) await expect(open(reader)).rejects.toMatchObject({ code: 'source' })
  })

  it.each(['one', 'a cluster'])('fails when its Redis goes away, and is closed at once, though it would wait for it: %s', async (what) => {
    await using server = await (what === 'one' ? startRedisServer() : startCluster())
    const redis = () =>
      what === 'one'
        ? new Redis(server.url, { maxRetriesPerRequest: null })
        : new Cluster([{ host: '127.0.0.1', port: server.port }], { redisOptions: { maxRetriesPerRequest: null } })
    const sources = await Promise.all(readers(redis).map(open))
    const coming = sources.map((source) => expect(source.next()).rejects.toMatchObject({ code: 'source' }))
    await server.kill()
    await Promise.all(coming)
    await Promise.all(sources.map((source) => source.close()))
  })

  it('is refused if it is given twice: the first who is closed would take it from the other', async () => {
    await using space = await keySpace()
    const one = new Redis(space.url, { maxRetriesPerRequest: null })
    const reader = redisStream({ redis: () => one, key: `${space.prefix}:stream` })
    const source = await open(reader)
    await expect(open(reader)).rejects.toMatchObject({ code: 'invalid-option', message: expect.stringContaining('a second time') })
    await source.close()
    expect(one.status).toBe('end')
  })

  it.each(['by positions', 'by a group', 'from a list', 'from a queue'])(
    'misses nothing of what it was answered and did not hear: %s',
    async (how) => {
      await using there = await corner()
      const { space, queue, name } = there
      const key = `${space.prefix}:records`
      const redis = () => new Stutterer(space.url, { maxRetriesPerRequest: null })
      const reader = {
        'by positions': () => redisStream({ redis, key, field: 'data' }),
        'by a group': () => redisStream({ redis, key, field: 'data', group: 'g', create: true, claimAfter: 200 }),
        'from a list': () => redisList({ redis, key, claimAfter: 200 }),
        'from a queue': () =>
          bullmqQueue({ redis, queue: name, prefix: space.prefix, lockDuration: 200, record: ({ data }) => String(data) }),
      }[how] as () => SourceReader
      const add = async (record: string) => {
        if (how === 'from a list') await space.client.rpush(key, record)
        else if (how === 'from a queue') await queue.add('add', record)
        else await space.client.xadd(key, '*', 'data', record)
      }
      const all = Array.from({ length: 20 }, (_, n) => n)
      for (const n of all) await add(String(n))
      const log = new TestLog()
      const source = await log.open(reader(), { records: 3 })
      // What one is still at work on keeps nothing else from others.
      await log.take(source, how === 'by a group')
      await log.until(source, all.length)
      await source.close()
      expect(log.records.map(Number).sort((a, b) => a - b)).toEqual(all)
      expect(log.refused).toEqual([])
    },
  )
})
