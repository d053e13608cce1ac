import { right } from 'fp-ts/lib/Either.js'
import { none, some } from 'fp-ts/lib/Option.js'
import { codec, job, source, store, tumbling } from 'tanager'
import { count, sum } from 'tanager/algebra'
import { batched, cached, memoryTransactionalStore, overTime, readable } from 'tanager/store'
import { describe, expect, it } from 'vitest'
import { deployed } from '../../../platforms/bullmq/deployed.ts'

const minute = 60_000
const minutes = tumbling({ minutes: 1 })
const hours = tumbling({ hours: 1 })
const key = codec.tuple(codec.string, codec.int)
const clicks = source('clicks', { item: codec.tuple(codec.string, codec.int), timestamp: ([, at]) => at })
const byMinute = store('byMinute', { key, sum: count })
const byHour = store('byHour', { key, sum: count })
const totals = store('totals', { key: codec.string, sum })
const pages = clicks.keyBy(([page]) => page)
const counted = job(
  'counted',
  pages.window(minutes).aggregateByKey(byMinute),
  pages.window(hours).aggregateByKey(byHour),
  pages.mapValues(() => 1).sumByKey(totals),
)

describe('the stores of a deployed job', () => {
  it('are readable stores: cached, batched, over time', async () => {
    const outside = memoryTransactionalStore(totals)
    await using there = await deployed(counted, { totals: outside }, { partitions: 3 })
    await there.worker()
    const records = Array.from({ length: 200 }, (_, n) => ['/home', n * minute] as const)
    const receipt = await there.client.send('clicks', [...records, ['/about', 0]])

    const reader = there.client.store('totals')
    const fresh = readable<string, number>({ multiGet: (keys) => reader.multiGet(keys, { after: receipt }) })
    expect(await fresh.multiGet(['/home', '/nothing', '/about'])()).toEqual([right(some(200)), right(none), right(some(1))])
    expect(await cached(batched(readable(outside)), { key: codec.string, entries: 10 }).get('/home')()).toEqual(right(some(200)))

    await there.client.settled({ after: receipt })
    const series = overTime(
      [
        { windows: minutes, store: readable(there.client.store('byMinute')) },
        { windows: hours, store: readable(there.client.store('byHour')) },
      ],
      count,
    )
    const range = { from: 7 * minute, to: 190 * minute }
    expect(await series.multiOver(['/home', '/about'], range)()).toEqual([right(some(183)), right(none)])
  })
})
