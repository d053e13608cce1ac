import { aggregation, codec, job, option, service, sink, source, store } from 'tanager'
import { sparseSum, sum } from 'tanager/algebra'
import { type BullmqOptions, bullmq } from 'tanager/bullmq'
import { memory } from 'tanager/memory'
import { describe, expect, it } from 'vitest'
import { all, contents, deployed } from './deployed.ts'

const words = source('words', { item: codec.string })
const counts = store('counts', { key: codec.string, sum })
const wordCount = job('word-count', words.map((word) => [word, 1] as const).sumByKey(counts))

const many = (n: number) => Array.from({ length: n }, (_, i) => `w${(i * 7919) % 101}`)

describe('a job on BullMQ and Redis', () => {
  it('ends as it does in memory, whatever the batches and workers', async () => {
    const occurrences = store('occurrences', { key: codec.int, sum: sparseSum })
    const letters = store('letters', {
      key: codec.string,
      sum: aggregation({ value: codec.string, semigroup: { concat: (a: string, b: string) => a + b } }),
    })
    const names = service('names', { key: codec.string, value: codec.string })
    const named = store('named', { key: codec.tuple(codec.string, codec.string), sum })
    const seen = sink('seen', { item: codec.string })
    const good = words.filter((word) => {
      if (word === 'w13') throw new Error('unlucky')
      return true
    })
    const everything = job(
      'everything',
      good
        .map((word) => [word, 1] as const)
        .sumByKey(counts)
        .flatMap(([, { before, delta }]) => {
          const n = option.getOrElse(() => 0)(before)
          return [[n, n === 0 ? 0 : -1] as const, [n + delta, 1] as const]
        })
        .sumByKey(occurrences),
      good.map((word) => [word.slice(0, 2), word] as const).sumByKey(letters),
      good
        .keyBy((word) => word)
        .leftJoin(names)
        .map(([word, [, name]]) => [[word, option.getOrElse(() => 'none')(name)], 1] as const)
        .sumByKey(named),
      good
        .filter((word) => word.endsWith('7'))
        .mapAsync(async (word) => word.toUpperCase())
        .write(seen),
    )
    const bindings = {
      names: new Map([
        ['w1', 'one'],
        ['w2', 'two'],
      ]),
    }
    const input = many(3000)
    const expected = await memory()
      .on(everything)
      .run({ words: input, ...bindings })

    await using there = await deployed(everything, bindings, { batch: { batchRecords: 61 }, partitions: 3, limits: { drainKeys: 10 } })
    await Promise.all([there.worker(), there.worker()])
    const receipt = await there.client.send('words', input)
    await there.client.settled({ after: receipt, timeout: 20_000 })

    expect(await contents(there.client.store('counts').entries())).toEqual(new Map(expected.stores.counts))
    expect(await contents(there.client.store('occurrences').entries())).toEqual(new Map(expected.stores.occurrences))
    expect(await contents(there.client.store('letters').entries())).toEqual(new Map(expected.stores.letters))
    const text = (map: ReadonlyMap<unknown, unknown>) => [...map].map((entry) => JSON.stringify(entry)).sort()
    expect(text(await contents(there.client.store('named').entries()))).toEqual(text(expected.stores.named))
    expect((await all(there.client.sink('seen').entries())).sort()).toEqual([...expected.sinks.seen].sort())
    const dead = (letters: readonly { node: string; record: string }[]) => letters.map(({ node, record }) => `${node} ${record}`).sort()
    expect(dead(await there.client.deadLetters.list({ limit: 1000 }))).toEqual(dead(expected.deadLetters))
  })

  it('reads your own writes, and keys a person can read', async () => {
    await using there = await deployed(wordCount, {}, { partitions: 1 })
    await there.worker()
    const receipt = await there.client.send('words', ['hello', 'world', 'hello'])
    expect(await there.client.store('counts').get('hello', { after: receipt, timeout: 10_000 })).toBe(2)
    expect(await there.client.store('counts').get('nobody')).toBeUndefined()
    expect(await there.client.store('counts').multiGet(['world', 'nobody'])).toEqual([option.some(1), option.none])
    const [values] = (await there.space.keys()).filter((key) => key.endsWith('store:counts:0'))
    expect(await there.space.client.hgetall(values as string)).toEqual({ hello: '2', world: '1' })
  })

  it('counts a batch sent twice under one number once', async () => {
    await using there = await deployed(wordCount, {})
    await there.worker()
    const first = await there.client.send('words', ['a', 'b'], { writer: 'importer', sequence: 41 })
    const again = await there.client.send('words', ['a', 'b'], { writer: 'importer', sequence: 41 })
    expect(again).toEqual(first)
    await expect(there.client.send('words', ['z'], { writer: 'importer', sequence: 44 })).rejects.toMatchObject({ code: 'writer-gap' })
    const last = await there.client.send('words', ['a'], { writer: 'importer', sequence: 42 })
    await there.client.settled({ after: last, timeout: 10_000 })
    expect(await contents(there.client.store('counts').entries())).toEqual(
      new Map([
        ['a', 2],
        ['b', 1],
      ]),
    )
  })

  it('keeps apart keys that are made to be confused', async () => {
    const hostile = [
      '',
      '__proto__',
      'constructor',
      'a\u0000b',
      'a\u0000c',
      '\n',
      'é',
      'e\u0301',
      '😀',
      '{x}',
      'x:y',
      '*',
      'k'.repeat(1 << 16),
    ]
    await using there = await deployed(wordCount, {})
    await there.worker()
    const receipt = await there.client.send('words', [...hostile, ...hostile])
    await there.client.settled({ after: receipt, timeout: 10_000 })
    expect(await contents(there.client.store('counts').entries())).toEqual(new Map(hostile.map((key) => [key, 2])))
  })

  it('refuses a record it cannot write before anything is sent', async () => {
    await using there = await deployed(wordCount, {})
    await expect(there.client.send('words', ['fine', '\ud800'])).rejects.toMatchObject({ code: 'encode' })
    expect((await there.client.status()).streams.get('words')?.head).toBe(0)
  })

  it('takes records of a source that leads to no output, and has no work with them, as memory has none', async () => {
    const idle = source('idle', { item: codec.string })
    const lopsided = job('lopsided', idle.also(words.map((word) => [word, 1] as const).sumByKey(counts)))
    await using there = await deployed(lopsided, {})
    await there.worker()
    expect(await there.client.send('idle', ['a', 'b'])).toEqual({})
    await there.client.send('words', ['a'])
    await there.client.settled({ timeout: 20_000 })
    expect(await there.client.status()).toMatchObject({ failed: [], deadLetters: 0 })
    expect(await contents(there.client.store('counts').entries())).toEqual(new Map([['a', 1]]))
  })

  it('buries a record whose key cannot be written, alone', async () => {
    const torn = job('torn', words.map((word) => [word === 'tear' ? '\ud800' : word, 1] as const).sumByKey(counts))
    await using there = await deployed(torn, {})
    await there.worker()
    const receipt = await there.client.send('words', ['a', 'tear', 'a'])
    await there.client.settled({ after: receipt, timeout: 10_000 })
    expect(await contents(there.client.store('counts').entries())).toEqual(new Map([['a', 2]]))
    expect(await there.client.deadLetters.list()).toMatchObject([{ record: 'tear', index: 1, node: 'sumByKey(counts)', stream: 'words' }])
  })

  it('makes senders wait while a stream is full, and loses nothing', async () => {
    await using there = await deployed(wordCount, {}, { batch: { batchRecords: 10 }, room: { stream: 100 } })
    const sending = there.client.send('words', many(1000))
    await expect.poll(async () => (await there.client.status()).streams.get('words')?.backlog).toBeGreaterThan(0)
    const before = await there.client.status()
    expect(before.streams.get('words')?.backlog).toBeLessThan(10)
    await expect(there.client.send('words', ['late'], { timeout: 50 })).rejects.toMatchObject({ code: 'timeout' })
    await there.worker()
    await there.client.settled({ after: await sending, timeout: 20_000 })
    const total = [...(await contents(there.client.store('counts').entries())).values()].reduce((a, b) => a + b, 0)
    expect(total).toBe(1000)
  })

  it('holds a stage back while an inbox is full, and loses nothing', async () => {
    await using there = await deployed(wordCount, {}, { batch: { batchRecords: 50 }, room: { inbox: 200 }, partitions: 2 })
    await there.worker()
    await there.client.settled({ after: await there.client.send('words', many(5000)), timeout: 30_000 })
    const total = [...(await contents(there.client.store('counts').entries())).values()].reduce((a, b) => a + b, 0)
    expect(total).toBe(5000)
  })

  it('finds work again whose jobs are gone', async () => {
    await using there = await deployed(wordCount, {})
    const receipt = await there.client.send('words', many(500))
    const queueKeys = async () => (await there.space.keys()).filter((key) => key.includes(':bull:'))
    await expect.poll(queueKeys).toContainEqual(expect.stringContaining('words-1'))
    await there.space.client.unlink(...(await queueKeys()))
    await there.worker()
    await there.client.settled({ after: receipt, timeout: 20_000 })
    expect([...(await contents(there.client.store('counts').entries())).values()].reduce((a, b) => a + b, 0)).toBe(500)
  })

  it('removes everything of a job, and nothing else', async () => {
    await using there = await deployed(wordCount, {})
    const { prefix, client } = there.space
    const neighbour = `${prefix}:{word-count-2}:plan`
    await client.set(neighbour, 'stays')
    await there.client.send('words', ['a'])
    await there.client.reset()
    expect(await there.space.keys()).toEqual([neighbour])
  })

  it('takes options for one slot, or for a named step and all above it', async () => {
    const twice = store('twice', { key: codec.string, sum })
    const chained = job(
      'chained',
      words
        .map((word) => [word, 1] as const)
        .name('pairs')
        .sumByKey(counts)
        .mapValues(({ delta }) => delta)
        .sumByKey(twice),
    )
    await using there = await deployed(chained, {}, { named: { pairs: { batchRecords: 3 }, twice: { partitions: 2 } } })
    await there.worker()
    await there.client.settled({ after: await there.client.send('words', many(10)), timeout: 10_000 })
    const { streams, stores } = await there.client.status()
    expect(streams.get('words')?.head).toBe(4)
    expect([stores.get('counts')?.length, stores.get('twice')?.length]).toEqual([8, 2])
    const wrong = (options: BullmqOptions) => () => bullmq(options).on(chained).bind({})
    expect(wrong({ named: { pears: { partitions: 2 } } })).toThrow('allowed: counts, pairs, twice, words')
    expect(wrong({ named: { pairs: { parts: 2 } as object } })).toThrow('allowed: partitions, batchRecords, batchLength')
    expect(wrong({ partition: 2 } as BullmqOptions)).toThrow('bullmq has no option partition; allowed: redis, prefix, partitions')
  })
})
