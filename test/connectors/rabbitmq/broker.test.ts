import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { none } from 'fp-ts/lib/Option.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RabbitmqConnection, rabbitmq, rabbitmqSink } from '../../../connectors/rabbitmq/index.ts'
import { type RabbitmqServer, startRabbitmqServer } from '../../../scripts/rabbitmq/server.ts'
import { authority } from '../../security/certificates.ts'
import { corner } from './corner.ts'
import { batchesOf, limits, openedAt } from './reading.ts'
import { nothingLeft } from './sockets.ts'
import { Supervisor } from './supervisor.ts'
import { token } from './writing.ts'

// These stop the broker, kill it, and change its users: it has to be our own.
const trusted = authority('somebody')
let broker: RabbitmqServer

beforeAll(async () => {
  broker = await startRabbitmqServer({ tls: trusted.issue('broker') })
}, 120_000)
afterAll(() => broker?.close())

const binary = (text: string) => `<<${[...Buffer.from(text)].join(',')}>>`

async function addUser(name: string, password: string): Promise<void> {
  expect(await broker.ask(`rabbit_auth_backend_internal:add_user(${binary(name)}, ${binary(password)}, <<"tests">>)`)).toBe('ok')
}

async function allow(name: string, vhost: string, configure: string, write: string, read: string): Promise<void> {
  const rights = [name, vhost, configure, write, read].map(binary).join(', ')
  expect(await broker.ask(`rabbit_auth_backend_internal:set_permissions(${rights}, <<"tests">>)`)).toBe('ok')
}

const secret = 's3cret'

describe('who cannot be let in is told why', () => {
  const silent = createServer((socket) => void socket.on('error', () => undefined).resume())
  const talkative = createServer(
    (socket) =>
      void socket
        .on('error', () => undefined)
        .resume()
        .end('HTTP/1.1 400 Bad Request\r\n\r\n'),
  )
  const portOf = (server: typeof silent) => (server.address() as AddressInfo).port

  beforeAll(async () => {
    for (const server of [silent, talkative]) await once(server.listen(0, '127.0.0.1'), 'listening')
    await addUser('me', secret)
    expect(await broker.ask('rabbit_vhost:add(<<"closed">>, <<"tests">>)')).toBe('ok')
    await allow('me', '/', '', '', '')
  })
  afterAll(() => {
    for (const server of [silent, talkative]) server.close()
  })

  const at = (port: number, rest = '', scheme = 'amqp') => `${scheme}://me:${secret}@127.0.0.1:${port}${rest}`
  const cases: readonly (readonly [what: string, connection: () => RabbitmqConnection, sentence: RegExp])[] = [
    [
      'a wrong password',
      () => ({ url: `amqp://me:${secret}x@127.0.0.1:${broker.port}` }),
      /: the user me with this password is refused. Correct them in url/,
    ],
    [
      'a vhost that there is not',
      () => ({ url: at(broker.port, '/no%2Fwhere') }),
      /vhost no\/where: there is no vhost no\/where, or the user me may not enter it. .*set_permissions -p no\/where me/,
    ],
    [
      'a vhost that is closed to us',
      () => ({ url: at(broker.port, '/closed') }),
      /there is no vhost closed, or the user me may not enter it/,
    ],
    ['a port where nobody is', () => ({ url: at(1) }), /at 127.0.0.1:1, vhost \/: nothing takes connections there. Start the broker/],
    ['a host that there is not', () => ({ url: `amqp://me:${secret}@no-such-host.invalid` }), /there is no host of that name. Correct it/],
    ['TLS where there is none', () => ({ url: at(broker.port, '', 'amqps') }), /that port does not speak TLS. Write amqp:/],
    [
      'no TLS where there is',
      () => ({ url: at(broker.tlsPort) }),
      /closed the connection before it was open. If that port speaks TLS, write amqps/,
    ],
    [
      'an authority that is not trusted',
      () => ({ url: at(broker.tlsPort, '', 'amqps') }),
      /its certificate is not trusted \(\w+\). Give the certificate of the authority/,
    ],
    [
      'a certificate for somebody else',
      () => ({ url: at(broker.tlsPort, '', 'amqps').replace('127.0.0.1', 'localhost'), tls: { ca: trusted.certificate } }),
      /its certificate is for another name. Write that name in url/,
    ],
    [
      'a host that is silent',
      () => ({ url: at(portOf(silent)), connectTimeout: 200 }),
      /no answer within 200 ms. Look whether the broker hangs/,
    ],
    [
      'something that is no broker',
      () => ({ url: at(portOf(talkative)) }),
      /who answers there does not speak AMQP 0-9-1. Correct the port/,
    ],
  ]

  it.each(cases)('%s', async (_what, connection, sentence) => {
    const clean = nothingLeft()
    const sink = rabbitmqSink({ ...connection(), queue: 'beacons' })
    const errors = await Promise.all([
      openedAt({ ...connection(), queue: 'beacons' }).catch((error: unknown) => error),
      sink.write(['a'], token(1)).catch((error: unknown) => error),
    ])
    expect(errors).toMatchObject([{ code: 'source' }, { code: 'sink' }])
    for (const error of errors as readonly Error[]) {
      expect(error.message).toMatch(sentence)
      expect(error.message).not.toContain(secret)
      expect(String(error.stack)).not.toContain(secret)
    }
    await sink.close()
    await clean()
  })

  it('no right to read, to write or to create', async () => {
    await using mine = await corner(broker.url)
    const queue = await mine.queue()
    await expect(openedAt({ url: at(broker.port), queue })).rejects.toThrow(
      new RegExp(`access to queue '${queue}' in vhost '/' refused for user 'me'. Give the user the right to read: .*-p / me '' '' '.\\*'`),
    )
    const sink = rabbitmqSink({ url: at(broker.port), queue })
    await expect(sink.write(['a'], token(1))).rejects.toThrow(
      /access to exchange '.*' in vhost '\/' refused for user 'me'. Give the user the right to write/,
    )
    await expect(openedAt({ url: at(broker.port), queue: mine.name(), declare: true })).rejects.toThrow(
      /refused for user 'me'.*the right to configure/,
    )
    // No more than docs/rabbitmq.md says.
    await allow('me', '/', '', '^amq\\.default$', `^${queue}$`)
    await sink.write(['a'], token(1))
    const source = await openedAt({ url: at(broker.port), queue })
    expect((await source.next())?.records).toEqual(['a'])
    await Promise.all([source.close(), sink.close()])
  })
})

