import fc from 'fast-check'
import { Redis } from 'ioredis'
import { expect, test } from 'vitest'
import { CommandReader, type RedisProxy, startProxy } from './proxy.ts'
import { type KeySpace, keySpace, redisUrl } from './redis.ts'

/** A client that keeps at it, as those of the platform do: what was not answered is sent again. */
function patient(proxy: RedisProxy): Redis & AsyncDisposable {
  const client = new Redis(proxy.url, { maxRetriesPerRequest: null, retryStrategy: () => 1 })
  client.on('error', () => {})
  return Object.assign(client, { [Symbol.asyncDispose]: async () => client.disconnect() })
}

const there = async (): Promise<{ readonly proxy: RedisProxy; readonly space: KeySpace; readonly key: string } & AsyncDisposable> => {
  const space = await keySpace()
  const proxy = await startProxy(Number(new URL(redisUrl()).port || 6379))
  return {
    proxy,
    space,
    key: `${space.prefix}:n`,
    [Symbol.asyncDispose]: async () => {
      await proxy.close()
      await space.close()
    },
  }
}

test('lets everything through', async () => {
  await using it = await there()
  await using client = patient(it.proxy)
  const long = 'é😀\r\n'.repeat(100_000)
  await client.set(it.key, long)
  expect(await client.get(it.key)).toBe(long)
  expect(await it.space.client.get(it.key)).toBe(long)
})

test('cuts before a command: the server has not heard of it, and does it once when it is sent again', async () => {
  await using it = await there()
  await using client = patient(it.proxy)
  await client.incr(it.key)
  const cut = it.proxy.cut('before', ([name]) => name === 'incr')
  expect(await client.incr(it.key)).toBe(2)
  expect(await cut).toEqual(['incr', it.key])
})

test('cuts after a command: the server has done it, and does it twice when it is sent again', async () => {
  await using it = await there()
  await using client = patient(it.proxy)
  await client.incr(it.key)
  const cut = it.proxy.cut('after', ([name]) => name === 'incr')
  expect(await client.incr(it.key)).toBe(3)
  expect(await cut).toEqual(['incr', it.key])
})

test.each([
  ['before', 2],
  ['after', 3],
] as const)('cuts %s the third of five commands that come as one', async (side, done) => {
  await using it = await there()
  const client = new Redis(it.proxy.url, { retryStrategy: () => null, maxRetriesPerRequest: 0 })
  client.on('error', () => {})
  void it.proxy.cut(side, ([name, , value]) => name === 'rpush' && value === '3')
  const commands = client.pipeline()
  for (let i = 1; i <= 5; i++) commands.rpush(it.key, i)
  await commands.exec().catch(() => {})
  await expect.poll(() => it.space.client.llen(it.key)).toBe(done)
  expect(await it.space.client.lrange(it.key, 0, -1)).toEqual(['1', '2', '3'].slice(0, done))
})

test('slows, in order, and no longer than it is told', async () => {
  await using it = await there()
  await using client = patient(it.proxy)
  await client.ping()
  it.proxy.slow(100)
  const begin = performance.now()
  const pushes = [1, 2, 3].map((i) => client.rpush(it.key, i))
  it.proxy.slow(1)
  await Promise.all(pushes)
  expect(performance.now() - begin).toBeGreaterThan(2)
  it.proxy.slow(100)
  await client.ping()
  expect(performance.now() - begin).toBeGreaterThan(200)
  it.proxy.slow(0)
  expect(await client.lrange(it.key, 0, -1)).toEqual(['1', '2', '3'])
})

test('keeps everything in order while the weather changes', async () => {
  await using it = await there()
  await using client = patient(it.proxy)
  const pushes: Promise<number>[] = []
  for (let i = 0; i < 2000; i++) {
    it.proxy.slow(i % 7 === 0 ? 5 : i % 3)
    pushes.push(client.rpush(it.key, i))
    if (i % 10 === 0) await new Promise(setImmediate)
  }
  expect(await Promise.all(pushes)).toEqual(pushes.map((_, i) => i + 1))
  expect(await client.lrange(it.key, 0, -1)).toEqual(pushes.map((_, i) => String(i)))
})

test('cuts all connections, and ends with its own', async () => {
  await using it = await there()
  await using client = patient(it.proxy)
  await client.ping()
  expect(it.proxy.connections).toBe(1)
  it.proxy.cutAll()
  await client.ping()
  await it.proxy.close()
  expect(it.proxy.connections).toBe(0)
})

test('commands are told apart, however the bytes come in pieces', () => {
  const argument = fc.string({ unit: 'binary', maxLength: 20 })
  const text = ([...parts]: readonly string[]) =>
    `*${parts.length}\r\n${parts.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`).join('')}`
  fc.assert(
    fc.property(
      fc.array(fc.array(argument, { minLength: 1, maxLength: 5 })),
      fc.array(fc.integer({ min: 1, max: 40 })),
      (commands, cuts) => {
        const bytes = Buffer.from(commands.map(text).join(''))
        const reader = new CommandReader()
        const found: (readonly string[])[] = []
        const passed: Buffer[] = []
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const size = cuts[i % cuts.length] ?? 7
          for (const { command, bytes: own } of reader.read(bytes.subarray(at, at + size))) {
            found.push(command)
            passed.push(own)
          }
          at += size
        }
        expect(found).toEqual(commands)
        expect(Buffer.concat(passed)).toEqual(bytes)
      },
    ),
  )
})
