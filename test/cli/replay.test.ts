import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { type AnySlot, aggregation, codec, encoded, job, source, store } from 'tanager'
import type { Client } from 'tanager/bullmq'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { runBatches } from '../../cli/replay/memory.ts'
import { gapsIn, type Span, spansText } from '../../cli/replay/spans.ts'
import { startRedisServer } from '../../scripts/redis/server.ts'
import { type KeySpace, keySpace } from '../redis/redis.ts'
import failing from './fixtures/failing.ts'
import shop from './fixtures/shop-deploy.ts'
import { inside } from './inside.ts'
import { type Folder, fixture, folder, objects } from './tanager.ts'

const module = fixture('failing.ts')

let space: KeySpace
let at: Folder
let client: Client<AnySlot>

beforeAll(async () => {
  space = await keySpace()
  at = await folder()
  process.env.MENDED = at.path('mended')
  client = failing.with({ redis: space.url, prefix: space.prefix }).client() as Client<AnySlot>
})

afterAll(async () => {
  await at[Symbol.asyncDispose]()
  await client.close()
  await space.close()
})

const place = () => ['--redis', space.url, '--redis-prefix', space.prefix]

const replay = (...args: readonly string[]) => inside(['replay', module, ...args, ...place()])

/** Sends records as they are, and has done all it does when it answers. */
async function send(records: readonly string[]): Promise<void> {
  const sender = failing.with({ redis: space.url, prefix: space.prefix }).client()
  await sender.send('numbers', encoded(records))
  await sender.close()
}

/** All there is, to the byte. */
async function everything(): Promise<string> {
  const keys = (await space.keys()).toSorted()
  const hash = createHash('sha256')
  for (const key of keys) hash.update(`${key}\0`).update((await space.client.dumpBuffer(key)) ?? '')
  return `${keys.length} ${hash.digest('hex')}`
}

// One job and its life: nothing sent, batches that wait, some of them committed and one failed, all committed.

test('a source that nothing was sent to has nothing to replay, and a look leaves no trace', async () => {
  expect(await replay()).toEqual({
    code: 1,
    signal: null,
    stdout: '',
    stderr: 'error: the source numbers has no batches: nothing was ever sent to it\n',
  })
  expect(await space.keys()).toEqual([])
})

describe('of batches that wait', () => {
  let before: string

  beforeAll(async () => {
    // Two records in each: 1 2, 3 13, x 4, 13 5.
    await send(['1', '2', '3', '13', 'x', '4', '13', '5'])
    before = await everything()
  })

  afterEach(async () => {
    expect(await everything()).toBe(before)
  })

  test('all of them are run, unless some are asked for', async () => {
    const { code, stdout, stderr } = await replay()
    expect(stdout).toMatch(
      /^totals {2}2 keys\nkey +value\neven +6\nodd +9\n\ndead letters {2}3 records\nstream +batch +index +node +error +record\n/,
    )
    expect(stdout).toMatch(/\nnumbers +2 +1 +\S+ +unlucky +13\nnumbers +3 +0 +\S+ +codec int .* x\nnumbers +4 +0 +\S+ +unlucky +13\n$/)
    expect(stderr).toMatch(/^8 records of 4 batches of numbers \(1 to 4\) in \d+\.\d s, 3 dead letters; nothing in Redis was changed\n$/)
    expect(code).toBe(0)
  })

  test('programs are told the batch, and the place in it, of each record that was refused', async () => {
    const { stdout } = await replay('--stream', 'numbers', '--from', '2', '--to', '4', '--json')
    const letter = { stream: 'numbers', node: expect.any(String) }
    expect(objects(stdout)).toEqual([
      { store: 'totals', key: 'even', value: 4 },
      { store: 'totals', key: 'odd', value: 8 },
      { deadLetter: { ...letter, sequence: 2, index: 1, record: '13', error: 'unlucky' } },
      { deadLetter: { ...letter, sequence: 3, index: 0, record: 'x', error: expect.stringContaining('codec int cannot read') } },
      { deadLetter: { ...letter, sequence: 4, index: 0, record: '13', error: 'unlucky' } },
    ])
  })

  test('some may be asked for that are not there yet', async () => {
    const { code, stdout, stderr } = await replay('--from', '4', '--to', '9', '--json')
    expect(objects(stdout)).toMatchObject([{ key: 'odd', value: 5 }, { deadLetter: { sequence: 4 } }])
    expect(stderr).toMatch(/^the last batch of numbers is 4: there is none up to 9 yet\n2 records of 1 batch of numbers \(4\) /)
    expect(code).toBe(0)
    expect(await replay('--from', '5')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'error: the source numbers has no batch 5 yet: the last one is 4\n',
    })
  })

  test.each([
    [['--stream', 'nubmers'], 'job failing has no source nubmers; allowed: numbers'],
    [['--stream', 'names'], 'job failing has no source names; allowed: numbers'],
    [['--stream', 'totals'], 'totals is a store, whose stream holds changes: they come of its sums, and cannot be run without them'],
    [['--from', '4', '--to', '2'], '--from is above --to; got "--from 4 --to 2"'],
    [['--from', 'one'], 'It must be a whole number from 1'],
    [['--to', '0'], 'It must be a whole number from 1'],
  ])('%j is refused', async (args, sentence) => {
    const { code, stdout, stderr } = await replay(...args)
    expect(stderr).toContain(sentence)
    expect(stderr).toMatch(/\n\n {2}tanager replay deploy\.ts --stream clicks\n\ntanager replay --help tells more\.\n$/)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })

  test('a Redis that is away is said to be', async () => {
    const { code, stdout, stderr } = await inside(['replay', module, '--redis', 'redis://127.0.0.1:1', '--timeout', '0.2'])
    expect(stderr).toContain('error: Redis at 127.0.0.1:1 does not answer within 200 ms.')
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  })
})

