import { codec, job, source, store } from 'tanager'
import { sum } from 'tanager/algebra'
import { bullmq } from 'tanager/bullmq'
import { describe, expect, it } from 'vitest'
import { contents, deployed } from './deployed.ts'
import { OutsideStore } from './outside-store.ts'

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

describe('a store outside, on Redis and with several workers', () => {
  it('counts each record once, though every third commit is not heard of and every fifth is refused', async () => {
    let commits = 0
    const outside = new OutsideStore<string, number>(() => {
      commits += 1
      return commits % 3 === 0 ? 'unanswered' : commits % 5 === 0 ? 'refused' : 'done'
    })
    const options = { partitions: 3, batch: { batchRecords: 20 }, backoff: 1, limits: { drainBytes: 500 }, attempts: 50 }
    await using there = await deployed(chained, { counts: outside }, options)
    await Promise.all([there.worker(), there.worker()])
    const sent = Array.from({ length: 2000 }, (_, n) => `word ${n % 17}`)
    const receipt = await there.client.send('words', sent)
    await there.client.settled({ after: receipt, timeout: 30_000 })
    const held = await contents(there.client.store('counts').entries())
    expect(held).toEqual(new Map(Array.from({ length: 17 }, (_, n) => [`word ${n}`, sent.filter((word) => word === `word ${n}`).length])))
    expect(await there.client.store('counts').get('word 3')).toBe(held.get('word 3'))
    expect(await there.client.store('counts').get('nothing')).toBeUndefined()
    expect(await there.client.store('total').get('all')).toBe(2000)
    expect(commits).toBeGreaterThan(10)
    expect((await there.client.status()).failed).toEqual([])
  })

  it('is refused where it is none', () => {
    expect(() =>
      bullmq()
        .on(chained)
        .bind({ counts: new Map() as never }),
    ).toThrow(expect.objectContaining({ code: 'invalid-binding', message: expect.stringContaining('at, multiGet, commit, entries') }))
  })
})
