import { readdir, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { codec, job, sink, source, store } from 'tanager'
import { sum } from 'tanager/algebra'
import { bullmq } from 'tanager/bullmq'
import { memoryQueue, memoryTape } from 'tanager/testing'
import { describe, expect, it } from 'vitest'
import { startRedisServer } from '../../../scripts/redis/server.ts'
import { all, contents, deployed } from './deployed.ts'

const words = source('words', { item: codec.string })
const counts = store('counts', { key: codec.string, sum })
const inOrder = sink('order', { item: codec.string })
const counting = job(
  'counting',
  words
    .write(inOrder)
    .map((word) => [word, 1] as const)
    .sumByKey(counts),
)

const many = (count: number) => Array.from({ length: count }, (_, i) => `w${i}`)

describe('a source that is read', () => {
  it('is read by the workers, while they are replaced, each record once', async () => {
    const tape = memoryTape()
    tape.add(...many(500))
    await using there = await deployed(counting, { words: tape.reader }, { batch: { batchRecords: 7 } })
    const first = await there.worker()
    await there.worker()
    await expect.poll(async () => (await there.client.store('counts').get('w0')) ?? 0).toBe(1)
    await first.close()
    tape.add(...many(500))
    await there.worker()
    await expect.poll(async () => (await there.client.status()).streams.get('words')?.records, { timeout: 20_000 }).toBe(1000)
    await there.client.settled({ timeout: 20_000 })
    expect(await contents(there.client.store('counts').entries())).toEqual(new Map(many(500).map((word) => [word, 2])))
    expect((await all(there.client.sink('order').entries())).length).toBe(1000)
  })

  it('takes what clients send as well', async () => {
    const tape = memoryTape()
    tape.add('read')
    await using there = await deployed(counting, { words: tape.reader })
    await there.worker()
    await there.client.send('words', ['sent'])
    await expect
      .poll(async () => contents(there.client.store('counts').entries()), { timeout: 10_000 })
      .toEqual(
        new Map([
          ['read', 1],
          ['sent', 1],
        ]),
      )
  })

  it('that knows records by ids: one that comes again counts once', async () => {
    const queue = memoryQueue()
    queue.add(...many(50))
    const forgetful = {
      ...queue.reader,
      open: async (options: Parameters<typeof queue.reader.open>[0]) => {
        const open = await queue.reader.open(options)
        let acknowledged = 0
        // Each third acknowledgement is lost with its connection, so that what it was for is given out again.
        return {
          ...open,
          acknowledge: async (batch: Parameters<typeof open.acknowledge>[0]) => {
            if (++acknowledged % 3 === 0) throw new Error('connection cut')
            await open.acknowledge(batch)
          },
        }
      },
    }
    await using there = await deployed(counting, { words: forgetful }, { batch: { batchRecords: 4 } })
    await there.worker()
    await expect.poll(() => queue.left(), { timeout: 20_000 }).toBe(0)
    await there.client.settled({ timeout: 10_000 })
    expect(await contents(there.client.store('counts').entries())).toEqual(new Map(many(50).map((word) => [word, 1])))
    expect(there.notices.some((text) => text.includes('the source words is away'))).toBe(true)
  })

  // What the append-only file would be if the power had failed a while ago.
  it.each([0.3, 0.6, 0.9])(
    'is read again from where a Redis is that has lost its last moments, and nothing is lost: cut at %d',
    async (share) => {
      const tape = memoryTape()
      await using server = await startRedisServer({ appendonly: 'yes', appendfsync: 'no', 'auto-aof-rewrite-percentage': '0' })
      const app = bullmq({ redis: server.url, batch: { batchRecords: 10 }, lockDuration: 500 })
        .on(counting)
        .bind({ words: tape.reader })
      const [worker, client] = [await app.start(), app.client()]
      tape.add(...many(300))
      await expect.poll(async () => (await client.status()).streams.get('words')?.records, { timeout: 10_000 }).toBe(300)
      await worker.close()
      await client.close()
      await server.kill()

      const folder = join(server.folder, 'appendonlydir')
      const file = join(folder, (await readdir(folder)).find((name) => name.endsWith('.incr.aof')) as string)
      await truncate(file, Math.floor((await stat(file)).size * share))
      await server.start()

      const [again, reader] = [await app.start(), app.client()]
      try {
        tape.add('last')
        await expect.poll(() => reader.store('counts').get('last'), { timeout: 20_000 }).toBe(1)
        await reader.settled({ timeout: 20_000 })
        const expected = new Map([...many(300), 'last'].map((word) => [word, 1]))
        expect(await contents(reader.store('counts').entries())).toEqual(expected)
      } finally {
        await again.close()
        await reader.close()
      }
    },
  )

  it('refuses what cannot be read when it is bound', () => {
    expect(() =>
      bullmq()
        .on(counting)
        .bind({ words: { url: 'file://x' } as never }),
    ).toThrow(
      'the source words is bound to something that cannot be read; got {"url":"file://x"}; allowed: a SourceReader, such as files({ path }); leave it out to send records with a client',
    )
  })
})
