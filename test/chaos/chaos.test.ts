import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encoded } from 'tanager'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type KeySpace, keySpace } from '../redis/redis.ts'
import { chaos } from './chaos.ts'
import { check } from './check.ts'
import { chaosApp } from './deploy.ts'
import { batchOf, sources } from './events.ts'
import { faultKinds } from './fault/index.ts'
import { type Expected, expectedOf, type Lane } from './fold.ts'
import { chaosJob } from './job.ts'
import { type ChaosClient, observed } from './observe.ts'
import { byKind, found, printed } from './report.ts'
import { scheduleOf } from './schedule.ts'

const seed = 20_240

test('nothing is lost and nothing is double, whatever strikes', { timeout: 180_000 }, async () => {
  const report = await chaos({ seed, seconds: 25, workers: 2, senders: 2, rate: 300, gap: 1500, kinds: faultKinds })
  expect([...byKind(report).keys()]).toEqual(faultKinds)
  expect(report.findings, printed(report)).toEqual([])
  expect([found(report, 'lost'), found(report, 'double')]).toEqual([0, 0])
  expect(report.events).toBeGreaterThan(1000)
  expect(report.deadLetters.seen).toBe(report.deadLetters.expected)
  expect(report.deadLetters.expected).toBeGreaterThan(0)
})

test('a schedule comes again from its seed, and has every kind as often as every other', () => {
  const schedule = scheduleOf(1, 60_000, 1000, faultKinds)
  expect(scheduleOf(1, 60_000, 1000, faultKinds)).toEqual(schedule)
  expect(scheduleOf(2, 60_000, 1000, faultKinds)).not.toEqual(schedule)
  const times = faultKinds.map((kind) => schedule.filter((each) => each.kind === kind).length)
  expect(Math.max(...times) - Math.min(...times)).toBeLessThanOrEqual(1)
})

