import fc from 'fast-check'
import { Redis } from 'ioredis'
import { describe, expect, it } from 'vitest'
import { redisChannel, redisList, redisStreamSink } from '../../../connectors/redis/index.ts'
import { beside } from '../../../connectors/redis/slot.ts'
import { keySpace } from '../../redis/redis.ts'
import { TestLog } from './log.ts'

const numbered = (count: number) => Array.from({ length: count }, (_, i) => `r${i}`)

describe('a list', () => {
  it('is taken once, wherever readers die', async () => {
    const steps = fc.array(
      fc.record({ adds: fc.nat(8), records: fc.integer({ min: 1, max: 4 }), end: fc.constantFrom('closed', 'unheard', 'dead') }),
      {
        maxLength: 6,
      },
    )
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        await using space = await keySpace()
        const key = `${space.prefix}:list`
        const log = new TestLog()
        let added = 0
        const dead: { close: () => Promise<void> }[] = []
        for (const { adds, records, end } of all) {
          const more = Array.from({ length: adds }, (_, i) => `r${added + i}`)
          if (adds > 0) await space.client.rpush(key, ...more)
          added += adds
          if (adds === 0) continue
          const clients: Redis[] = []
          const redis = () => {
            clients.push(new Redis(space.url, { retryStrategy: () => null }))
            return clients.at(-1) as Redis
          }
          const source = await log.open(redisList({ redis, key, claimAfter: 100 }), { records })
          await log.take(source, end === 'unheard')
          if (end === 'dead') {
            // In the middle of a batch, or of waiting for one.
            const coming = source.next().catch(() => undefined)
            await Promise.race([coming, space.client.ping()])
            for (const client of clients) client.disconnect()
            dead.push(source)
          } else await source.close()
        }
        await space.client.rpush(key, `r${added}`)
        const source = await log.open(redisList({ redis: space.url, key, claimAfter: 100 }))
        await log.until(source, added + 1)
        await source.close()
        await Promise.all(dead.map((each) => each.close()))
        expect([...log.records].sort()).toEqual(numbered(added + 1).sort())
      }),
      { numRuns: 15 },
    )
  })

  it('leaves nothing beside it when all is taken', async () => {
    await using space = await keySpace()
    const key = `${space.prefix}:list`
    await space.client.rpush(key, ...numbered(10))
    const log = new TestLog()
    const source = await log.open(redisList({ redis: space.url, key }), { records: 3 })
    await log.until(source, 10)
    await source.close()
    expect((await space.client.keys(`*${space.prefix}*`)).filter((each) => !each.includes('bull'))).toEqual([])
  })

  it('refuses what is no text', async () => {
    await using space = await keySpace()
    const key = `${space.prefix}:list`
    await space.client.rpush(key, Buffer.from([0xff, 0x5c]), 'good')
    const log = new TestLog()
    const source = await log.open(redisList({ redis: space.url, key }))
    await log.until(source, 1)
    await source.close()
    expect(log.records).toEqual(['good'])
    expect(log.refused).toEqual([{ record: '\\xff\\\\', error: 'an element of it, 2 bytes, is no UTF-8' }])
  })
})

describe('a channel', () => {
  it('gives what is published while it is listened to, by pattern too, and says what it had no room for', async () => {
    await using space = await keySpace()
    const log = new TestLog()
    const source = await log.open(redisChannel({ redis: space.url, channel: `${space.prefix}.*`, pattern: true, room: 4 }), {
      records: 100,
    })
    await space.client.publish(`${space.prefix}.a`, 'one')
    await log.until(source, 1)
    // Nobody asks for more meanwhile.
    for (const text of ['two', 'three', 'four', 'five']) await space.client.publish(`${space.prefix}.b`, text)
    const dropped = () => log.refused.reduce((sum, { error }) => sum + Number(/^(\d+) messages were dropped/.exec(error)?.[1] ?? 0), 0)
    while (log.records.length + dropped() < 5) await log.take(source)
    await source.close()
    expect(['one', 'two', 'three', 'four', 'five'].filter((text) => log.records.includes(text))).toEqual(log.records)
    expect(log.records[0]).toBe('one')
  })
})

describe('a sink to a stream', () => {
  it('keeps about as many as it is told, and remembers as many batches', async () => {
    await using space = await keySpace()
    const key = `${space.prefix}:out`
    const sink = redisStreamSink<{ n: number }>({
      redis: space.url,
      key,
      maxLength: 100,
      remember: 3,
      fields: ({ n }) => ({ n, twice: 2 * n }),
    })
    const write = (id: number) =>
      sink.write(
        Array.from({ length: 50 }, (_, n) => ({ n })),
        { job: 'j', sink: 's', sequence: id, id: String(id) },
      )
    for (let id = 0; id < 20; id++) await write(id)
    expect(await space.client.xlen(key)).toBeLessThan(300)
    expect(await space.client.zcard(beside(key, 'written'))).toBe(3)
    const before = (await space.client.xinfo('STREAM', key)) as readonly unknown[]
    for (const id of [17, 18, 19]) await write(id)
    expect(await space.client.xinfo('STREAM', key)).toEqual(before)
    await sink.close()
    expect((await space.client.xrevrange(key, '+', '-', 'COUNT', 1))[0]?.[1]).toEqual(['n', '49', 'twice', '98'])
    for (const each of await space.client.keys(`*${space.prefix}*`)) await space.client.del(each)
  })

  it('writes once though the answer is lost, and again after the connection is', async () => {
    await using space = await keySpace()
    const key = `${space.prefix}:out`
    const sink = redisStreamSink<string>({ redis: space.url, key })
    const token = (id: string) => ({ job: 'j', sink: 's', sequence: 1, id })
    await sink.write(['a'], token('1'))
    const others = ((await space.client.client('LIST')) as string).split('\n').filter((line) => line.includes('cmd=eval'))
    for (const line of others) await space.client.client('KILL', 'ID', /^id=(\d+)/.exec(line)?.[1] as string).catch(() => {})
    await expect
      .poll(() =>
        sink.write(['b'], token('2')).then(
          () => 'written',
          () => 'failed',
        ),
      )
      .toBe('written')
    await sink.write(['b'], token('2'))
    await expect(sink.write(['\ud800'], token('3'))).rejects.toMatchObject({ code: 'encode' })
    await sink.close()
    expect((await space.client.xrange(key, '-', '+')).map(([, fields]) => fields)).toEqual([
      ['data', 'a'],
      ['data', 'b'],
    ])
    await space.client.del(beside(key, 'written'))
  })
})

describe('a key beside another', () => {
  it.each([
    ['a', '{a}:tanager:x'],
    ['{t}:a', '{t}:a:tanager:x'],
    ['a{t}', 'a{t}:tanager:x'],
    ['a{b', '{a{b}:tanager:x'],
    ['{}a', '{}a:tanager:x'],
  ])('%s is %s', (key, expected) => {
    expect(beside(key, 'x')).toBe(expected)
  })
})
