import { none } from 'fp-ts/lib/Option.js'
import { Cluster } from 'ioredis'
import type { SourceReader } from 'tanager'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { redisChannel, redisList, redisStream, redisStreamSink } from '../../../connectors/redis/index.ts'
import { bullmqQueue, bullmqQueueSink } from '../../../connectors/redis/queue/index.ts'
import { type RedisServer, startRedisServer } from '../../../scripts/redis/server.ts'
import { blocksOf } from '../../docs/blocks.ts'
import { clientOf } from '../../redis/keys.ts'
import { authority } from '../../security/certificates.ts'
import { tlsServer } from '../../security/server.ts'
import { startCluster } from './cluster.ts'
import { TestLog } from './log.ts'

const batch = { records: 10, length: 1 << 20, linger: 0 }
const open = (reader: SourceReader) => reader.open({ position: none, batch })
const token = { job: 'j', sink: 's', sequence: 1, id: 'a' }

/** The message of what a promise rejects with. */
const said = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'nothing',
    (error: Error) => `${(error as { code?: string }).code}: ${error.message}`,
  )

/** Every kind of source, for one address. */
const sources = (redis: string) => [
  redisStream({ redis, key: 'k' }),
  redisStream({ redis, key: 'k', group: 'g', create: true }),
  redisList({ redis, key: 'k' }),
  redisChannel({ redis, channel: 'k' }),
  bullmqQueue({ redis, queue: 'k' }),
]
const sinks = (redis: string) => [redisStreamSink<string>({ redis, key: 'k' }), bullmqQueueSink<string>({ redis, queue: 'k', name: 'n' })]

describe('what cannot be', () => {
  it.each([
    [() => redisStream({ redis: 'localhost', key: 'k' }), 'redisStream: redis; allowed: redis://user:password@host'],
    [() => redisStream({ redis: 'redis://u:se/cret@host', key: 'k' }), 'redisStream: redis; allowed'],
    [() => redisStream({ redis: 'redis://h', key: '' }), 'redisStream: key; got ""'],
    [
      () => redisStream({ redis: 'redis://h', key: 'k', claimAfter: 500 }),
      'redisStream: claimAfter; got 500; allowed: one only with a group',
    ],
    [() => redisStream({ redis: 'redis://h', key: 'k', after: '$' }), 'redisStream: after; got "$"'],
    [() => redisStream({ redis: 'redis://h', key: 'k', feld: 'x' } as never), 'redisStream has no option feld; allowed: redis, key, field'],
    [() => redisList({ redis: 'redis://h', key: 'k', from: 'top' as never }), 'redisList: from; got "top"; allowed: left or right'],
    [() => redisChannel({ redis: 'redis://h', channel: 'k', room: 0 }), 'redisChannel: room; got 0'],
    [() => redisStreamSink({ redis: 'redis://h', key: 'k', maxLength: 0 }), 'redisStreamSink: maxLength; got 0'],
    [() => bullmqQueue({ redis: 'redis://h', queue: 'a:b' }), 'bullmqQueue: queue; got "a:b"; allowed: a name without colons'],
    [() => bullmqQueueSink({ redis: 'redis://h', queue: 'q', name: 'n', options: { jobId: 'x' } as never }), 'bullmqQueueSink: options'],
  ])('is refused when it is bound: %s', (bind, message) => {
    expect(bind).toThrow(expect.objectContaining({ code: 'invalid-option', message: expect.stringContaining(message) }))
    expect(bind).not.toThrow(/cret/)
  })
})

describe('a Redis that is not there', () => {
  it('is named', async () => {
    for (const reader of sources('redis://user:secret@127.0.0.1:1')) {
      const message = await said(open(reader))
      expect(message).toMatch(/^source: Redis (stream|list|channel|queue) k at 127\.0\.0\.1:1: nothing takes connections there\. Start it/)
      expect(message).not.toContain('secret')
    }
    for (const sink of sinks('redis://user:secret@127.0.0.1:1')) {
      expect(await said(sink.write(['x'], token))).toMatch(
        /^sink: Redis (stream|queue) k at 127\.0\.0\.1:1: nothing takes connections there/,
      )
    }
  })
})

