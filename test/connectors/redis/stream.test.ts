import fc from 'fast-check'
import { none } from 'fp-ts/lib/Option.js'
import { Redis } from 'ioredis'
import { describe, expect, it } from 'vitest'
import { type RedisStreamOptions, redisStream } from '../../../connectors/redis/index.ts'
import { type KeySpace, keySpace } from '../../redis/redis.ts'
import { TestLog } from './log.ts'

const key = ({ prefix }: KeySpace) => `${prefix}:records`
const reading = (space: KeySpace, options: Partial<RedisStreamOptions> = {}) =>
  redisStream({ redis: space.url, key: key(space), field: 'data', ...options })
const add = async (space: KeySpace, from: number, count: number) => {
  const pipeline = space.client.pipeline()
  for (let i = from; i < from + count; i++) pipeline.xadd(key(space), '*', 'data', `r${i}`)
  await pipeline.exec()
}
const numbered = (count: number) => Array.from({ length: count }, (_, i) => `r${i}`)
/** Tells of each command that any reader sends to the stream. */
async function monitored(space: KeySpace, saw: (command: string) => void): Promise<AsyncDisposable> {
  const monitor = await space.client.monitor()
  monitor.on('monitor', (_time: string, [command = '', of]: readonly string[]) => {
    if (of === key(space)) saw(command.toLowerCase())
  })
  return { [Symbol.asyncDispose]: async () => monitor.disconnect() }
}
/** How many records a dead letter says are gone. */
const lostIn = (log: TestLog) => log.refused.reduce((sum, { error }) => sum + Number(/^(\d+) entr/.exec(error)?.[1] ?? 0), 0)