describe('a result that is tampered with is found out', () => {
  const lanes: readonly Lane[] = sources.map((source) => ({ source, writer: '0', end: 30 }))
  let space: KeySpace
  let client: ChaosClient
  let outlet: string
  let expected: Expected

  const at = () => ({ redis: space.url, prefix: space.prefix })
  const key = (name: string) => `${space.prefix}:{${chaosJob.name}}:${name}`

  beforeAll(async () => {
    space = await keySpace()
    client = chaosApp(at()).client()
    outlet = await mkdtemp(join(tmpdir(), 'tanager-outlet-'))
    expected = expectedOf(seed, lanes)
    const worker = await chaosApp({ ...at(), outlet }).start()
    for (const { source, writer, end } of lanes) {
      for (let sequence = 1; sequence <= end; sequence++) {
        await client.send(source, encoded(batchOf(seed, source, writer, sequence).map(({ text }) => text)), { writer, sequence })
      }
    }
    await client.settled({ timeout: 30_000 })
    while ((await client.status()).sinks.get('outlet')?.backlog !== 0);
    await worker.close()
  })

  afterAll(async () => {
    await client.close()
    await rm(outlet, { recursive: true })
    await space.close()
  })

  const findings = async () => check(expected, await observed(client, outlet))

  /** Does something to the stored result, says what is found, and undoes it. */
  async function after(tamper: () => Promise<unknown>, undo: () => Promise<unknown>): Promise<readonly string[]> {
    await tamper()
    const told = (await findings()).map(({ kind, what }) => `${kind}: ${what}`)
    await undo()
    expect(await findings()).toEqual([])
    return told
  }

  /** Where a store has a key, and what it holds. */
  async function stored(store: string, pick: (field: string, value: string) => boolean) {
    for (let partition = 0; ; partition++) {
      const hash = key(`store:${store}:${partition}`)
      const entry = Object.entries(await space.client.hgetall(hash)).find(([field, value]) => pick(field, value))
      if (entry !== undefined) return { hash, field: entry[0], value: entry[1] }
    }
  }

  test('untouched, it is right', async () => {
    expect(expected.ids.size).toBeGreaterThan(500)
    expect(await findings()).toEqual([])
  })

  test('an event that is lost, or counted twice', async () => {
    const { hash, field, value } = await stored('each', () => true)
    const put = () => space.client.hset(hash, field, value)
    expect(await after(() => space.client.hdel(hash, field), put)).toEqual([`lost: event ${field} is not there`])
    expect(await after(() => space.client.hincrby(hash, field, 1), put)).toEqual([`double: event ${field} is there 2 times`])
  })

  test('an event nobody has sent', async () => {
    const { hash } = await stored('each', () => true)
    const told = await after(
      () => space.client.hset(hash, 'v0.999.0', 1),
      () => space.client.hdel(hash, 'v0.999.0'),
    )
    expect(told).toEqual(['double: event v0.999.0 should not be there'])
  })

  test.each(['totals', 'groups', 'grand', 'named'])('a sum that is off by one: %s', async (store) => {
    const { hash, field, value } = await stored(store, () => true)
    const told = await after(
      () => space.client.hincrby(hash, field, 1),
      () => space.client.hset(hash, field, value),
    )
    expect(told).toEqual([expect.stringMatching(new RegExp(`^wrong: .* of ${field} is ${Number(value) + 1}, should be ${value}$`))])
  })

  test.each(['lines', 'copies'])('entries in another order, one missing, one twice: %s', async (store) => {
    const { hash, field, value } = await stored(store, (_, text) => text.split(' ').length > 3)
    const [first = '', second = '', ...rest] = value.split(' ')
    const told = async (...ids: readonly string[]) => {
      const [one, ...more] = await after(
        () => space.client.hset(hash, field, ids.join(' ')),
        () => space.client.hset(hash, field, value),
      )
      expect(more).toEqual([])
      return one
    }
    expect(await told(second, first, ...rest)).toMatch(new RegExp(`^order: .* has ${second} where ${first} should be, entry 1 of`))
    expect(await told(first, ...rest)).toMatch(new RegExp(`^lost: .*entry ${second} is not there$`))
    expect(await told(first, second, second, ...rest)).toMatch(new RegExp(`^double: .*entry ${second} is there 2 times$`))
  })

  test.each(['seen', 'changes'])('a batch that is missing from a sink nothing takes from, or is there twice: %s', async (sink) => {
    const log = key(`log:${sink}`)
    const entries = await space.client.xrange(log, '-', '+')
    const [[id, fields] = ['', []]] = entries
    const anew = async () => {
      await space.client.del(log)
      for (const [each, own] of entries) await space.client.xadd(log, each, ...own)
    }
    const lost = await after(() => space.client.xdel(log, id), anew)
    expect(lost.length).toBeGreaterThan(0)
    expect(lost.filter((text) => !text.startsWith('lost: '))).toEqual([])
    const double = await after(() => space.client.xadd(log, '999999-0', ...fields), anew)
    expect(double.length).toBeGreaterThan(0)
    expect(double.filter((text) => !text.startsWith('double: '))).toEqual([])
  })

  test('an item of the outlet that is lost, or there under another number as well', async () => {
    const [name = ''] = await readdir(outlet)
    const [file, other] = [join(outlet, name), join(outlet, `999-${name}`)]
    const text = await readFile(file, 'utf8')
    const ids = JSON.parse(text) as readonly string[]
    const lost = await after(
      () => rm(file),
      () => writeFile(file, text),
    )
    expect(lost).toEqual(ids.map((id) => `lost: item of the outlet ${id} is not there`))
    const double = await after(
      () => writeFile(other, text),
      () => rm(other),
    )
    expect(double).toEqual(ids.map((id) => `double: item of the outlet ${id} is there 2 times`))
  })

  test('what was delivered when Redis may have lost it may come again, but only then', async () => {
    const there = await observed(client, outlet)
    const [first = { id: '', at: 0, items: [] }] = there.outlet
    const again = { ...there, outlet: [...there.outlet, { ...first, id: 'again', at: first.at + 1 }] }
    expect(check(expected, again, (at) => at === first.at)).toEqual([])
    expect(check(expected, again, (at) => at === first.at + 1)).toHaveLength(first.items.length)
  })

  test('a dead letter that is lost, or there twice', async () => {
    const dead = key('dead')
    const entries = await space.client.xrange(dead, '-', '+')
    const [[id, fields] = ['', []]] = entries
    const anew = async () => {
      await space.client.del(dead)
      for (const [each, own] of entries) await space.client.xadd(dead, each, ...own)
    }
    expect(await after(() => space.client.xdel(dead, id), anew)).toEqual([expect.stringMatching(/^lost: dead letter .* is not there$/)])
    const twice = await after(() => space.client.xadd(dead, '*', ...fields), anew)
    expect(twice).toEqual([expect.stringMatching(/^double: dead letter .* is there 2 times$/)])
  })
})
