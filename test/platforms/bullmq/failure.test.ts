import { codec, job, type Sink, type SinkToken, service, sink, source, store } from 'tanager'
import { sum } from 'tanager/algebra'
import { type BullmqOptions, bullmq } from 'tanager/bullmq'
import { describe, expect, it } from 'vitest'
import { startRedisServer } from '../../../scripts/redis/server.ts'
import { keySpace } from '../../redis/redis.ts'
import { contents, deployed } from './deployed.ts'

const words = source('words', { item: codec.string })
const counts = store('counts', { key: codec.string, sum })
const names = service('names', { key: codec.string, value: codec.string })
const wordCount = job('word-count', words.map((word) => [word, 1] as const).sumByKey(counts))
const quick: BullmqOptions = { attempts: 3, backoff: 1 }

const asking = job(
  'asking',
  words
    .lookup(names)
    .map(([word]) => [word, 1] as const)
    .sumByKey(counts),
)

describe('a service that fails', () => {
  it('has its batch tried again', async () => {
    let calls = 0
    const failing = (word: string) => {
      calls += 1
      if (calls < 3) throw new Error('the network is away')
      return word
    }
    await using there = await deployed(asking, { names: failing }, quick)
    await there.worker()
    const receipt = await there.client.send('words', ['a'])
    expect(await there.client.store('counts').get('a', { after: receipt, timeout: 10_000 })).toBe(1)
    expect(calls).toBe(3)
  })

  it('sets the batch aside when it is out of attempts, says so, and runs it again when asked', async () => {
    let broken = true
    const failing = (word: string) => {
      if (broken) throw new Error('the network is away')
      return word
    }
    await using there = await deployed(asking, { names: failing }, quick)
    await there.worker()
    const receipt = await there.client.send('words', ['a'])
    await expect.poll(async () => (await there.client.status()).failed.length).toBe(1)
    const { failed, streams } = await there.client.status()
    expect(failed[0]).toMatchObject({ id: 'words-1', attempts: 3, pointer: { kind: 'stage', stream: 'words', sequence: 1 } })
    expect(failed[0]?.error).toContain('the network is away')
    expect(streams.get('words')).toMatchObject({ head: 1, watermark: 0, backlog: 1 })
    await expect.poll(() => there.notices.join('\n')).toContain('words-1 failed 3 times')
    await expect(there.client.settled({ after: receipt, timeout: 50 })).rejects.toMatchObject({ code: 'timeout' })
    broken = false
    expect(await there.client.deadLetters.retryFailed('words-1')).toBe(1)
    expect(await there.client.store('counts').get('a', { after: receipt, timeout: 10_000 })).toBe(1)
  })

  it('costs mapAsync its record only when the attempts are used up', async () => {
    const calls = new Map<string, number>()
    const upper = job(
      'upper',
      words
        .mapAsync(async (word) => {
          calls.set(word, (calls.get(word) ?? 0) + 1)
          if (word === 'bad' || calls.get(word) === 1) throw new Error(`no answer for ${word}`)
          return [word, 1] as const
        })
        .sumByKey(counts),
    )
    await using there = await deployed(upper, {}, quick)
    await there.worker()
    const receipt = await there.client.send('words', ['good', 'bad', 'good'])
    await there.client.settled({ after: receipt, timeout: 10_000 })
    expect(await contents(there.client.store('counts').entries())).toEqual(new Map([['good', 2]]))
    expect(await there.client.deadLetters.list()).toMatchObject([{ node: 'mapAsync', record: 'bad', error: 'no answer for bad' }])
  })
})