describe('who can is let in', () => {
  it('with TLS', async () => {
    await using mine = await corner(broker.url)
    const queue = await mine.queue()
    const url = `amqps://guest:guest@127.0.0.1:${broker.tlsPort}`
    const clean = nothingLeft()
    const sink = rabbitmqSink({ url, queue, tls: { ca: trusted.certificate } })
    await sink.write(['a'], token(1))
    const source = await openedAt({ url, queue, tls: { ca: trusted.certificate } })
    expect((await source.next())?.records).toEqual(['a'])
    await Promise.all([source.close(), sink.close()])
    await clean()
  })

  it('with any name, password and vhost', async () => {
    const [name, password, vhost] = ['ü/@:', 'p@ss/wörd:#?%', 'a/b ü?#'] as const
    await addUser(name, password)
    expect(await broker.ask(`rabbit_vhost:add(${binary(vhost)}, <<"tests">>)`)).toBe('ok')
    await allow(name, vhost, '.*', '.*', '.*')
    const url = `amqp://${encodeURIComponent(name)}:${encodeURIComponent(password)}@127.0.0.1:${broker.port}/${encodeURIComponent(vhost)}`
    const source = await openedAt({ url, queue: 'mine', declare: true })
    await source.close()
    await expect(openedAt({ url, queue: 'other' })).rejects.toThrow('vhost "a/b ü?#": no queue \'other\'')
  })

  it('by the first of several brokers that is there', async () => {
    await using mine = await corner(broker.url)
    const queue = await mine.queue()
    const wrong = ['amqp://127.0.0.1:1', `amqp://me:wrong@127.0.0.1:${broker.port}`]
    const source = await openedAt({ url: [...wrong, broker.url], queue })
    await source.close()
    await expect(openedAt({ url: wrong, queue })).rejects.toThrow(
      /^none of 2 brokers lets us in: .*127.0.0.1:1, .*nothing takes connections there.*; .*the user me with this password is refused/,
    )
  })
})

it('quorum queues are read, and written to', async () => {
  await using mine = await corner(broker.url)
  const queue = mine.name()
  const source = await openedAt({ url: broker.url, queue, declare: { arguments: { 'x-queue-type': 'quorum' } } })
  const sink = rabbitmqSink<string>({ url: broker.url, queue })
  await sink.write(['a', 'b'], token(1))
  const [first] = await batchesOf(source, 2)
  expect(first?.records[0]).toBe('a')
  await source.close()
  await sink.close()
  const again = await openedAt({ url: broker.url, queue })
  expect((await batchesOf(again, 2)).flatMap(({ records }) => records)).toEqual(['a', 'b'])
  await again.close()
})