describe('beside batches that are committed', () => {
  let before: string

  beforeAll(async () => {
    const worker = await failing.with({ redis: space.url, prefix: space.prefix }).start()
    try {
      await client.settled({ timeout: 20_000 })
      await send(['100', '102', '7', '9'])
      await vi.waitUntil(
        async () => {
          const { failed, streams } = await client.status()
          return failed.length === 1 && streams.get('numbers')?.backlog === 1
        },
        { timeout: 20_000 },
      )
    } finally {
      await worker.close()
    }
    before = await everything()
  })

  afterEach(async () => {
    expect(await everything()).toBe(before)
  })

  test('one that failed fails here too, for the same reason', async () => {
    const { code, stdout, stderr } = await replay()
    expect(stderr).toMatch(
      /^left out, for they are committed, and gone: numbers 6\nerror: the batch numbers-5 fails: the service names failed: the names are away\n$/,
    )
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  })

  test('its dead-letters say how to run it', async () => {
    const shown = await inside(['dead-letters', module, 'show', 'numbers-5', ...place()])
    const asTest = await inside(['dead-letters', module, 'show', 'numbers-5', '--as-test', ...place()])
    const call = `tanager replay ${module} --stream numbers --from 5 --to 5`
    expect(shown).toMatchObject({ code: 0, stderr: `Runs it here, and changes nothing: ${call}\n` })
    expect(asTest).toMatchObject({ code: 1, stdout: '' })
    expect(asTest.stderr).toMatch(
      /^error: numbers-5 is a failed batch, and no one record of it is known to be at fault: it cannot be made a test/,
    )
    expect(asTest.stderr).toContain(call)
  })

  test('those that are gone are named, and nothing is left where all are', async () => {
    expect(await replay('--from', '2', '--to', '4')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'error: nothing is left to replay: numbers 2 to 4 are committed, and gone\n',
    })
    expect(await replay('--to', '1')).toMatchObject({
      code: 1,
      stderr: 'error: nothing is left to replay: numbers 1 is committed, and gone\n',
    })
  })

  test('mended, it comes to what a worker will make of it', async () => {
    await writeFile(at.path('mended'), '')
    const { code, stdout, stderr } = await replay('--from', '1', '--to', '7', '--json')
    expect(objects(stdout)).toEqual([{ store: 'totals', key: 'even', value: 202 }])
    expect(stderr).toMatch(
      /^left out, for they are committed, and gone: numbers 1 to 4, 6\nthe last batch of numbers is 6: there is none up to 7 yet\n2 records of 1 batch of numbers \(5\) /,
    )
    expect(code).toBe(0)
  })
})