describe('a stream', () => {
  it('is taken once and in order, wherever batches are cut and readers die', async () => {
    const steps = fc.array(fc.record({ adds: fc.nat(12), records: fc.integer({ min: 1, max: 5 }), dies: fc.boolean() }), { maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        await using space = await keySpace()
        const log = new TestLog()
        let added = 0
        for (const { adds, records, dies } of all) {
          await add(space, added, adds)
          added += adds
          if (log.records.length === added) continue
          const source = await log.open(reading(space), { records, length: 10 })
          await log.take(source, dies)
          await source.close()
        }
        await add(space, added, 1)
        const source = await log.open(reading(space))
        await log.until(source, added + 1)
        await source.close()
        expect(log.records).toEqual(numbered(added + 1))
        expect(log.refused).toEqual([])
      }),
      { numRuns: 25 },
    )
  })

  it('that was trimmed says how many records are missing, and every other one is taken', async () => {
    const steps = fc.array(
      fc.oneof(
        fc.record({ adds: fc.nat(9) }),
        fc.record({ keep: fc.nat(6) }),
        fc.record({ takes: fc.integer({ min: 1, max: 4 }), reopened: fc.boolean() }),
      ),
      { maxLength: 14 },
    )
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        await using space = await keySpace()
        const log = new TestLog()
        let added = 1
        await add(space, 0, 1)
        let source = await log.open(reading(space), { records: 3 })
        await log.take(source)
        for (const step of all) {
          if ('adds' in step) {
            await add(space, added, step.adds)
            added += step.adds
          } else if ('keep' in step) await space.client.xtrim(key(space), 'MAXLEN', step.keep)
          else {
            if (step.reopened) {
              await source.close()
              source = await log.open(reading(space), { records: step.takes })
            }
            if (log.records.length + lostIn(log) < added) await log.take(source)
          }
        }
        while (log.records.length + lostIn(log) < added) await log.take(source)
        await source.close()
        const taken = new Set(log.records)
        expect(taken.size).toBe(log.records.length)
        expect(log.records.length + lostIn(log)).toBe(added)
        expect(log.records).toEqual(numbered(added).filter((record) => taken.has(record)))
      }),
      { numRuns: 40 },
    )
  })

  it('that was trimmed after it was read misses nothing', async () => {
    await using space = await keySpace()
    const log = new TestLog()
    const source = await log.open(reading(space))
    for (let i = 0; i < 5; i++) {
      await add(space, 10 * i, 10)
      await log.until(source, 10 * (i + 1))
      await space.client.xtrim(key(space), 'MAXLEN', 0)
    }
    await source.close()
    expect(log.refused).toEqual([])
    expect(log.records).toEqual(numbered(50))
  })

  it('that is deleted and made again is read on', async () => {
    await using space = await keySpace()
    const log = new TestLog()
    const source = await log.open(reading(space))
    await add(space, 0, 10)
    await log.until(source, 10)
    await space.client.del(key(space))
    // Redis begins to number anew: an id that is no greater than what was read last is taken for what was read.
    await space.client.xadd(key(space), '1-0', 'data', 'before')
    for (let i = 10; i < 15; i++) await space.client.xadd(key(space), `${Date.now() + 60_000 + i}-0`, 'data', `r${i}`)
    await log.until(source, 15)
    await source.close()
    expect(log.records).toEqual(numbered(15))
  })

  it('gives all fields as JSON, whatever they are called', async () => {
    const pairs = fc.uniqueArray(fc.tuple(fc.string({ unit: 'grapheme', minLength: 0 }), fc.string({ unit: 'grapheme' })), {
      selector: ([name]) => name,
      minLength: 1,
      maxLength: 5,
    })
    await using space = await keySpace()
    const all = [...fc.sample(pairs, 30), [['__proto__', 'x']], [['toString', '\ufffd']]]
    for (const fields of all) await space.client.xadd(key(space), '*', ...fields.flat())
    const log = new TestLog()
    const source = await redisStream({ redis: space.url, key: key(space) }).open({
      position: none,
      batch: { records: 7, length: 1 << 20, linger: 0 },
    })
    await log.until(source, all.length)
    await source.close()
    expect(log.records.map((record) => new Map(Object.entries(JSON.parse(record))))).toEqual(all.map((fields) => new Map(fields as never)))
    expect(log.refused).toEqual([])
  })

  it('refuses what is no record, and goes on', async () => {
    await using space = await keySpace()
    const { client } = space
    await client.xadd(key(space), '1-0', 'other', 'x')
    await client.xadd(key(space), '2-0', 'data', Buffer.from([0x61, 0xff]))
    await client.xadd(key(space), '3-0', 'data', 'a', 'data', 'b')
    await client.xadd(key(space), '4-0', 'x', '', 'data', 'last \ufffd')
    const log = new TestLog()
    const source = await log.open(reading(space))
    await log.until(source, 1)
    await source.close()
    expect(log.records).toEqual(['last \ufffd'])
    expect(log.refused).toEqual([
      { record: '["other","x"]', error: 'entry 1-0 has no field data; it has other' },
      { record: 'a\\xff', error: 'entry 2-0: a part of it, 2 bytes, is no UTF-8' },
      { record: '["data","a","data","b"]', error: 'entry 3-0 has the field data more than once' },
    ])
  })

  it('begins after an entry that is named', async () => {
    await using space = await keySpace()
    for (const id of ['5-0', '5-1', '6-0']) await space.client.xadd(key(space), id, 'data', id)
    const log = new TestLog()
    const source = await log.open(reading(space, { after: '5-0' }))
    await log.until(source, 2)
    await source.close()
    expect(log.records).toEqual(['5-1', '6-0'])
  })

  it('of long records is read a few at a time', async () => {
    await using space = await keySpace()
    const long = 'x'.repeat(300_000)
    for (let i = 0; i < 40; i++) await space.client.xadd(key(space), '*', 'data', long)
    const source = await reading(space).open({ position: none, batch: { records: 1000, length: 1 << 20, linger: 0 } })
    let read = 0
    while (read < 40) {
      const batch = await source.next()
      expect(batch?.records.length).toBeLessThanOrEqual(3)
      read += batch?.records.length ?? 0
    }
    await source.close()
  })
})

