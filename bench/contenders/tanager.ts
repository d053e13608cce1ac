import { codec, job, source, store } from 'tanager'
import { sum } from 'tanager/algebra'
import { bullmq } from 'tanager/bullmq'
import { typeByQuery, typeOf } from '../beacon.ts'
import type { RedisContender } from './contender.ts'

const beacons = source('beacons', { item: codec.string })
const types = store('types', { key: codec.string, sum })

const counts = (name: string, type: (beacon: string) => string) =>
  job(
    name,
    beacons
      .map(type)
      .map((type) => [type, 1] as const)
      .sumByKey(types),
  )

export const typeCounts = counts('type-counts', typeOf)
const typeCountsByQuery = counts('type-counts-by-query', typeByQuery)

/** As anyone would deploy it, but for the room: all events are to wait in Redis before a worker starts. */
const deploy = (counts: typeof typeCounts) => (redis: string) =>
  bullmq({ redis, room: { stream: 2 ** 30 } })
    .on(counts)
    .bind({})

export const deployment = deploy(typeCounts)

const contender = (label: string, deployment: ReturnType<typeof deploy>): RedisContender => ({
  label,
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
})

export const tanager = contender('tanager: exactly once', deployment)
export const tanagerHeavy = contender('tanager, URLSearchParams', deploy(typeCountsByQuery))