describe('a dead letter', () => {
  it('goes back to where it came from once the fault is mended, and is counted once', async () => {
    let broken = true
    const picky = job(
      'picky',
      words
        .map((word) => {
          if (broken && word !== 'fine') throw new Error(`cannot read ${word}`)
          return [word, 1] as const
        })
        .sumByKey(counts),
    )
    await using there = await deployed(picky, {})
    await there.worker()
    await there.client.settled({ after: await there.client.send('words', ['odd', 'fine', 'strange', 'gone']), timeout: 10_000 })
    const letters = await there.client.deadLetters.list()
    expect(letters.map(({ record, index, error }) => [record, index, error])).toEqual([
      ['odd', 0, 'cannot read odd'],
      ['strange', 2, 'cannot read strange'],
      ['gone', 3, 'cannot read gone'],
    ])
    expect(await there.client.deadLetters.drop(letters[2]?.id)).toBe(1)
    // Not mended yet: it comes back as a new dead letter, and the round ends.
    expect(await there.client.deadLetters.retry()).toBe(2)
    await there.client.settled({ timeout: 10_000 })
    expect((await there.client.status()).deadLetters).toBe(2)
    broken = false
    expect(await there.client.deadLetters.retry((await there.client.deadLetters.list())[0]?.id)).toBe(1)
    expect(await there.client.deadLetters.retry()).toBe(1)
    await there.client.settled({ timeout: 10_000 })
    expect(await contents(there.client.store('counts').entries())).toEqual(
      new Map([
        ['fine', 1],
        ['odd', 1],
        ['strange', 1],
      ]),
    )
    expect((await there.client.status()).deadLetters).toBe(0)
  })

  it('is made of a delta that the aggregation cannot add, and the key keeps its value', async () => {
    await using there = await deployed(
      job('large', words.map((word) => ['n', Number(word)] as const).sumByKey(counts)),
      {},
      { batch: { batchRecords: 1 } },
    )
    await there.worker()
    const large = String(Number.MAX_SAFE_INTEGER)
    await there.client.settled({ after: await there.client.send('words', [large]), timeout: 10_000 })
    await there.client.settled({ after: await there.client.send('words', ['1']), timeout: 10_000 })
    expect(await there.client.store('counts').get('n')).toBe(Number.MAX_SAFE_INTEGER)
    const [letter] = await there.client.deadLetters.list()
    expect(letter).toMatchObject({ stream: 'counts', node: 'merge', record: '["n",1]' })
    // Room is made, and the delta goes back into its inbox.
    await there.client.settled({ after: await there.client.send('words', ['-10']), timeout: 10_000 })
    expect(await there.client.deadLetters.retry(letter?.id)).toBe(1)
    await expect.poll(() => there.client.store('counts').get('n')).toBe(Number.MAX_SAFE_INTEGER - 9)
  })
})

describe('a bound sink', () => {
  it('is given every batch, with the same token when it is given again', async () => {
    const out = sink('out', { item: codec.string })
    const given: { readonly items: readonly string[]; readonly token: SinkToken }[] = []
    const flaky: Sink<string> = {
      write: async (items, token) => {
        given.push({ items, token })
        if (given.length === 1) throw new Error('disk full')
      },
    }
    await using there = await deployed(job('writing', words.write(out)), { out: flaky }, quick)
    await there.worker()
    await there.client.send('words', ['a', 'b'])
    await expect.poll(async () => (await there.client.status()).sinks.get('out')?.watermark).toBe(1)
    const token = { job: 'writing', sink: 'out', sequence: 1, id: expect.stringMatching(/^1-\d+$/) }
    expect(given).toEqual([
      { items: ['a', 'b'], token },
      { items: ['a', 'b'], token },
    ])
    expect((await there.client.status()).sinks.get('out')).toMatchObject({ backlog: 0, records: 2 })
  })
})

