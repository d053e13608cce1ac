import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'amqplib'
import pg from 'pg'
import { memory } from 'tanager/memory'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bookedCampaigns } from '../../jobs/beacon-counts/campaigns.ts'
import beaconCounts from '../../jobs/beacon-counts/job.ts'
import { traffic } from '../../jobs/beacon-counts/traffic.ts'
import { type PostgresServer, startPostgresServer } from '../../scripts/postgres/server.ts'
import { type RabbitmqServer, startRabbitmqServer } from '../../scripts/rabbitmq/server.ts'
import { type RedisServer, startRedisServer } from '../../scripts/redis/server.ts'
import { call } from '../cli/tanager.ts'
import { contents } from '../platforms/bullmq/deployed.ts'

const deployment = 'jobs/beacon-counts/deploy.ts'
const parts = 4
const beacons = [...traffic({ beacons: 8000, seed: 3 })]

let redis: RedisServer
let rabbitmq: RabbitmqServer
let postgres: PostgresServer
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tanager-beacons-'))
  ;[redis, rabbitmq, postgres] = await Promise.all([
    startRedisServer({ appendonly: 'yes', appendfsync: 'always' }),
    startRabbitmqServer(),
    startPostgresServer(),
  ])
}, 300_000)

afterAll(async () => {
  await Promise.all([redis?.close(), rabbitmq?.close(), postgres?.close()])
  await rm(folder, { recursive: true, force: true })
})

const env = () => ({ REDIS_URL: redis.url, RABBITMQ_URL: rabbitmq.url, DATABASE_URL: postgres.url })
const work = () => call(['worker', deployment], { env: env() })

/** Sends beacons as their server would: each with an id, until the broker has all of them. */
async function publish(from: number, to: number): Promise<void> {
  const connection = await connect(rabbitmq.url)
  try {
    const channel = await connection.createConfirmChannel()
    await channel.assertQueue('beacons', { durable: true })
    for (let i = from; i < to; i++) {
      channel.sendToQueue('beacons', Buffer.from(beacons[i] as string), { persistent: true, messageId: `beacon-${i}` })
    }
    await channel.waitForConfirms()
  } finally {
    await connection.close()
  }
}

async function clicksInPostgres(): Promise<ReadonlyMap<string, number>> {
  const client = new pg.Client({ connectionString: postgres.url })
  await client.connect()
  try {
    const { rows } = await client.query<{ campaign: string; clicks: string }>('SELECT campaign, clicks FROM clicks')
    return new Map(rows.map(({ campaign, clicks }) => [campaign, Number(clicks)]))
  } finally {
    await client.end()
  }
}

test('beacons out of RabbitMQ are counted in Redis and PostgreSQL as in memory, while all three and a worker are killed', async () => {
  const expected = await memory().on(beaconCounts).run({ beacons, campaigns: bookedCampaigns })
  Object.assign(process.env, env())
  const { default: app } = await import('../../jobs/beacon-counts/deploy.ts')
  const client = app.with({ redis: redis.url }).client()
  await using first = work()
  await using second = work()
  await Promise.all([first.says(/ready/), second.says(/ready/)])
  const records = async () => (await client.status()).streams.get('beacons')?.records ?? 0
  const size = beacons.length / parts
  // After each part somebody dies: a worker, then each of the three, as by a power cut.
  const deaths = [
    async () => {
      first.child.kill('SIGKILL')
    },
    async () => {
      await rabbitmq.kill()
      await rabbitmq.start()
    },
    async () => {
      await postgres.kill()
      await postgres.start()
      await redis.kill()
      await redis.start()
    },
    async () => {
      await rabbitmq.kill()
      await rabbitmq.start()
      await postgres.kill()
      await postgres.start()
    },
  ]
  await using third = work()
  for (const [part, die] of deaths.entries()) {
    await publish(part * size, (part + 1) * size)
    await expect.poll(records, { timeout: 60_000 }).toBeGreaterThan(part * size)
    await die()
  }
  // Published again by somebody who is not sure: known by their ids.
  await publish(beacons.length - size, beacons.length)
  await expect.poll(records, { timeout: 60_000 }).toBe(beacons.length)
  await client.settled({ timeout: 60_000 })

  expect(await contents(client.store('types').entries())).toEqual(expected.stores.types)
  expect(await contents(client.store('impressions').entries())).toEqual(expected.stores.impressions)
  expect(await clicksInPostgres()).toEqual(expected.stores.clicks)
  const unknown: string[] = []
  for await (const beacon of client.sink('unknown').entries()) unknown.push(beacon)
  expect(unknown.sort()).toEqual([...expected.sinks.unknown].sort())
  const dead = (await client.deadLetters.list({ limit: 1000 })).map(({ record }) => record)
  expect(dead.sort()).toEqual(expected.deadLetters.map(({ record }) => record).sort())
  expect((await client.status()).failed).toEqual([])
  await client.close()
  expect(third.child.exitCode).toBeNull()
}, 240_000)