test('a source of several is asked for by name; what it does not feed is not shown', async () => {
  const shopClient = shop.with({ redis: space.url, prefix: space.prefix }).client() as Client<AnySlot>
  try {
    await shopClient.send('notes', ['a note', 'another'] as never)
    await shopClient.send('orders', [
      { item: 'hat', amount: -1 },
      { item: 'shoe', amount: 950 },
    ] as never)
    const run = (...args: readonly string[]) => inside(['replay', fixture('shop-deploy.ts'), ...args, '--json', ...place()])
    const missing = await run()
    expect(missing).toMatchObject({ code: 2, stdout: '' })
    expect(missing.stderr).toContain('--stream is missing, and the job has several sources; allowed: orders, notes')
    expect(objects((await run('--stream', 'notes')).stdout)).toEqual([{ store: 'text', key: 'a', value: 'a note;another;' }])
    const { stdout } = await inside(['replay', fixture('shop-deploy.ts'), '--stream', 'notes', ...place()])
    expect(stdout).toBe('text  1 key\nkey  value\na    a note;another;\n')
    const orders = objects((await run('--stream', 'orders')).stdout)
    expect(orders).toContainEqual({ sink: 'large', item: { item: 'shoe', amount: 950 } })
    expect(orders.at(-1)).toMatchObject({ deadLetter: { stream: 'orders', sequence: 1, index: 0, error: 'a negative amount of hat' } })
  } finally {
    await shopClient.close()
  }
})

test('each batch is run as one, as it was sent', async () => {
  const numbers = source('numbers', { item: codec.int })
  const concat = (a: number, b: number) => {
    if (a + b > 100) throw new Error(`${a} and ${b} are too much`)
    return a + b
  }
  const capped = store('capped', { key: codec.string, sum: aggregation({ value: codec.int, semigroup: { concat } }) })
  const picky = job('picky', numbers.map((n) => ['all', n] as const).sumByKey(capped))
  const batches = [
    { sequence: 3, records: ['40', '90'] },
    { sequence: 7, records: ['10', '20', '80'] },
    { sequence: 8, records: ['31'] },
  ]
  const { deadLetters } = await runBatches(picky, {}, { stream: 'numbers', batches })
  expect(deadLetters).toEqual([
    // Beside others of its batch.
    { stream: 'numbers', sequence: 3, index: 1, node: expect.any(String), record: '90', error: '40 and 90 are too much' },
    { stream: 'numbers', sequence: 7, index: 2, node: expect.any(String), record: '80', error: '30 and 80 are too much' },
    // On top of other batches: of which one is not known.
    { stream: 'capped', node: 'merge', record: '["all",31]', error: '70 and 31 are too much' },
  ])
})

// What Redis itself counts; nothing that writes, and nothing that could.
const reading =
  /^(?:auth|client\|\w+|command\|?\w*|config\|\w+|dbsize|exec|exists|get|hello|hget|hgetall|hlen|hmget|info|llen|lrange|multi|ping|select|xlen|xrange|zcard|zrange|zrevrange|quit)$/

test('only commands that read are sent', async () => {
  await using server = await startRedisServer()
  const there = failing.with({ redis: server.url }).client()
  try {
    await there.send('numbers', [1, 2, 3])
    await using own = await keySpace(server.url)
    const redis = own.client
    await redis.config('RESETSTAT')
    expect(await inside(['replay', module, '--redis', server.url])).toMatchObject({ code: 0 })
    const stats = await redis.info('commandstats')
    const sent = [...stats.matchAll(/^cmdstat_(\S+?):/gm)].map(([, name]) => name as string)
    expect(sent).toContain('xrange')
    expect(sent.filter((name) => !reading.test(name))).toEqual([])
  } finally {
    await there.close()
  }
})

describe('numbers of batches', () => {
  test('that are missing are found', () => {
    const at = (...all: readonly number[]): readonly Span[] => all.map((n) => ({ from: n, to: n }))
    expect(gapsIn({ from: 1, to: 5 }, at())).toEqual([{ from: 1, to: 5 }])
    expect(gapsIn({ from: 1, to: 5 }, at(1, 2, 3, 4, 5))).toEqual([])
    expect(gapsIn({ from: 1, to: 5 }, at(2, 4))).toEqual(at(1, 3, 5))
  })

  test('are told as people would', () => {
    const text = (...all: readonly number[]) => spansText(all.map((n) => ({ from: n, to: n })))
    expect(text(7)).toBe('7')
    expect(text(1, 2, 3, 5, 8, 9)).toBe('1 to 3, 5, 8 to 9')
    expect(text(...Array.from({ length: 100 }, (_, i) => i * 2))).toBe('0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, … 198')
  })
})
