import { readdir, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { codec, job, source, store } from 'tanager'
import { sum } from 'tanager/algebra'
import { bullmq } from 'tanager/bullmq'
import { describe, expect, it } from 'vitest'
import { startRedisServer } from '../../../scripts/redis/server.ts'
import { contents } from './deployed.ts'

const words = source('words', { item: codec.string })
const counts = store('counts', { key: codec.string, sum })
const total = store('total', { key: codec.string, sum })
const chained = job(
  'chained',
  words
    .map((word) => [word, 1] as const)
    .sumByKey(counts)
    .map(([, { delta }]) => ['all', delta] as const)
    .sumByKey(total),
)

const perBatch = 10
const batch = Array.from({ length: perBatch }, (_, i) => `w${i}`)

describe('a Redis that loses its last moments', () => {
  // What the append-only file would be if the power had failed a while ago: cut anywhere, also within a script's writes.
  it.each([0.15, 0.4, 0.7, 0.95])('loses log, counts and queue together: cut at %d, what is left is counted once', async (share) => {
    await using server = await startRedisServer({ appendonly: 'yes', appendfsync: 'no', 'auto-aof-rewrite-percentage': '0' })
    const app = bullmq({ redis: server.url, batch: { batchRecords: perBatch }, lockDuration: 500 })
      .on(chained)
      .bind({})
    const [worker, client] = [await app.start(), app.client()]
    for (let sequence = 1; sequence <= 60; sequence++) await client.send('words', batch, { writer: 'w', sequence })
    await worker.close()
    await client.close()
    await server.kill()

    const folder = join(server.folder, 'appendonlydir')
    const file = join(folder, (await readdir(folder)).find((name) => name.endsWith('.incr.aof')) as string)
    await truncate(file, Math.floor((await stat(file)).size * share))
    await server.start()

    const [again, reader] = [await app.start(), app.client()]
    try {
      await reader.settled({ timeout: 20_000 })
      const { streams } = await reader.status()
      const kept = streams.get('words')?.head as number
      expect(kept).toBeGreaterThan(0)
      expect(await contents(reader.store('counts').entries())).toEqual(new Map(batch.map((word) => [word, kept])))
      expect(await reader.store('total').get('all')).toBe(kept * perBatch)
      // A sender that numbers its batches fills the gap: what is there already changes nothing.
      for (let sequence = kept; sequence <= 60; sequence++) await reader.send('words', batch, { writer: 'w', sequence })
      await reader.settled({ timeout: 20_000 })
      expect(await reader.store('total').get('all')).toBe(60 * perBatch)
    } finally {
      await again.close()
      await reader.close()
    }
  })
})
