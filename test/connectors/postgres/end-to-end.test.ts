import { codec, job, service, sink, source, store } from 'tanager'
import { sum } from 'tanager/algebra'
import { memory } from 'tanager/memory'
import { expect, it } from 'vitest'
import { type Columns, postgresLookup, postgresSink, postgresStore } from '../../../connectors/postgres/index.ts'
import { contents, deployed } from '../../platforms/bullmq/deployed.ts'
import { ownServer } from './database.ts'

const own = ownServer()

const beacons = source('beacons', { item: codec.string })
const groupOf = service('groupOf', { key: codec.string, value: codec.string })
const clicks = store('clicks', { key: codec.tuple(codec.string, codec.string), sum })
const total = store('total', { key: codec.string, sum })
const changes = sink('changes', { item: codec.tuple(codec.string, codec.int) })

/** Each beacon is looked up, counted by group and page, and counted again from what changed; every beacon is written out too. */
const counts = job(
  'counts',
  beacons
    .map((page) => [page, 1] as const)
    .leftJoin(groupOf)
    .map(([page, [n, group]]) => [[group._tag === 'Some' ? group.value : 'none', page] as const, n] as const)
    .sumByKey(clicks)
    .map(([[group], { delta }]) => [group, delta] as const)
    .sumByKey(total),
  beacons.map((page) => [page, page.length] as const).write(changes),
)

const groups = new Map([
  ['/a', 'first'],
  ['/b', 'first'],
  ['/c', 'second'],
])
const sent = Array.from({ length: 3000 }, (_, n) => `/${'abcdefg'[(n * 31) % 7]}`)

it('runs a job with store, service and sink in PostgreSQL, while that is killed and stopped: as in memory, each beacon once', async () => {
  const { server } = own
  await own.sql(`CREATE TABLE groups (page text PRIMARY KEY, name text);
    INSERT INTO groups VALUES ('/a', 'first'), ('/b', 'first'), ('/c', 'second');
    CREATE TABLE changes (page text, size int)`)
  const { url } = server
  const columns: { readonly key: Columns<readonly [string, string]>; readonly value: string } = { key: ['group', 'page'], value: 'clicks' }
  const kept = postgresStore({ url, store: clicks, columns, types: { group: 'text', page: 'text', clicks: 'bigint' }, create: true })
  const bindings = {
    clicks: kept,
    groupOf: postgresLookup({ url, service: groupOf, table: 'groups', key: 'page', value: 'name' }),
    changes: postgresSink<readonly [string, number]>({
      ...{ url, table: 'changes', create: true },
      columns: { page: ([page]) => page, size: ([, size]) => size },
    }),
  }
  const options = { partitions: 3, batch: { batchRecords: 10 }, backoff: 1, limits: { drainBytes: 400 }, attempts: 10_000 }
  await using there = await deployed(counts, bindings, options)
  await Promise.all([there.worker(), there.worker()])
  const receipt = await there.client.send('beacons', sent)
  const done = async () => Number((await own.sql('SELECT coalesce(sum(clicks), 0) AS n FROM clicks').catch(() => []))[0]?.n ?? 0)
  for (const [at, end] of [
    [300, 'kill'],
    [1000, 'stop'],
  ] as const) {
    await expect.poll(done, { interval: 5, timeout: 30_000 }).toBeGreaterThan(at)
    await server[end]()
    await server.start()
  }
  expect(await done()).toBeLessThan(sent.length)
  await there.client.settled({ after: receipt, timeout: 40_000 })
  const expected = await memory().on(counts).run({ beacons: sent, groupOf: groups })
  const byKey = (map: ReadonlyMap<unknown, unknown>) => new Map([...map].map(([key, value]) => [JSON.stringify(key), value]))
  expect(byKey(await contents(there.client.store('clicks').entries()))).toEqual(byKey(expected.stores.clicks))
  expect(await contents(there.client.store('total').entries())).toEqual(expected.stores.total)
  expect((await own.sql('SELECT page, size FROM changes')).map(({ page, size }) => `${page} ${size}`).sort()).toEqual(
    expected.sinks.changes.map(([page, size]) => `${page} ${size}`).sort(),
  )
  expect((await there.client.status()).failed).toEqual([])
  await kept.close()
})
