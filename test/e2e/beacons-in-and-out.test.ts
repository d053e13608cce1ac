import { join } from 'node:path'
import { Queue } from 'bullmq'
import { Redis } from 'ioredis'
import type { Client } from 'tanager/bullmq'
import { memory } from 'tanager/memory'
import { afterAll, describe, expect, test } from 'vitest'
import { bookedCampaigns } from '../../jobs/beacon-counts/campaigns.ts'
import beaconCounts from '../../jobs/beacon-counts/job.ts'
import { traffic } from '../../jobs/beacon-counts/traffic.ts'
import { type RedisServer, startRedisServer } from '../../scripts/redis/server.ts'
import { type Call, call } from '../cli/tanager.ts'
import { all, contents } from '../platforms/bullmq/deployed.ts'
import { Callers } from './in-and-out/callers.ts'
import { deploymentsAt, type Places, queueOut, streamOut } from './in-and-out/deployments.ts'
import { Receiver } from './in-and-out/receiver.ts'

type Deployments = ReturnType<typeof deploymentsAt>
type Clients = { readonly [Way in keyof Deployments]: ReturnType<Deployments[Way]['client']> }

const acts = 3
const beacons = [...traffic({ beacons: 2400, seed: 11 })]
const patience = { timeout: 90_000 }

/** Of a kind that nobody knows, so that each is found again, as it came, in a sink. */
let odd = 0
const oddOne = () => `/b?beaconType=odd&n=${odd++}`
/** Those of which each counts, and none goes to that sink. */
const plainOnes = (some: readonly string[]) => some.filter((beacon) => /beaconType=(impression|click|conversion)&site=/.test(beacon))

const settings = { appendonly: 'yes', appendfsync: 'always' }
let redis: RedisServer
let outside: RedisServer
let receiver: Receiver
let places: Places
let clients: Clients
let others: Redis
let queues: Record<'in' | 'out', Queue>
let callers: Callers
const processes: Call[] = []

const start = (program: string): Call => {
  const env = { REDIS_URL: places.redis, OUTSIDE_URL: places.outside, HOOK_URL: places.hook }
  const node = [process.execPath, '--conditions=tanager-source', '--import', 'tsx']
  const started = call([], { program: [...node, join(import.meta.dirname, 'in-and-out', program)], env })
  processes.push(started)
  return started
}

async function serving({ says }: Call) {
  const [, keyed = '', plain = ''] = await says(/serving (\S+) (\S+)/)
  return { keyed, plain }
}

/** What was published, by who heard it: nobody, one who lived until it was counted, or one of whom that is not known. */
const published = { unheard: [] as string[], heard: [] as string[], perhaps: [] as string[] }
const publish = (beacon: string) => others.publish('beacons', beacon)

/** How many records have come in by a way. */
const came = async (way: keyof Clients) => (await clients[way].status()).streams.get('beacons')?.records ?? 0
const exact = ['positions', 'group', 'list', 'queue', 'keyed'] as const

/** What goes on until it is accepted, whatever dies. */
const sending: Promise<unknown>[] = []

/** Puts beacons where every way begins. When it answers they are there; but for requests, which go on until they are accepted. */
async function feed(some: readonly string[], name: string): Promise<void> {
  const pipeline = others.pipeline()
  for (const beacon of some) {
    pipeline.xadd('positions', '*', 'data', beacon).xadd('group', '*', 'data', beacon).rpush('list', beacon)
  }
  await pipeline.exec()
  await queues.in.addBulk(some.map((data) => ({ name: 'beacon', data })))
  const size = 50
  const requests = Array.from({ length: Math.ceil(some.length / size) }, (_, i) => some.slice(i * size, (i + 1) * size))
  sending.push(...requests.map((request, i) => callers.send(`${name}-${i}`, request, { twice: i % 4 === 0 })))
}

/** Waits until somebody listens, and publishes; all of it is counted before anything else happens. */
async function publishSafely(some: readonly string[]): Promise<void> {
  for (let beacon = oddOne(); (await publish(beacon)) === 0; beacon = oddOne()) published.unheard.push(beacon)
  // At one go: who listens may be starved for so long that it is taken for dead.
  const pipeline = others.pipeline()
  for (const beacon of some) pipeline.publish('beacons', beacon)
  expect((await pipeline.exec())?.map(([, heard]) => heard)).toEqual(some.map(() => 1))
  published.heard.push(...some)
  const counted = async () => {
    const types = await contents(clients.channel.store('types').entries())
    return [...types].reduce((sum, [type, count]) => (type === 'unknown' ? sum : sum + count), 0)
  }
  await expect.poll(counted, patience).toBe(published.heard.length)
}

