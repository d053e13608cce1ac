import { codec, job, source, store } from 'tanager'
import { sum } from 'tanager/algebra'
import { describe, expect, it } from 'vitest'
import { ingest } from '../../../connectors/http/index.ts'
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
})
