import { codec, job, source, store } from 'tanager'
import { sum } from 'tanager/algebra'
import { bullmq } from 'tanager/bullmq'
import { typeOf } from '../events.ts'
import type { RedisContender } from './contender.ts'

const beacons = source('beacons', { item: codec.string })
const types = store('types', { key: codec.string, sum })

export const typeCounts = job(
  'type-counts',
  beacons
    .map(typeOf)
    .map((type) => [type, 1] as const)
    .sumByKey(types),
)

/** As anyone would deploy it, but for the room: all events are to wait in Redis before a worker starts. */
export const deployment = (redis: string) =>
  bullmq({ redis, room: { stream: 2 ** 30 } })
    .on(typeCounts)
    .bind({})

export const tanager: RedisContender = {
  label: 'tanager: exactly once',
  send: async (redis, events, batchSize) => {
    const client = deployment(redis)
      .with({ batch: { batchRecords: batchSize } })
      .client()
    await client.send('beacons', events)
    await client.close()
  },
  work: async (redis) => {
    const app = deployment(redis)
    const worker = await app.start()
    const client = app.client()
    await client.settled()
    return async () => {
      await client.close()
      await worker.close()
    }
  },
  counts: async (redis) => {
    const client = deployment(redis).client()
    const counts = new Map<string, number>()
    for await (const [type, n] of client.store('types').entries()) counts.set(type, n)
    await client.close()
    return counts
  },
}
