import { setTimeout as sleep } from 'node:timers/promises'
import { describe, it } from 'vitest'
import type { Job } from '../../core/job.ts'
import { bullmq } from '../../platforms/bullmq/index.ts'
import { platformLaws } from '../../testing/laws/platform/laws.ts'
import type { Inputs, Outcome } from '../../testing/platform/platform.ts'
import { all, contents } from '../platforms/bullmq/deployed.ts'
import { keySpace } from '../redis/redis.ts'
import { type Draw, drawFrom } from './draw.ts'

/**
 * The real thing: BullMQ, Redis, several workers, and batches, partitions and limits drawn from the seed. One worker is
 * replaced in the middle; some batches are sent twice under one number.
 */
async function onRedis(job: Job, inputs: Inputs, seed: number): Promise<Outcome> {
  const random = drawFrom(seed)
  await using space = await keySpace()
  const services = Object.fromEntries(
    [...job.slots.values()].filter(({ kind }) => kind === 'service').map(({ name }) => [name, inputs[name]]),
  )
  const app = bullmq({
    redis: space.url,
    prefix: space.prefix,
    partitions: 1 + random.below(4),
    batch: { batchRecords: random.pick([1, 3, 20]) },
    limits: { drainBytes: random.pick([1, 100, 100_000]), drainKeys: random.pick([1, 5, 1000]), handBack: 1 },
    room: { inbox: random.pick([50, 100_000]) },
    attempts: 3,
    backoff: 1,
  })
    .on(job)
    .bind(services as never)
  const client = app.client()
  const workers = [await app.start(), await app.start()]
  try {
    const sources = [...job.slots.values()].filter(({ kind }) => kind === 'source')
    const sending = sources.map(({ name }) => sendInParts(client, name, [...(inputs[name] as Iterable<unknown>)], random))
    await workers.shift()?.close()
    workers.push(await app.start())
    await Promise.all(sending)
    await client.settled({ timeout: 20_000 })
    const slots = [...job.slots.values()]
    const stores = await Promise.all(
      slots
        .flatMap(({ kind, name }) => (kind === 'store' ? [name] : []))
        .map(async (name) => [name, await contents(client.store(name).entries())] as const),
    )
    const sinks = await Promise.all(
      slots
        .flatMap(({ kind, name }) => (kind === 'sink' ? [name] : []))
        .map(async (name) => [name, await all(client.sink(name).entries())] as const),
    )
    return {
      stores: Object.fromEntries(stores),
      sinks: Object.fromEntries(sinks),
      deadLetters: await client.deadLetters.list({ limit: 100_000 }),
    }
  } finally {
    await Promise.all(workers.map((worker) => worker.close()))
    await client.close()
  }
}

type Client = ReturnType<ReturnType<ReturnType<ReturnType<typeof bullmq>['on']>['bind']>['client']>

async function sendInParts(client: Client, source: string, items: readonly unknown[], random: Draw): Promise<void> {
  for (let from = 0, sequence = 1; from < items.length; sequence++) {
    const to = from + 1 + random.below(20)
    const part = items.slice(from, to)
    await client.send(source, part, { writer: 'law', sequence })
    if (random.chance(0.3)) await client.send(source, part, { writer: 'law', sequence })
    if (random.chance(0.2)) await sleep(1)
    from = to
  }
}

describe('the laws of BullMQ and Redis', async () => {
  for (const { name, check } of await platformLaws({ name: 'BullMQ and Redis', run: onRedis }, { runs: 20 })) it(name, check)
})