describe('a Redis that must not be used', () => {
  it('is one that throws keys away when full', async () => {
    await using server = await startRedisServer({ 'maxmemory-policy': 'allkeys-lru' })
    const app = bullmq({ redis: server.url }).on(wordCount).bind({})
    await expect(app.start()).rejects.toMatchObject({ code: 'redis', message: expect.stringContaining('noeviction') })
  })

  it('is one that is away: it is waited for, until the time is up', async () => {
    await using space = await keySpace()
    const notices: string[] = []
    const app = bullmq({ redis: 'redis://127.0.0.1:1', prefix: space.prefix, notice: (text) => notices.push(text) })
      .on(wordCount)
      .bind({})
    await expect(app.start({ timeout: 300 })).rejects.toMatchObject({ code: 'timeout' })
    expect(notices).toEqual([expect.stringContaining('waiting for Redis at 127.0.0.1:1')])
  })

  it('never has its password told', () => {
    const secret = () => bullmq({ redis: 'postgres://user:hunter2@host/0' }).on(wordCount).bind({}).client()
    expect(secret).toThrow(expect.objectContaining({ code: 'invalid-option', message: expect.not.stringContaining('hunter2') }))
  })
})

describe('another plan under the same name', () => {
  it('is refused if it would misread what is there, with every difference', async () => {
    await using there = await deployed(wordCount, {})
    await there.client.send('words', ['a'])
    const other = job('word-count', words.map((word) => [word.length, 1] as const).sumByKey(store('counts', { key: codec.int, sum })))
    const app = bullmq({ redis: there.space.url, prefix: there.space.prefix, partitions: 4 }).on(other).bind({})
    const refusal = await app.start().catch((error: unknown) => error)
    expect(refusal).toMatchObject({ code: 'plan-mismatch' })
    expect((refusal as Error).message).toContain('store counts: key is string in Redis, int here')
    expect((refusal as Error).message).toContain('partitions is 8 in Redis, 4 here')
    expect((refusal as Error).message).toContain('tanager reset')
  })

  it('is welcome if it only adds', async () => {
    await using there = await deployed(wordCount, {})
    await there.client.settled({ timeout: 10_000 })
    const more = job(
      'word-count',
      words.map((word) => [word, 1] as const).sumByKey(counts),
      words.write(sink('out', { item: codec.string })),
    )
    const app = bullmq({ redis: there.space.url, prefix: there.space.prefix }).on(more).bind({})
    const worker = await app.start()
    await worker.close()
  })
})

describe('a worker that is told to end while a function hangs', () => {
  it('ends when its grace is over, and the batch is run by another', async () => {
    let hangs = true
    const waiting = job(
      'waiting',
      words
        .mapAsync((word) => (hangs ? new Promise<string>(() => {}) : Promise.resolve(word)))
        .map((word) => [word, 1] as const)
        .sumByKey(counts),
    )
    await using there = await deployed(waiting, {}, { lockDuration: 500 })
    const worker = await there.worker()
    await there.client.send('words', ['a'])
    await expect.poll(async () => (await there.client.status()).workers).toBe(1)
    const begun = performance.now()
    await worker.close({ grace: 100 })
    expect(performance.now() - begun).toBeLessThan(3000)
    hangs = false
    await there.worker()
    await there.client.settled({ timeout: 20_000 })
    expect(await there.client.store('counts').get('a')).toBe(1)
  })
})

describe('half of a job that BullMQ has kept', () => {
  it.each([
    ['a hash that is in no list', 'nowhere'],
    ['one in the list that has no data', 'wait'],
    ['one in the failed set of which nothing can be read', 'failed'],
  ])('does not keep its batch from being run: %s', async (_what, where) => {
    await using there = await deployed(wordCount, {}, { ...quick, reconcileEvery: 50 })
    const bull = `${there.space.prefix}:{word-count}:bull:stages`
    await there.space.client.hset(`${bull}:words-1`, 'name', 'stage')
    if (where === 'wait') await there.space.client.lpush(`${bull}:wait`, 'words-1')
    if (where === 'failed') await there.space.client.zadd(`${bull}:failed`, 1, 'words-1')
    await there.worker()
    const receipt = await there.client.send('words', ['a'])
    expect(await there.client.store('counts').get('a', { after: receipt, timeout: 20_000 })).toBe(1)
    expect((await there.client.status()).failed).toEqual([])
  })
})