describe('a Redis with rights', () => {
  let server: RedisServer
  let admin: Awaited<ReturnType<typeof clientOf>>
  beforeAll(async () => {
    server = await startRedisServer({ requirepass: 'secret' })
    admin = await clientOf(`redis://:secret@127.0.0.1:${server.port}`)
    await admin.acl(
      'SETUSER',
      'poor',
      'on',
      '>pw',
      '~k*',
      '~{k}*',
      '&k',
      '+@all',
      '-xreadgroup',
      '-xinfo|stream',
      '-subscribe',
      '-lmove',
      '-xadd',
    )
    await admin.acl('SETUSER', 'blind', 'on', '>pw', '~other', '+@all')
  })
  afterAll(async () => {
    admin.disconnect()
    await server.close()
  })

  it('that wants a password, or another one, is told apart', async () => {
    for (const reader of sources(server.url)) expect(await said(open(reader))).toMatch(/it wants a password, and was given none\. Put them/)
    for (const reader of sources(`redis://:wrong@127.0.0.1:${server.port}`)) {
      const message = await said(open(reader))
      expect(message).toMatch(/it refuses this user with this password\. Put them/)
      expect(message).not.toContain('wrong')
    }
  })

  it('names the right that is missing', async () => {
    const redis = `redis://poor:pw@127.0.0.1:${server.port}`
    const first = async (reader: SourceReader) => {
      const source = await open(reader)
      try {
        await source.next()
      } finally {
        await source.close()
      }
    }
    await admin.del('k')
    expect(await said(first(redisStream({ redis, key: 'k' })))).toMatch(/may not run xinfo\|stream\. ACL SETUSER … \+xinfo\|stream/)
    expect(await said(first(redisStream({ redis, key: 'k', group: 'g', create: true })))).toMatch(/may not run xreadgroup\. ACL SETUSER/)
    await admin.del('k')
    expect(await said(first(redisList({ redis, key: 'k' })))).toMatch(/may not run a command that a script needs|may not run lmove/)
    expect(await said(first(redisChannel({ redis, channel: 'k' })))).toMatch(/may not run subscribe/)
    expect(await said(redisStreamSink<string>({ redis, key: 'k' }).write(['a'], token))).toMatch(/may not run (a command|xadd)/)
    // What was refused was refused before anything was done.
    expect(await admin.zcard('{k}:tanager:written')).toBe(0)
    const blind = `redis://blind:pw@127.0.0.1:${server.port}`
    expect(await said(open(redisStream({ redis: blind, key: 'k' })))).toMatch(/may not touch a key of it\. ACL SETUSER … ~KEY/)
  })

  it('needs no more rights than the manual gives', async () => {
    const lines = blocksOf('docs/redis.md').flatMap(({ language, code }) => (language === 'conf' ? code.split('\n') : []))
    const users = lines.map((line) => line.split(' ').slice(1))
    expect(users.map(([name]) => name)).toEqual(['positions', 'group', 'list', 'channel', 'sink'])
    for (const [name = '', ...rules] of users) await admin.acl('SETUSER', name, ...rules)
    const as = (name: string) => `redis://${name}:secret@127.0.0.1:${server.port}`
    await admin.acl('LOG', 'RESET')
    const readers: readonly (readonly [SourceReader, () => Promise<unknown>])[] = [
      [redisStream({ redis: as('positions'), key: 'beacons', field: 'data' }), () => admin.xadd('beacons', '*', 'data', '\ufffd')],
      [redisStream({ redis: as('group'), key: 'beacons', group: 'g', create: true }), () => admin.xadd('beacons', '*', 'data', 'x')],
      [redisList({ redis: as('list'), key: 'beacons' }), () => admin.rpush('beacons', 'x')],
      [redisChannel({ redis: as('channel'), channel: 'beacons' }), () => admin.publish('beacons', 'x')],
    ]
    for (const [reader, feed] of readers) {
      if (reader === readers[2]?.[0]) await admin.del('beacons')
      const first = await open(reader)
      await feed()
      await first.next()
      await first.close()
      const source = await open(reader)
      const waiting = source.next()
      await feed()
      const batch = await waiting
      if (batch !== undefined) await source.acknowledge(batch)
      const again = source.next()
      await source.close()
      await again
    }
    const sink = redisStreamSink<string>({ redis: as('sink'), key: 'seen' })
    for (const id of ['1', '1', '2']) await sink.write(['a'], { ...token, id })
    await sink.close()
    const log = (await admin.acl('LOG')) as readonly (readonly unknown[])[]
    // ioredis tells every server its name, and does not mind if it may not.
    const refused = log.map((entry) => `${entry[9]} ${entry[7]}`).filter((each) => !each.endsWith('client|setinfo'))
    expect(refused).toEqual([])
  })

  it('says what the key is instead', async () => {
    const redis = `redis://:secret@127.0.0.1:${server.port}`
    await admin.set('k', 'text')
    for (const reader of sources(redis).slice(0, 3)) expect(await said(open(reader))).toMatch(/the key is of another type\. TYPE KEY/)
    expect(await said(redisStreamSink<string>({ redis, key: 'k' }).write(['a'], token))).toMatch(/the key is of another type/)
    await admin.del('k', '{k}:tanager:written')
    expect(await said(open(redisStream({ redis, key: 'k', mustExist: true })))).toMatch(/there is no such stream\. Correct key/)
    expect(await said(open(bullmqQueue({ redis, queue: 'k', mustExist: true })))).toMatch(/there is no such queue\. Correct queue/)
    await admin.xadd('k', '*', 'a', 'b')
    for (const key of ['k', 'none']) {
      const message = await said(open(redisStream({ redis, key, group: 'missing' })))
      expect(message).toMatch(/there is no such consumer group, or no such stream\. Create it with XGROUP CREATE/)
    }
  })
})

