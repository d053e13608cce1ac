import { codec, job, source, store } from 'tanager'
import { hyperLogLog } from 'tanager/algebra'
import { memory } from 'tanager/memory'
import { describe, expect, it } from 'vitest'
import { contents, deployed } from './deployed.ts'

const visits = source('visits', { item: codec.tuple(codec.string, codec.int) })
const visitors = store('visitors', { key: codec.string, sum: hyperLogLog({ by: codec.int }) })
const distinct = job('distinct', visits.aggregateByKey(visitors))

/** Pages with few visitors and many, so that some totals are sparse and some dense; each visitor comes twice. */
const pages = [1, 2, 30, 1200, 6000].map((n) => [`page-${n}`, n] as const)
const records = pages.flatMap(([page, n]) => Array.from({ length: 2 * n }, (_, i) => [page, (i * 31) % n] as const))

describe('a HyperLogLog in a store on Redis', () => {
  it('is one of Redis itself: PFCOUNT says what the client says', async () => {
    await using there = await deployed(distinct, {}, { partitions: 2, batch: { batchRecords: 700 } })
    await Promise.all([there.worker(), there.worker()])
    const receipt = await there.client.send('visits', records)
    await there.client.settled({ after: receipt, timeout: 30_000 })
    const { client, prefix } = there.space
    const held = (await there.space.keys()).filter((key) => /store:visitors:\d+$/.test(key))
    const read = await contents(there.client.store('visitors').entries())

    const expected = await memory().on(distinct).run({ visits: records })
    expect(read).toEqual(new Map(expected.stores.visitors))
    expect([...read.keys()].sort()).toEqual(pages.map(([page]) => page).sort())
    const lengths = new Set<string>()
    for (const [page, n] of pages) {
      const bytes = (await Promise.all(held.map((key) => client.hgetBuffer(key, page)))).find((found) => found !== null) as Buffer
      const { estimate, min, max } = read.get(page) ?? expect.unreachable()
      const elsewhere = `${prefix}:{elsewhere}:${page}`
      await client.set(elsewhere, bytes)
      expect(await client.pfcount(elsewhere)).toBe(estimate)
      expect(min <= n && n <= max).toBe(true)
      // The visitors are known to Redis by their number in plain digits.
      expect(await client.pfadd(elsewhere, ...Array.from({ length: n }, (_, i) => `${i}`))).toBe(0)
      lengths.add(bytes.length === 12304 ? 'dense' : 'sparse')
    }
    expect(lengths).toEqual(new Set(['sparse', 'dense']))
    const all = pages.map(([page]) => `${prefix}:{elsewhere}:${page}`)
    await client.pfmerge(`${prefix}:{elsewhere}:all`, ...all)
    expect(await client.pfcount(`${prefix}:{elsewhere}:all`)).toBe(read.get('page-6000')?.estimate)
  })

  it('says which store and key hold bytes that are none', async () => {
    await using there = await deployed(distinct, {}, { partitions: 1 })
    await there.worker()
    await there.client.settled({ after: await there.client.send('visits', [['home', 1]]), timeout: 10_000 })
    const [held] = (await there.space.keys()).filter((key) => key.endsWith('store:visitors:0'))
    const bytes = (await there.space.client.hgetBuffer(held as string, 'home')) as Buffer
    expect(bytes.length).toBeLessThan(25)
    await there.space.client.hset(held as string, 'home', bytes.subarray(0, -1))
    const told = 'the store visitors holds something unreadable under the key "home"'
    await expect(there.client.store('visitors').get('home')).rejects.toThrow(told)
  })
})