describe('a stream that is read by a group', () => {
  const grouped = (space: KeySpace, options: Partial<RedisStreamOptions> = {}) => reading(space, { group: 'g', create: true, ...options })

  it('is shared by readers, and what a dead one had is taken by another, once', async () => {
    await using space = await keySpace()
    const log = new TestLog()
    const options = { claimAfter: 300 }
    const clients: Redis[] = []
    const mortal = () => {
      clients.push(new Redis(space.url, { retryStrategy: () => null }))
      return clients.at(-1) as Redis
    }
    const a = await log.open(grouped(space, { ...options, redis: mortal }), { records: 5 })
    const b = await log.open(grouped(space, options), { records: 5 })
    await add(space, 0, 40)
    await log.take(a)
    await log.take(b)
    // One that has appended a batch, and dies before it can say so; and has another in its hands.
    await log.take(a, true)
    await a.next()
    for (const client of clients) client.disconnect()
    await log.until(b, 40)
    expect(new Set(log.records)).toEqual(new Set(numbered(40)))
    expect(log.records).toHaveLength(40)
    await expect.poll(() => pending(space)).toBe(0)
    await b.close()
    await a.close()
  })

  it('keeps what it works on from others for as long as it lives', async () => {
    await using space = await keySpace()
    const log = new TestLog()
    const options = { claimAfter: 300 }
    await add(space, 0, 3)
    const slow = await log.open(grouped(space, options))
    const batch = await slow.next()
    // The other asks for what nobody works on each time it has been left alone for long enough to be given it.
    let asked = 0
    await using _watching = await monitored(space, (command) => {
      if (command === 'xautoclaim') asked += 1
    })
    const other = await log.open(grouped(space, options))
    const coming = other.next()
    let given = false
    void coming.then(() => {
      given = true
    })
    await expect.poll(() => given || asked >= 4, { timeout: 10_000 }).toBe(true)
    expect(given).toBe(false)
    if (batch !== undefined) await slow.acknowledge(batch)
    await slow.close()
    await other.close()
    expect(await coming).toBeUndefined()
    expect(await pending(space)).toBe(0)
  })

  it('is closed at once, at whichever moment of waiting', async () => {
    await using space = await keySpace()
    const log = new TestLog()
    const since = performance.now()
    for (let steps = 0; steps < 30; steps++) {
      const source = await log.open(grouped(space))
      const coming = source.next()
      for (let i = 0; i < steps % 6; i++) await space.client.ping()
      await source.close()
      expect(await coming).toBeUndefined()
    }
    expect(performance.now() - since).toBeLessThan(4000)
  })

  it('leaves no consumers behind', async () => {
    await using space = await keySpace()
    const log = new TestLog()
    await add(space, 0, 10)
    for (let i = 0; i < 3; i++) {
      const source = await log.open(grouped(space), { records: 2 })
      await log.take(source)
      await source.next()
      await source.close()
    }
    const consumers = (await space.client.xinfo('CONSUMERS', key(space), 'g')) as readonly (readonly unknown[])[]
    expect(consumers.map((facts) => facts[1])).toEqual(['tanager-given-back'])
  })

  it('tells of entries that were deleted before they were acknowledged', async () => {
    await using space = await keySpace()
    const log = new TestLog()
    await add(space, 0, 2)
    const first = await log.open(grouped(space))
    await first.next()
    await space.client.xtrim(key(space), 'MAXLEN', 0)
    await first.close()
    await add(space, 2, 1)
    const second = await log.open(grouped(space))
    await log.until(second, 1)
    await second.close()
    expect(log.records).toEqual(['r2'])
  })

  const pending = async (space: KeySpace) => ((await space.client.xpending(key(space), 'g')) as readonly unknown[])[0]
})