describe('a Redis that goes away', () => {
  it('is heard of at once by whoever waits, and read again where the reading was', async () => {
    await using server = await startRedisServer({ appendonly: 'yes', appendfsync: 'always' })
    const reader = redisStream({ redis: server.url, key: 'k', field: 'data' })
    const log = new TestLog()
    for (let round = 1; round <= 2; round++) {
      const client = await clientOf(server.url)
      const source = await log.open(reader)
      await client.xadd('k', '*', 'data', `r${round}`)
      await log.until(source, round)
      const others = await Promise.all(sources(server.url).map((each) => open(each).catch(() => undefined)))
      const waiting = [source, ...others].flatMap((each) => (each === undefined ? [] : [each]))
      const coming = waiting.map((each) => said(each.next().then(async (batch) => batch && (await each.next()))))
      await server.kill()
      for (const message of await Promise.all(coming)) expect(message).toMatch(/the connection is lost|nothing takes connections/)
      await Promise.all(waiting.map((each) => each.close()))
      client.disconnect()
      await server.start()
    }
    expect(log.records).toEqual(['r1', 'r2'])
  })
})

describe('a cluster, and TLS', () => {
  it('are read and written by a client of ioredis, or by its options', async () => {
    await using server = await startCluster()
    const admin = await clientOf(server.url)
    const redis = () => new Cluster([{ host: '127.0.0.1', port: server.port }])
    const sink = redisStreamSink<string>({ redis, key: 'out' })
    await sink.write(['a', 'b'], token)
    await sink.write(['a', 'b'], token)
    await sink.close()
    for (const reader of [
      redisStream({ redis, key: 'out', field: 'data' }),
      redisStream({ redis, key: 'out', field: 'data', group: 'g', create: true }),
    ]) {
      const log = new TestLog()
      const source = await log.open(reader)
      await log.until(source, 2)
      await source.close()
      expect(log.records).toEqual(['a', 'b'])
    }
    await admin.rpush('list', 'x', 'y')
    const log = new TestLog()
    const source = await log.open(redisList({ redis, key: 'list' }))
    await log.until(source, 2)
    await source.close()
    expect(log.records).toEqual(['x', 'y'])
    admin.disconnect()
  })

  it('is read through TLS, and says what is wrong with a certificate', async () => {
    await using there = await tlsServer(authority('tests'), 'anyone')
    const message = await said(open(redisStream({ redis: `rediss://127.0.0.1:${there.port}`, key: 'k' })))
    expect(message).toMatch(/its certificate is not trusted|certificate/)
  })
})
