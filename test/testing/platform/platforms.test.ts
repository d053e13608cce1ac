import { codec, job, service, sink, source, store } from 'tanager'
import { sum } from 'tanager/algebra'
import { bullmq } from 'tanager/bullmq'
import { describe, expect, it } from 'vitest'
import { startRedisServer } from '../../../scripts/redis/server.ts'
import { onMemory } from '../../../testing/platform/memory.ts'
import { onRedis } from '../../../testing/platform/redis.ts'
import { onSimulation } from '../../../testing/platform/simulation.ts'
import { expectSame } from '../../../testing/same/expect-same.ts'
import { keySpace } from '../../redis/redis.ts'

const words = source('words', { item: codec.string })
const counts = store('counts', { key: codec.string, sum })
const wordCount = job('word-count', words.map((word) => [word, 1] as const).sumByKey(counts))
const asking = job(
  'asking',
  words
    .map((word) => [word, 1] as const)
    .leftJoin(service('names', { key: codec.string, value: codec.string }))
    .mapValues(([n]) => n)
    .sumByKey(counts),
)
const down = () => Promise.reject(new Error('the service is down'))

describe('memory', () => {
  it('cuts batches as the seed says, the same each time', async () => {
    const sizes = job(
      'sizes',
      words
        .map((word) => [word, 1] as const)
        .sumByKey(counts)
        .map(([, { delta }]) => delta)
        .write(sink('sizes', { item: codec.int })),
    )
    const inputs = { words: Array.from({ length: 30 }, () => 'a') }
    const cutsOf = async (seed: number, platform = onMemory()) => (await platform.run(sizes, inputs, seed)).sinks.sizes
    const cuts = await Promise.all(Array.from({ length: 40 }, (_, seed) => cutsOf(seed)))
    expect(new Set(cuts.map(String)).size).toBeGreaterThan(3)
    for (const [seed, cut] of cuts.entries()) expect(await cutsOf(seed)).toEqual(cut)
    expect(await cutsOf(1, onMemory({ batchSize: 10 }))).toEqual([10, 10, 10])
  })
})

describe('the simulation', () => {
  it('is as the seed says, and its history tells', async () => {
    const inputs = { words: ['a', 'b', 'a'] }
    const historyOf = async (seed: number) => (await onSimulation().run(wordCount, inputs, seed)).history
    expect(await historyOf(1)).toEqual(await historyOf(1))
    expect(await historyOf(1)).not.toEqual(await historyOf(2))
  })

  it('is no result if work is left that has failed', async () => {
    await expect(onSimulation().run(asking, { words: ['a'], names: down }, 1)).rejects.toMatchObject({
      code: 'batch-failed',
      message: 'job asking: out of attempts is batch 1 of words: the service names failed: the service is down. The batch is tried again.',
    })
  })

  it('comes to an end of many records', async () => {
    const many = Array.from({ length: 20_000 }, (_, i) => `w${i % 300}`)
    const { stores } = await onSimulation().run(wordCount, { words: many }, 1)
    expect(stores.counts?.size).toBe(300)
  })
})

describe('Redis', () => {
  it('takes many records in time', { timeout: 60_000 }, async () => {
    await using space = await keySpace()
    const many = Array.from({ length: 20_000 }, (_, i) => `w${i % 300}`)
    await expectSame(wordCount, { words: many }, [onMemory(), onRedis({ redis: space.url, prefix: space.prefix })])
    expect(await space.keys()).toEqual([])
  })

  it('leaves a deployment of the same job alone', { timeout: 30_000 }, async () => {
    await using space = await keySpace()
    const client = bullmq({ redis: space.url, prefix: space.prefix }).on(wordCount).bind({}).client()
    await client.send('words', ['waiting'])
    await client.close()
    const before = (await space.keys()).sort()
    const { stores } = await onRedis({ redis: space.url, prefix: space.prefix }).run(wordCount, { words: ['a'] }, 1)
    expect(stores.counts).toEqual(new Map([['a', 1]]))
    expect((await space.keys()).sort()).toEqual(before)
  })

  it('removes its keys where a batch fails, and says which', { timeout: 30_000 }, async () => {
    await using space = await keySpace()
    const platform = onRedis({ redis: space.url, prefix: space.prefix })
    await expect(platform.run(asking, { words: ['a'], names: down }, 1)).rejects.toMatchObject({
      code: 'batch-failed',
      message: expect.stringMatching(/^job asking: out of attempts is \S+: .*the service is down/),
    })
    expect(await space.keys()).toEqual([])
  })

  it('removes its keys where it is not done in time', { timeout: 30_000 }, async () => {
    await using space = await keySpace()
    const slow = job(
      'slow',
      words.mapAsync((word) => new Promise<readonly [string, number]>((done) => setTimeout(() => done([word, 1]), 1500))).sumByKey(counts),
    )
    const platform = onRedis({ redis: space.url, prefix: space.prefix, timeout: 300 })
    await expect(platform.run(slow, { words: ['a'] }, 1)).rejects.toMatchObject({ code: 'timeout' })
    expect(await space.keys()).toEqual([])
  })

  it('removes its keys where a record cannot be written', async () => {
    await using space = await keySpace()
    const platform = onRedis({ redis: space.url, prefix: space.prefix })
    await expect(platform.run(wordCount, { words: ['a', '\ud800'] }, 1)).rejects.toMatchObject({ code: 'encode' })
    expect(await space.keys()).toEqual([])
  })

  it('cannot be given what a store held before, and says so', async () => {
    const inputs = { words: [], counts: new Map([['a', 1]]) }
    await expect(onRedis().run(wordCount, inputs, 1)).rejects.toMatchObject({
      code: 'invalid-binding',
      message: expect.stringContaining('Redis cannot begin with what the store counts held before'),
    })
  })

  it('says that it is not there', { timeout: 30_000 }, async () => {
    const server = await startRedisServer()
    await server[Symbol.asyncDispose]()
    await expect(onRedis({ redis: server.url, timeout: 500 }).run(wordCount, { words: ['a'] }, 1)).rejects.toMatchObject({
      code: expect.stringMatching(/^(redis|timeout)$/),
    })
  })
})
