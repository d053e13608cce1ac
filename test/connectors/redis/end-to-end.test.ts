import { codec, job, option, service, sink, source, store } from 'tanager'
import { sum } from 'tanager/algebra'
import { memory } from 'tanager/memory'
import { cached, readable, serviceOf } from 'tanager/store'
import { describe, expect, it } from 'vitest'
import { redisList, redisStream, redisStreamSink } from '../../../connectors/redis/index.ts'
import { startRedisServer } from '../../../scripts/redis/server.ts'
import { contents, deployed } from '../../platforms/bullmq/deployed.ts'
import { clientOf } from '../../redis/keys.ts'

const words = source('words', { item: codec.string })
const counts = store('counts', { key: codec.string, sum })
const seen = sink('seen', { item: codec.string })
const counting = job(
  'counting',
  words
    .write(seen)
    .map((word) => [word, 1] as const)
    .sumByKey(counts),
)

const many = Array.from({ length: 900 }, (_, n) => `word ${n % 13}`)

describe('a job between streams of Redis', () => {
  it.each(['by positions', 'by a group', 'from a list'])(
    'counts %s as in memory, while Redis is killed twice and a worker is replaced',
    async (how) => {
      const settings = { appendonly: 'yes', appendfsync: 'always' }
      await using outside = await startRedisServer(settings)
      const redis = outside.url
      const reader =
        how === 'by positions'
          ? redisStream({ redis, key: 'words', field: 'data' })
          : how === 'by a group'
            ? redisStream({ redis, key: 'words', field: 'data', group: 'g', create: true, claimAfter: 500 })
            : redisList({ redis, key: 'words', claimAfter: 500 })
      const out = redisStreamSink<string>({ redis, key: 'seen', idle: 500 })
      await using there = await deployed(
        counting,
        { words: reader, seen: out },
        { batch: { batchRecords: 10 }, backoff: 20, attempts: 100 },
      )
      const add = async (some: readonly string[]) => {
        const client = await clientOf(redis)
        for (const word of some) await (how === 'from a list' ? client.rpush('words', word) : client.xadd('words', '*', 'data', word))
        client.disconnect()
      }
      const first = await there.worker()
      await there.worker()
      for (let part = 0; part < 3; part++) {
        await add(many.slice(300 * part, 300 * (part + 1)))
        if (part === 2) break
        await outside.kill()
        if (part === 0) await first.close({ grace: 0 })
        await outside.start()
        if (part === 0) await there.worker()
      }
      const expected = await memory().on(counting).run({ words: many })
      await expect.poll(async () => contents(there.client.store('counts').entries()), { timeout: 40_000 }).toEqual(expected.stores.counts)
      await there.client.settled({ timeout: 20_000 })
      const client = await clientOf(redis)
      await expect.poll(async () => client.xlen('seen'), { timeout: 20_000 }).toBe(many.length)
      const written = (await client.xrange('seen', '-', '+')).map(([, fields]) => fields[1] as string)
      client.disconnect()
      await out.close()
      expect(written.sort()).toEqual([...expected.sinks.seen].sort())
      expect(await contents(there.client.store('counts').entries())).toEqual(expected.stores.counts)
    },
  )
})

describe('a store of another job', () => {
  it('is a service, as its client reads it', async () => {
    await using there = await deployed(counting, { seen: { write: async () => {} } })
    await there.worker()
    const receipt = await there.client.send('words', ['a', 'b', 'a'])
    await there.client.settled({ after: receipt, timeout: 10_000 })
    const questions = source('questions', { item: codec.string })
    const known = service('known', { key: codec.string, value: codec.int })
    const answers = sink('answers', { item: codec.json<readonly [string, number]>() })
    const asking = job(
      'asking',
      questions
        .keyBy((word) => word)
        .leftJoin(known)
        .map(([word, [, count]]) => [word, option.getOrElse(() => -1)(count)] as const)
        .write(answers),
    )
    const asked = { questions: ['a', 'missing', 'b'] }
    const expected = [
      ['a', 2],
      ['missing', -1],
      ['b', 1],
    ]
    const reader = there.client.store('counts')
    for (const bound of [reader, serviceOf(cached(readable(reader), { key: codec.string, entries: 100 }))]) {
      const { sinks } = await memory()
        .on(asking)
        .run({ ...asked, known: bound })
      expect(sinks.answers).toEqual(expected)
    }
  })
})
