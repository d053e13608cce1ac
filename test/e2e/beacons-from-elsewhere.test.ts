import { appendFile, mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { bullmq } from 'tanager/bullmq'
import { memory } from 'tanager/memory'
import { type ExpectStatic, test } from 'vitest'
import { bookedCampaigns } from '../../jobs/beacon-counts/campaigns.ts'
import beaconCounts from '../../jobs/beacon-counts/job.ts'
import { traffic } from '../../jobs/beacon-counts/traffic.ts'
import { startPostgresServer } from '../../scripts/postgres/server.ts'
import { type RedisServer, startRedisServer } from '../../scripts/redis/server.ts'
import { call } from '../cli/tanager.ts'
import { contents } from '../platforms/bullmq/deployed.ts'

const parts = 3
const beacons = [...traffic({ beacons: 3600, seed: 5 })]
const part = (n: number) => beacons.slice((n * beacons.length) / parts, ((n + 1) * beacons.length) / parts)

type Env = Readonly<Record<string, string>>

/**
 * Lets workers count what is fed to them part by part. After each part the one that works is killed and another started, and
 * something else dies too; in the end it is all as in memory.
 */
async function counted(
  expect: ExpectStatic,
  redis: RedisServer,
  env: Env,
  feed: (part: number) => Promise<void>,
  die: (part: number) => Promise<void>,
) {
  const expected = await memory().on(beaconCounts).run({ beacons, campaigns: bookedCampaigns })
  const client = bullmq({ redis: redis.url }).on(beaconCounts).bind({ campaigns: bookedCampaigns }).client()
  const records = async () => (await client.status()).streams.get('beacons')?.records ?? 0
  const work = () => call(['worker', 'test/e2e/elsewhere.ts'], { env: { REDIS_URL: redis.url, ...env } })
  let worker = work()
  try {
    for (let n = 0; n < parts; n++) {
      await worker.says(/ready/)
      await feed(n)
      await expect.poll(records, { timeout: 60_000 }).toBeGreaterThan((n * beacons.length) / parts)
      worker.child.kill('SIGKILL')
      await die(n)
      await worker[Symbol.asyncDispose]()
      worker = work()
    }
    await expect.poll(records, { timeout: 60_000 }).toBe(beacons.length)
    await client.settled({ timeout: 60_000 })
    for (const store of ['types', 'impressions', 'clicks'] as const) {
      expect(await contents(client.store(store).entries()), store).toEqual(expected.stores[store])
    }
    const unknown: string[] = []
    for await (const beacon of client.sink('unknown').entries()) unknown.push(beacon)
    expect(unknown.sort()).toEqual([...expected.sinks.unknown].sort())
    expect((await client.deadLetters.list({ limit: 1000 })).length).toBe(expected.deadLetters.length)
  } finally {
    await worker[Symbol.asyncDispose]()
    await client.close({ abandon: true })
  }
}

test.concurrent('beacons out of logs that are rotated are counted as in memory, while workers are killed, and Redis twice', async ({
  expect,
}) => {
  await using redis = await startRedisServer({ appendonly: 'yes', appendfsync: 'always' })
  const folder = await mkdtemp(join(tmpdir(), 'tanager-logs-'))
  const log = join(folder, 'access.log')
  try {
    await counted(
      expect,
      redis,
      { BEACONS_GLOB: `${log}*` },
      async (n) => {
        const lines = part(n)
        await appendFile(
          log,
          lines
            .slice(0, 600)
            .map((line) => `${line}\n`)
            .join(''),
        )
        // In the midst of it, and of a line.
        await appendFile(log, (lines[600] as string).slice(0, 10))
        await appendFile(log, `${(lines[600] as string).slice(10)}\n`)
        await rename(log, `${log}.${n}`)
        await appendFile(
          log,
          lines
            .slice(601)
            .map((line) => `${line}\n`)
            .join(''),
        )
      },
      async (n) => {
        if (n === 0) return
        await redis.kill()
        await redis.start()
      },
    )
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}, 240_000)

test.concurrent('beacons out of an outbox are counted as in memory, while workers are killed, and PostgreSQL twice', async ({ expect }) => {
  await using redis = await startRedisServer({ appendonly: 'yes', appendfsync: 'always' })
  await using postgres = await startPostgresServer()
  const sql = async (text: string, values: readonly unknown[] = []) => {
    const client = new pg.Client({ connectionString: postgres.url })
    await client.connect()
    await client.query(text, [...values]).finally(() => client.end())
  }
  await sql('CREATE TABLE outbox (id bigserial PRIMARY KEY, xid xid8 NOT NULL DEFAULT pg_current_xact_id(), payload text)')
  await counted(
    expect,
    redis,
    { DATABASE_URL: postgres.url },
    (n) => sql('INSERT INTO outbox (payload) SELECT unnest($1::text[])', [part(n)]),
    async (n) => {
      if (n === 0) return
      await postgres.kill()
      await postgres.start()
    },
  )
}, 240_000)
