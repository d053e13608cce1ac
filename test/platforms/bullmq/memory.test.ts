import { codec, job, source, store } from 'tanager'
import { sum } from 'tanager/algebra'
import { bullmq } from 'tanager/bullmq'
import { describe, expect, it } from 'vitest'
import { startRedisServer } from '../../../scripts/redis/server.ts'
import { clientOf } from '../../redis/keys.ts'
import { contents } from './deployed.ts'

const words = source('words', { item: codec.string })
const counts = store('counts', { key: codec.string, sum })
const lengths = store('lengths', { key: codec.string, sum })
const wordCount = job(
  'word-count',
  words
    .map((word) => [word.slice(0, 1), 1] as const)
    .sumByKey(counts)
    .map(([, { delta }]) => ['all', delta] as const)
    .sumByKey(lengths),
)

describe('a Redis that is out of memory', () => {
  it('takes no more, gives its memory back as the work is done, and then goes on as if nothing had been', async () => {
    await using server = await startRedisServer()
    const admin = await clientOf(server.url)
    const notices: string[] = []
    const app = bullmq({ redis: server.url, notice: (text) => notices.push(text), batch: { batchRecords: 50 }, lockDuration: 500 })
      .on(wordCount)
      .bind({})
    const client = app.client()
    const word = (n: number) => `${String.fromCharCode(97 + (n % 26))}${'x'.repeat(1000)}`
    const first = Array.from({ length: 5000 }, (_, n) => word(n))
    try {
      await client.send('words', first)
      const used = Number(/used_memory:(\d+)/.exec(await admin.info('memory'))?.[1])
      // Full of our own batches: only work can make room, and work must not need room to begin.
      await admin.config('SET', 'maxmemory', String(used - 1_000_000))
      await expect(client.send('words', ['more'], { timeout: 200 })).rejects.toMatchObject({ code: 'timeout' })
      await using worker = closing(await app.start())
      expect(worker).toBeDefined()
      await client.send('words', ['more'], { timeout: 30_000 })
      await client.settled({ timeout: 30_000 })
      expect((await contents(client.store('lengths').entries())).get('all')).toBe(5001)
      expect((await client.status()).failed).toEqual([])
      expect(notices.length).toBeLessThan(20)
    } finally {
      await client.close({ abandon: true })
      admin.disconnect()
    }
  })
})

function closing<W extends { close: () => Promise<void> }>(worker: W): W & AsyncDisposable {
  return Object.assign(worker, { [Symbol.asyncDispose]: () => worker.close() })
}
