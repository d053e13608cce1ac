import { codec, job, source, store } from 'tanager'
import { sum } from 'tanager/algebra'
import { bullmq } from 'tanager/bullmq'
import { memory } from 'tanager/memory'
import { describe, expect, it } from 'vitest'
import { ingest } from '../../../connectors/http/index.ts'
import { startRedisServer } from '../../../scripts/redis/server.ts'
import { contents, deployed } from '../../platforms/bullmq/deployed.ts'

const beacons = source('beacons', { item: codec.struct({ page: codec.string }) })
const views = store('views', { key: codec.string, sum })
const counting = job('counting', beacons.map(({ page }) => [page, 1] as const).sumByKey(views))

const body = (pages: readonly string[]) => pages.map((page) => `${JSON.stringify({ page })}\n`).join('')
const ndjson = { 'content-type': 'application/x-ndjson' }

describe('an endpoint before a deployed job', () => {
  it('gives receipts that reads can wait for, and what cannot be read goes to the dead letters', async () => {
    await using there = await deployed(counting, {})
    await there.worker()
    const { app } = await ingest(there.client, { sources: [beacons], open: true })
    const post = (key?: string) =>
      app.request('/sources/beacons', {
        method: 'POST',
        body: `${body(['a', 'b', 'a'])}no json\n`,
        headers: key === undefined ? ndjson : { ...ndjson, 'idempotency-key': key },
      })
    const answers = [await post('k'), await post('k'), await post()]
    const [first, again, last] = (await Promise.all(answers.map((answer) => answer.json()))) as { receipt: Record<string, number> }[]
    expect(again).toEqual(first)
    expect(await there.client.store('views').get('a', { after: last?.receipt as Record<string, number> })).toBe(4)
    await there.client.settled()
    expect((await there.client.deadLetters.list()).map(({ record }) => record)).toEqual(['no json', 'no json'])
    expect((await app.request('/health')).status).toBe(200)
  })

  it('says 429 while the stream is full, and takes the same request once there is room', async () => {
    await using there = await deployed(counting, {}, { room: { stream: 200 } })
    const { app } = await ingest(there.client, { sources: [beacons], open: true, sendTimeout: 100, retryAfter: 1 })
    const post = (i: number, key?: string) =>
      app.request('/sources/beacons', {
        method: 'POST',
        body: body([`p${i}`]),
        headers: key === undefined ? ndjson : { ...ndjson, 'idempotency-key': key },
      })
    let accepted = 0
    while ((await post(accepted, `k${accepted}`)).status === 202) accepted += 1
    const refusal = async (key?: string) => {
      const { status, headers } = await post(accepted, key)
      return [status, headers.get('retry-after')]
    }
    expect(await refusal(`k${accepted}`)).toEqual([429, '1'])
    // Was it on its way when the time was up, nobody knows whether it was accepted, and the answer is 503.
    await expect.poll(() => refusal(), { timeout: 10_000 }).toEqual([429, '1'])
    await there.worker()
    await expect.poll(async () => (await post(accepted, `k${accepted}`)).status, { timeout: 10_000 }).toBe(202)
    await there.client.settled({ timeout: 10_000 })
    const expected = Array.from({ length: accepted + 1 }, (_, i) => [`p${i}`, 1] as const)
    expect(await contents(there.client.store('views').entries())).toEqual(new Map(expected))
  })

  it('counts each request once, while Redis is killed twice and a worker is replaced', async () => {
    await using redis = await startRedisServer({ appendonly: 'yes', appendfsync: 'always' })
    const app = bullmq({ redis: redis.url, lockDuration: 500 }).on(counting).bind({})
    const [client, first] = [app.client(), await app.start()]
    const endpoint = await ingest(client, { sources: [beacons], open: true, sendTimeout: 300 })
    const server = await endpoint.serve({ port: 0 })
    const seen = new Map<number, number>()
    const pagesOf = (i: number) => [`p${i % 7}`, `own-${i}`, 'all']

    /** Sends a request until it is accepted, as callers should, and one in four once more. */
    const send = async (i: number): Promise<void> => {
      for (let again = i % 4 === 0 ? 2 : 1; again > 0; ) {
        const status = await fetch(`${server.url}/sources/beacons`, {
          method: 'POST',
          body: body(pagesOf(i)),
          headers: { ...ndjson, 'idempotency-key': `request-${i}` },
        }).then(
          async (answer) => {
            await answer.text()
            return answer.status
          },
          () => 0,
        )
        seen.set(status, (seen.get(status) ?? 0) + 1)
        if (status === 202) again -= 1
        else await new Promise((resolve) => setTimeout(resolve, 20))
      }
    }

    const requests = 300
    let next = 0
    const callers = Array.from({ length: 8 }, async () => {
      while (next < requests) await send(next++)
    })
    try {
      for (const at of [60, 180]) {
        await expect.poll(() => next, { timeout: 30_000 }).toBeGreaterThan(at)
        await redis.kill()
        // Long enough for callers to be told.
        const refused = seen.get(503) ?? 0
        await expect.poll(() => seen.get(503) ?? 0, { timeout: 10_000 }).toBeGreaterThan(refused)
        await redis.start()
      }
      const [second] = await Promise.all([app.start(), first.close({ grace: 1_000 })])
      await Promise.all(callers)
      await client.settled({ timeout: 30_000 })
      const found = await contents(client.store('views').entries())
      const inputs = Array.from({ length: requests }, (_, i) => pagesOf(i).map((page) => ({ page }))).flat()
      const expected = await memory().on(counting).run({ beacons: inputs })
      expect(found).toEqual(expected.stores.views)
      expect(seen.get(202)).toBe(requests + requests / 4)
      await second.close()
    } finally {
      next = requests
      if (redis.pid === undefined) await redis.start()
      await Promise.allSettled(callers)
      await server.close()
      await client.close({ abandon: true })
    }
  })
})