describe('a broker in trouble', () => {
  it('that takes no messages, having no memory, gets each of them at most once more', async () => {
    await using mine = await corner(broker.url)
    const queue = await mine.queue()
    const sink = rabbitmqSink<string>({ url: broker.url, queue, confirmTimeout: 500 })
    await sink.write(['a'], token(1))
    const before = await broker.ask('vm_memory_monitor:get_vm_memory_high_watermark()')
    await broker.ask('vm_memory_monitor:set_vm_memory_high_watermark({absolute, 1})')
    try {
      const list = Array.from({ length: 500 }, (_, i) => `${i}`)
      const blocked = /the broker takes no messages at the moment: low on memory. Give it memory/
      await expect(sink.write(list, token(2))).rejects.toThrow(blocked)
      const begin = performance.now()
      for (let i = 0; i < 20; i++) await expect(sink.write(list, token(2))).rejects.toThrow(blocked)
      expect(performance.now() - begin).toBeLessThan(450)
      // Who reads is what gives it memory back.
      const source = await openedAt({ url: broker.url, queue })
      expect((await source.next())?.records[0]).toBe('a')
      await source.close()
      await broker.ask(`vm_memory_monitor:set_vm_memory_high_watermark(${before})`)
      await expect.poll(() => sink.write(list, token(2)).then(() => 'written'), { timeout: 10_000 }).toBe('written')
      const found = await mine.drain(queue)
      expect(new Set(found.map(({ id }) => id)).size).toBe(501)
      expect(found.length).toBeLessThanOrEqual(1001)
    } finally {
      await broker.ask(`vm_memory_monitor:set_vm_memory_high_watermark(${before})`)
      await sink.close()
    }
  })

  it('that hangs is found out by its silence, and left', async () => {
    await using mine = await corner(broker.url)
    const queue = await mine.queue()
    const clean = nothingLeft()
    const source = await openedAt({ url: broker.url, queue, heartbeat: 1 })
    const closing = await openedAt({ url: broker.url, queue })
    const sink = rabbitmqSink<string>({ url: broker.url, queue, confirmTimeout: 500 })
    await sink.write(['a'], token(1))
    expect((await Promise.race([source.next(), closing.next()]))?.records).toEqual(['a'])
    const coming = source.next()
    process.kill(broker.pid as number, 'SIGSTOP')
    try {
      const results = await Promise.allSettled([coming, sink.write(['b'], token(2)), closing.close()])
      expect(results).toMatchObject([
        { reason: { code: 'source', message: expect.stringContaining('silent for two heartbeats') } },
        { reason: { code: 'sink', message: expect.stringContaining('not confirmed within 500 ms') } },
        { status: 'fulfilled' },
      ])
      await source.close()
      await clean()
    } finally {
      process.kill(broker.pid as number, 'SIGCONT')
    }
    await sink.write(['b'], token(2))
    await sink.close()
  })

  it('that ends says so', async () => {
    // Not in a corner, whose own connection would end too.
    const source = await openedAt({ url: broker.url, queue: 'ended', declare: true })
    await broker.ask('rabbit_networking:close_all_connections("an operator says so")')
    await expect(source.next()).rejects.toThrow(/the broker closed the connection: .*an operator says so/)
    await source.close()
  })

  it('killed twice, and away for a while, loses nothing that was confirmed, in either direction', async () => {
    const queue = 'survivor'
    const reader = rabbitmq({ url: broker.url, queue, declare: true })
    await (await reader.open({ position: none, batch: limits })).close()
    const supervisor = new Supervisor(reader, limits)
    const sink = rabbitmqSink<string>({ url: broker.url, queue })
    const written: string[] = []
    const failures: unknown[] = []
    let stopped = false
    const writing = (async () => {
      for (let sequence = 1; !stopped; sequence++) {
        const list = Array.from({ length: 20 }, (_, i) => `${sequence}/${i}`)
        for (;;) {
          try {
            await sink.write(list, token(sequence))
            break
          } catch (error) {
            failures.push(error)
            await new Promise((resolve) => setTimeout(resolve, 50))
          }
        }
        written.push(...list)
        await new Promise((resolve) => setTimeout(resolve, 2))
      }
    })()
    supervisor.start()
    const goesOn = async () => {
      const [read, sent] = [supervisor.once.length, written.length]
      await expect.poll(() => supervisor.once.length > read + 100 && written.length > sent + 100, { timeout: 20_000 }).toBe(true)
    }
    try {
      await goesOn()
      await broker.kill()
      await broker.start()
      await goesOn()
      await broker.kill()
      const [reading, sending] = [supervisor.failures.length, failures.length]
      await expect.poll(() => supervisor.failures.length > reading + 5 && failures.length > sending + 5, { timeout: 20_000 }).toBe(true)
      await broker.start()
      await goesOn()
    } finally {
      stopped = true
      await writing
    }
    await expect.poll(() => supervisor.once.length, { timeout: 20_000 }).toBe(written.length)
    await supervisor.stop()
    await sink.close()
    expect(supervisor.once).toEqual(written)
    const codes = (errors: readonly unknown[]) => [...new Set(errors.map((error) => (error as { readonly code?: unknown }).code))]
    expect([codes(supervisor.failures), codes(failures)]).toEqual([['source'], ['sink']])
    await using mine = await corner(broker.url)
    expect(await mine.ready(queue)).toBe(0)
  })
})
