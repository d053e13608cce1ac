import { codec, job, source, store } from 'tanager'
import { sum } from 'tanager/algebra'
import { bullmq } from 'tanager/bullmq'
import { describe, expect, it } from 'vitest'
import { contents } from '../platforms/bullmq/deployed.ts'
import { openGateway } from './gateway.ts'
import { startPair } from './pair.ts'

const words = source('words', { item: codec.string })
const counts = store('counts', { key: codec.string, sum })
const counting = job('counting', words.map((word) => [word, 1] as const).sumByKey(counts))

type Send = (sequence: number) => Promise<unknown>

/** Four batches of a writer's are accepted, a failover leaves the first few of them; then it sends the fifth, and what it is told to. */
async function failOverAfter(left: number, then: (send: Send, anew: Send) => Promise<void>) {
  await using pair = await startPair()
  await using front = await openGateway(pair.primary.port)
  const app = bullmq({ redis: front.url }).on(counting).bind({})
  const client = app.client()
  const restarted = app.client()
  const by =
    (sender: typeof client): Send =>
    (sequence) =>
      sender.send('words', [`w${sequence}`], { writer: 'w', sequence })
  const send = by(client)
  try {
    for (let sequence = 1; sequence <= 4; sequence++) {
      if (sequence === left + 1) {
        await pair.caughtUp()
        pair.link.freeze()
      }
      await send(sequence)
    }
    await pair.primary.kill()
    await pair.promote()
    front.leadTo(pair.replica.port)
    await then(send, by(restarted))
    const worker = await app.start()
    await client.settled({ timeout: 10_000 })
    const counted = await contents(client.store('counts').entries())
    await worker.close()
    return Object.fromEntries(counted)
  } finally {
    await restarted.close()
    await client.close()
  }
}

describe('a numbered writer, after a failover', () => {
  it('of whom something is left is told of the gap, fills it, and nothing is lost', async () => {
    const counted = await failOverAfter(2, async (send) => {
      await expect(send(5)).rejects.toMatchObject({ code: 'writer-gap', message: expect.stringContaining('number 5 after 2') })
      for (let sequence = 3; sequence <= 5; sequence++) await send(sequence)
    })
    expect(counted).toEqual({ w1: 1, w2: 1, w3: 1, w4: 1, w5: 1 })
  })

  it('of whom nothing is left is told so too, as long as it is the same client that sends', async () => {
    const counted = await failOverAfter(0, async (send) => {
      await expect(send(5)).rejects.toMatchObject({ code: 'writer-gap', details: { last: 0 } })
      for (let sequence = 1; sequence <= 5; sequence++) await send(sequence)
    })
    expect(counted).toEqual({ w1: 1, w2: 1, w3: 1, w4: 1, w5: 1 })
  })

  it('of whom nothing is left, and who has begun anew since, is not: any first number of a new writer is taken', async () => {
    const counted = await failOverAfter(0, async (_send, anew) => void (await anew(5)))
    expect(counted).toEqual({ w5: 1 })
  })
})