async function play(): Promise<void> {
  receiver = new Receiver()
  const hook = await receiver.listen()
  ;[redis, outside] = await Promise.all([startRedisServer(settings), startRedisServer(settings)])
  places = { redis: redis.url, outside: outside.url, hook }
  const apps = deploymentsAt(places)
  clients = Object.fromEntries(Object.entries(apps).map(([way, app]) => [way, app.client()])) as unknown as Clients
  others = new Redis(outside.url, { maxRetriesPerRequest: null }).on('error', () => {})
  const queue = (name: string) => new Queue(name, { connection: others }).on('error', () => {})
  queues = { in: queue('beacons'), out: queue(queueOut) }

  const workers = [start('worker.ts'), start('worker.ts')]
  let endpoint = start('endpoint.ts')
  callers = new Callers(serving(endpoint))
  await Promise.all(workers.map((worker) => worker.says(/ready/)))
  const size = beacons.length / acts
  for (let act = 0; act < acts; act++) {
    const begin = act * size
    const [some, more] = [beacons.slice(begin, begin + size / 2), beacons.slice(begin + size / 2, begin + size)]
    await feed(some, `first-of-${act}`)
    await publishSafely(plainOnes(some).slice(0, 100))
    await Promise.all(Array.from({ length: 10 }, () => callers.try(oddOne())))
    for (const way of exact) await expect.poll(() => came(way), patience).toBeGreaterThan(begin)
    // In the midst of the rest, all of them die at once: a worker, the server of requests, who is posted to, and Redis.
    await feed(more, `second-of-${act}`)
    if (act === acts - 1) break
    sending.push(...Array.from({ length: 10 }, () => callers.try(oddOne())))
    for (let i = 0; i < 20; i++) {
      const beacon = oddOne()
      published[(await publish(beacon)) === 0 ? 'unheard' : 'perhaps'].push(beacon)
    }
    receiver.die()
    workers[act]?.child.kill('SIGKILL')
    endpoint.child.kill('SIGKILL')
    const servers = act === 0 ? [outside] : [outside, redis]
    await Promise.all(servers.map((server) => server.kill()))
    workers.push(start('worker.ts'))
    endpoint = start('endpoint.ts')
    await Promise.all(servers.map((server) => server.start()))
    callers.moved(serving(endpoint))
    receiver.rise()
  }
  await Promise.all(sending)
  for (const way of exact) await expect.poll(() => came(way), patience).toBe(beacons.length)
  for (const client of Object.values(clients)) await (client as Client<never>).settled({ timeout: 90_000 })
}

let playing: Promise<void> | undefined
/** It is played once, for all that is looked at afterwards. */
const played = () => (playing ??= play())

afterAll(async () => {
  await Promise.all(processes.map((each) => each[Symbol.asyncDispose]()))
  for (const client of Object.values(clients ?? {})) await (client as Client<never>).close({ abandon: true })
  others?.disconnect()
  await Promise.all([redis?.close(), outside?.close(), receiver?.[Symbol.asyncDispose]()])
})

/** What went out by a way, of the beacons of unknown type. */
const out: { readonly [Way in (typeof exact)[number]]: () => Promise<readonly string[]> } = {
  positions: async () => (await others.xrange(streamOut('positions'), '-', '+')).map(([, fields]) => fields[1] as string),
  group: async () => (await others.xrange(streamOut('group'), '-', '+')).map(([, fields]) => fields[1] as string),
  list: () => all(clients.list.sink('unknown').entries()),
  queue: async () => (await queues.out.getJobs(['waiting'])).map(({ data }) => data as string),
  keyed: async () => [...receiver.posted.values()].flatMap(([body = '[]']) => JSON.parse(body) as string[]),
}

describe('beacons, while Redis is killed twice, and with it a worker, who takes requests, and who is posted to', {
  timeout: 300_000,
}, () => {
  test.each([
    ['positions', 'out of a stream and into another'],
    ['group', 'out of a stream by a group, and into another'],
    ['list', 'out of a list'],
    ['queue', 'out of a queue of BullMQ and into another'],
    ['keyed', 'out of requests that have keys, and to a webhook'],
  ] as const)('are counted and go on as in memory: %s, %s', async (way, _what) => {
    await played()
    const expected = await memory().on(beaconCounts).run({ beacons, campaigns: bookedCampaigns })
    const client = clients[way]
    for (const store of ['types', 'impressions', 'clicks'] as const) {
      expect(await contents(client.store(store).entries()), store).toEqual(expected.stores[store])
    }
    await expect.poll(async () => [...(await out[way]())].sort(), patience).toEqual([...expected.sinks.unknown].sort())
    const dead = (await client.deadLetters.list({ limit: 1000 })).map(({ record }) => record)
    expect(dead.sort()).toEqual(expected.deadLetters.map(({ record }) => record).sort())
    expect((await client.status()).failed).toEqual([])
  })

  test('are posted again under the same key with the same body, to whoever had died before it could answer', async () => {
    await played()
    const again = [...receiver.posted.values()].filter((bodies) => bodies.length > 1)
    expect(again.length).toBeGreaterThan(0)
    for (const bodies of again) expect(new Set(bodies).size).toBe(1)
  })

  test('that are published are counted once if somebody listens who lives, and not at all if nobody does', async () => {
    await played()
    const expected = await memory().on(beaconCounts).run({ beacons: published.heard, campaigns: bookedCampaigns })
    const types = await contents(clients.channel.store('types').entries())
    types.delete('unknown')
    expect(types).toEqual(expected.stores.types)
    for (const store of ['impressions', 'clicks'] as const) {
      expect(await contents(clients.channel.store(store).entries()), store).toEqual(expected.stores[store])
    }
    const came = await all(clients.channel.sink('unknown').entries())
    expect(new Set(came).size).toBe(came.length)
    expect(published.unheard.length).toBeGreaterThan(0)
    for (const beacon of published.unheard) expect(came).not.toContain(beacon)
  })

  test('of requests without a key are counted once if that was the answer, and at most once if there was none', async () => {
    await played()
    const came = await all(clients.plain.sink('unknown').entries())
    expect(new Set(came).size).toBe(came.length)
    const accepted = [...callers.answers].flatMap(([beacon, status]) => (status === 202 ? [beacon] : []))
    expect(accepted.length).toBeGreaterThanOrEqual(30)
    for (const beacon of accepted) expect(came).toContain(beacon)
    for (const beacon of came) expect([202, 503, 0]).toContain(callers.answers.get(beacon))
  })
})
