import { codec, job, type Sink, sink, source, store } from 'tanager'
import { sum } from 'tanager/algebra'
import { bullmq } from 'tanager/bullmq'
import { expect, it } from 'vitest'
import { rabbitmq, rabbitmqSink } from '../../../connectors/rabbitmq/index.ts'
import { keySpace } from '../../redis/redis.ts'
import { corner } from './corner.ts'

const beacons = source('beacons', { item: codec.json<{ readonly page: string }>() })
const clicks = store('clicks', { key: codec.string, sum })
const alerts = sink('alerts', { item: codec.struct({ page: codec.string, more: codec.int }) })
const beaconCounts = job(
  'beacon-counts',
  beacons
    .map(({ page }) => [page, 1] as const)
    .sumByKey(clicks)
    .map(([page, { delta }]) => ({ page, more: delta }))
    .write(alerts),
)

/** A job between two queues. */
export function counting(broker: () => string): void {
  it('counts each message once, however often it was published, and writes what came of it', async () => {
    await using mine = await corner(broker())
    await using space = await keySpace()
    const [incoming, outgoing] = [await mine.queue(), await mine.queue()]
    const sent = Array.from({ length: 300 }, (_, i) => ({ id: `beacon ${i}`, page: `/${i % 7}` }))
    // Twice in a row, and once more after all others.
    const published = [...sent.flatMap((each, i) => (i % 3 === 0 ? [each, each] : [each])), ...sent.slice(0, 50)]
    await mine.publish(
      incoming,
      published.map(({ page }) => JSON.stringify({ page })),
      (i) => ({ messageId: published[i]?.id as string }),
    )
    await mine.publish(incoming, ['no JSON', Buffer.from([0xff])])
    const out = rabbitmqSink({ url: mine.url, queue: outgoing }) satisfies Sink<unknown>
    const app = bullmq({ redis: space.url, prefix: space.prefix, batch: { batchRecords: 50 } })
      .on(beaconCounts)
      .bind({ beacons: rabbitmq({ url: mine.url, queue: incoming }), alerts: out })
    const worker = await app.start()
    const client = app.client()
    try {
      await expect.poll(() => mine.ready(incoming), { timeout: 20_000 }).toBe(0)
      await expect.poll(async () => (await client.deadLetters.list()).length, { timeout: 20_000 }).toBe(2)
      await client.settled()
      const expected = new Map<string, number>()
      for (const { page } of sent) expected.set(page, (expected.get(page) ?? 0) + 1)
      const found = new Map<string, number>()
      for await (const [page, count] of client.store('clicks').entries()) found.set(page, count)
      expect(new Map([...found].sort())).toEqual(new Map([...expected].sort()))
      const written = new Map<string, number>()
      for (const { text } of await mine.drain(outgoing)) {
        const { page, more } = JSON.parse(text) as { readonly page: string; readonly more: number }
        written.set(page, (written.get(page) ?? 0) + more)
      }
      expect(new Map([...written].sort())).toEqual(new Map([...expected].sort()))
    } finally {
      await worker.close()
      await client.close()
      await out.close()
    }
  })
}
