import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startRedisServer } from '../../scripts/redis/server.ts'
import { type KeySpace, keySpace } from '../redis/redis.ts'
import slow from './fixtures/slow.ts'
import { inside } from './inside.ts'
import { type Call, call, fixture } from './tanager.ts'

describe('a worker', () => {
  let space: KeySpace

  beforeEach(async () => {
    space = await keySpace()
  })

  afterEach(() => space.close())

  const start = (...args: readonly string[]): Call =>
    call(['worker', fixture('slow.ts'), '--redis', space.url, '--prefix', space.prefix, ...args])

  test('ends when it is told to, at once when it is told twice, and nothing is lost or doubled', async () => {
    const client = slow.with({ redis: space.url, prefix: space.prefix }).client()
    try {
      await client.send(
        'numbers',
        Array.from({ length: 400 }, (_, i) => i + 1),
      )
      const watermark = async () => (await client.status()).streams.get('numbers')?.watermark ?? 0

      await using first = start()
      await expect.poll(watermark, { timeout: 20_000 }).toBeGreaterThan(0)
      first.child.kill('SIGTERM')
      expect(await first.ended).toMatchObject({ code: 0, signal: null, stdout: '' })
      expect(first.stderr()).toMatch(/^slow: ready, .*\nslow: ending, within 10 s; a second signal ends at once\n$/)
      expect(await watermark()).toBeLessThan(16)

      await using second = start()
      await expect.poll(watermark, { timeout: 20_000 }).toBe(16)
      // This one takes seconds, and is in hand once it is among the active.
      const receipt = await client.send('numbers', [-1])
      await expect.poll(() => space.client.llen(`${space.prefix}:{slow}:bull:stages:active`), { timeout: 20_000 }).toBe(1)
      second.child.kill('SIGINT')
      await second.says(/ending/)
      second.child.kill('SIGINT')
      expect(await second.ended).toMatchObject({ code: 130, stdout: '' })
      expect(await watermark()).toBe(16)

      await using third = start('--grace', '0.1', '--concurrency', '2')
      await client.settled({ after: receipt, timeout: 20_000 })
      expect(await client.store('totals').multiGet(['even', 'odd'])).toMatchObject([{ value: 200 * 201 }, { value: 200 * 200 - 1 }])
      third.child.kill('SIGTERM')
      expect(await third.ended).toMatchObject({ code: 0 })
    } finally {
      await client.close()
    }
  })
})

describe('a worker without a Redis', () => {
  test('waits for it, and says so', async () => {
    await using server = await startRedisServer()
    await server.stop()
    await using worker = call(['worker', fixture('words.ts')], { env: { REDIS_URL: server.url } })
    const { host } = new URL(server.url)
    await worker.says(new RegExp(`waiting for Redis at ${host}: connect ECONNREFUSED`))
    await server.start()
    await worker.says(new RegExp(`Redis at ${host} is there again\n(.*\n)*words: ready, Redis at ${host}, keys under tanager, pid`))
    worker.child.kill('SIGTERM')
    expect(await worker.ended).toMatchObject({ code: 0 })
  })

  test('gives up if it is told for how long to wait', async () => {
    const { code, stdout, stderr } = await inside(['worker', fixture('words.ts'), '--redis', 'redis://127.0.0.1:1', '--timeout', '0.1'])
    expect(stderr).toMatch(/^waiting for Redis at 127\.0\.0\.1:1: .*\nerror: Redis at 127\.0\.0\.1:1 does not answer within 100 ms\. /)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  })

  test('ends at once when it is told to', async () => {
    await using worker = call(['worker', fixture('words.ts'), '--redis', 'redis://127.0.0.1:1'])
    await worker.says(/waiting/)
    worker.child.kill('SIGINT')
    expect(await worker.ended).toMatchObject({ code: 0, stdout: '' })
  })
})

describe('a Redis that is no good is refused, with what to do', () => {
  test.each<readonly [string, Readonly<Record<string, string>>, (url: URL) => string, RegExp]>([
    [
      'it forgets',
      { 'maxmemory-policy': 'allkeys-lru' },
      (url) => url.href,
      /throws keys away when it is full; got "maxmemory-policy allkeys-lru"; allowed: noeviction/,
    ],
    ['it wants a password', { requirepass: 's3cret' }, (url) => url.href, /wants another password\. Put it into the address/],
    [
      'it wants another password',
      { requirepass: 's3cret' },
      (url) => Object.assign(url, { password: 'wr0ng' }).href,
      /wants another password/,
    ],
  ])('%s', async (_what, settings, urlOf, sentence) => {
    await using server = await startRedisServer(settings)
    const url = urlOf(new URL(server.url))
    const { code, stdout, stderr } = await inside(['query', fixture('words.ts'), 'words', '--redis', url])
    expect(stderr).toMatch(/error: Redis at 127\.0\.0\.1:\d+ /)
    expect(stderr).toMatch(sentence)
    expect(stderr).not.toMatch(/wr0ng|s3cret|^ +at /m)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  })

  test('by workers as well', async () => {
    await using server = await startRedisServer({ 'maxmemory-policy': 'allkeys-lfu' })
    const { code, stdout, stderr } = await inside(['worker', fixture('words.ts'), '--redis', server.url])
    expect(stderr).toMatch(/^error: Redis at .* throws keys away when it is full; .*\n$/)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  })
})
