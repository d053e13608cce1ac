import fc from 'fast-check'
import { aggregation, codec, encoded, type Job, job, service, sink, source, store, TanagerError } from 'tanager'
import { sum } from 'tanager/algebra'
import { bullmq } from 'tanager/bullmq'
import { memory } from 'tanager/memory'
import { describe, expect, test } from 'vitest'
import type { Pointer } from '../../core/engine/log.ts'
import { keysOf } from '../../platforms/bullmq/keys.ts'
import { jobIdOf } from '../../platforms/bullmq/queues.ts'
import { all, contents, deployed } from '../platforms/bullmq/deployed.ts'
import type { KeySpace } from '../redis/redis.ts'
import { hostileText } from './hostile.ts'

const words = source('words', { item: codec.string })
const counts = store('counts', { key: codec.string, sum })
const out = sink('out', { item: codec.string })

/** Names that are good, alike, and made to be mistaken for parts of others' keys. */
const goodName = fc.oneof(
  fc.constantFrom(
    'a',
    'a-1',
    'a.1',
    'a_1',
    '0',
    '1',
    '1-0',
    'log',
    'meta',
    'ahead',
    'store',
    'pos',
    'inbox',
    'early',
    'plan',
    'dead',
    'bull',
  ),
  fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,9}$/),
)
const anyName = fc.oneof(hostileText, goodName)

const alphabet = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/

/** What was thrown, or what was made. */
function attempt<A>(make: () => A): A | TanagerError {
  try {
    return make()
  } catch (error) {
    if (error instanceof TanagerError) return error
    throw error
  }
}

describe('a name', () => {
  test.each<readonly [what: string, make: (name: string) => unknown]>([
    ['a source', (name) => source(name, { item: codec.string })],
    ['a store', (name) => store(name, { key: codec.string, sum })],
    ['a sink', (name) => sink(name, { item: codec.string })],
    ['a service', (name) => service(name, { key: codec.string, value: codec.string })],
    ['a job', (name) => job(name, words.write(out))],
    [
      'a prefix',
      (name) =>
        bullmq({ prefix: name })
          .on(job('j', words.write(out)))
          .bind({}),
    ],
  ])('of %s is of an alphabet that breaks out of nothing, or refused', (what, make) => {
    fc.assert(
      fc.property(anyName, (name) => {
        const made = attempt(() => make(name))
        const parts = what === 'a prefix' ? name.split(':') : [name]
        if (parts.every((part) => alphabet.test(part))) expect(made).not.toBeInstanceOf(TanagerError)
        else expect(made).toMatchObject({ code: 'invalid-name' })
      }),
      { numRuns: 1000 },
    )
  })

  test('that is no text at all is refused', () => {
    for (const name of [undefined, null, 1, {}, ['a'], { toString: () => 'a' }, Symbol('a')]) {
      expect(() => source(name as string, { item: codec.string })).toThrow(expect.objectContaining({ code: 'invalid-name' }))
    }
  })
})

/** CRC16, XMODEM: how Redis Cluster finds the slot of a key. */
function slotOf(key: string): number {
  const [, tag = key] = /^[^{]*\{([^}]+)\}/.exec(key) ?? []
  let crc = 0
  for (const byte of Buffer.from(tag)) {
    crc ^= byte << 8
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff
  }
  return crc % 16384
}

/** All keys that a job of these slots could ever write, by what they are for. */
function everyKey(prefix: string, name: string, slots: readonly string[]): readonly string[] {
  const keys = keysOf(prefix, name)
  return [
    keys.plan,
    keys.dead,
    keys.lease('reconciler'),
    keys.bull,
    ...slots.flatMap((slot) => [
      ...Object.values(keys.stream(slot)).flat(),
      ...[0, 1, 10].flatMap((p) => {
        const { values, position, inbox, early } = keys.partition(slot, p)
        return [values, position, inbox, ...slots.map(early)]
      }),
    ]),
  ]
}

describe('the keys of a job', () => {
  test('are in one slot of a cluster', () => {
    expect(slotOf('123456789')).toBe(12739)
    fc.assert(
      fc.property(
        fc.array(goodName, { minLength: 1, maxLength: 3 }),
        goodName,
        fc.uniqueArray(goodName, { maxLength: 4 }),
        (prefix, name, slots) => {
          const keys = everyKey(prefix.join(':'), name, slots)
          expect(new Set(keys.map(slotOf))).toEqual(new Set([slotOf(`{${name}}`)]))
        },
      ),
    )
  })

  test('are never those of another job, and each is for one thing', () => {
    const place = fc.tuple(fc.array(goodName, { minLength: 1, maxLength: 3 }), goodName)
    fc.assert(
      fc.property(place, place, fc.uniqueArray(goodName, { maxLength: 4 }), ([a, one], [b, two], slots) => {
        const ours = everyKey(a.join(':'), one, slots)
        expect(new Set(ours).size).toBe(ours.length)
        if (a.join(':') === b.join(':') && one === two) return
        const { all: theirs } = keysOf(b.join(':'), two)
        expect(ours.filter((key) => key.startsWith(theirs))).toEqual([])
      }),
      { numRuns: 1000 },
    )
  })

  test('are not mixed up by the ids of BullMQ jobs', () => {
    const number = fc.integer({ min: 0, max: 20 })
    const pointer: fc.Arbitrary<Pointer> = fc.oneof(
      fc.record({ kind: fc.constant('stage' as const), stream: goodName, sequence: number }),
      fc.record({ kind: fc.constant('sink' as const), sink: goodName, sequence: number }),
      fc.record({ kind: fc.constant('sum' as const), store: goodName, partition: number, position: number }),
    )
    fc.assert(
      fc.property(pointer, pointer, (a, b) => {
        expect(jobIdOf(a)).toMatch(/^[A-Za-z0-9][A-Za-z0-9_.-]*-\d+$/)
        if (a.kind === b.kind) expect(jobIdOf(a) === jobIdOf(b)).toBe(JSON.stringify(a) === JSON.stringify(b))
      }),
      { numRuns: 2000 },
    )
  })
})

/** The bytes of all keys that stay: leases and the like come and go. */
async function bytesOf({ client, keys }: KeySpace): Promise<ReadonlyMap<string, string | undefined>> {
  const bytes = new Map<string, string | undefined>()
  for (const key of await keys()) if ((await client.pttl(key)) === -1) bytes.set(key, (await client.dumpBuffer(key))?.toString('hex'))
  return bytes
}

describe('records and writers', () => {
  const last = aggregation({ value: codec.string, semigroup: { concat: (_: string, b: string) => b } })
  const echo = job(
    'echo',
    words.map((word) => [word, 1] as const).sumByKey(counts),
    words.map((word) => [word, word] as const).sumByKey(store('last', { key: codec.string, sum: last })),
    words.write(out),
  )

  test('stay within the keys of their job, whatever is in them', async () => {
    await using victim = await deployed(echo, {}, { partitions: 2 })
    const its = await victim.worker()
    await victim.client.send('words', ['dear', 'and', 'dear'])
    await victim.client.settled({ timeout: 10_000 })
    await its.close()
    const before = await bytesOf(victim.space)
    expect(before.size).toBeGreaterThan(5)
    await using there = await deployed(echo, {}, { partitions: 2, batch: { batchRecords: 20 } })

    const worker = await there.worker()
    const sent: string[] = []
    await fc.assert(
      fc.asyncProperty(fc.array(hostileText, { minLength: 1, maxLength: 60 }), hostileText, async (texts, writer) => {
        sent.push(...texts)
        await there.client.send('words', encoded(texts), { writer: `${Buffer.from(writer).toString()}#${sent.length}`, sequence: 1 })
      }),
      { numRuns: 60 },
    )
    await there.client.settled({ timeout: 30_000 })
    await worker.close()

    const expected = await memory()
      .on(echo)
      .run({ words: encoded(sent) })
    expect(expected.stores.counts.size).toBeGreaterThan(100)
    for (const name of ['counts', 'last'] as const) {
      expect(await contents<string, unknown>(there.client.store(name).entries())).toEqual(new Map<string, unknown>(expected.stores[name]))
    }
    expect((await all(there.client.sink('out').entries())).sort()).toEqual([...expected.sinks.out].sort())
    expect((await there.client.status()).deadLetters).toBe(expected.deadLetters.length)
    const prefix = `${there.space.prefix}:{echo}:`
    expect((await there.space.keys()).filter((key) => !key.startsWith(prefix))).toEqual([])
    expect(await bytesOf(victim.space)).toEqual(before)
  })

  // A text that is half of a surrogate pair has no bytes of its own: as a field in Redis, all of them are one.
  test('writers with different names are different writers, or refused', async () => {
    await using there = await deployed(echo, {})
    const send = (writer: string) => there.client.send('words', ['a'], { writer, sequence: 1 })
    const [one, two] = await Promise.allSettled([send('\ud800'), send('\ud801')])
    expect(one.status).toBe(two.status)
    if (one.status === 'fulfilled') expect(one).not.toEqual(two)
  })

  test.each([1.5, Number.NaN, -1, 2 ** 53, Number.POSITIVE_INFINITY])('a sequence of %s is refused', async (sequence) => {
    await using there = await deployed(echo, {})
    await expect(there.client.send('words', ['a'], { writer: 'w', sequence })).rejects.toMatchObject({ code: 'invalid-option' })
  })
})

describe('slots that are called like what every object has', () => {
  const names = ['constructor', 'toString', 'valueOf', 'hasOwnProperty'] as const
  const odd = job(
    'odd',
    source(names[0], { item: codec.string })
      .lookup(service(names[1], { key: codec.string, value: codec.string }))
      .map(([word]) => word)
      .write(sink(names[2], { item: codec.string }))
      .map((word) => [word, 1] as const)
      .sumByKey(store(names[3], { key: codec.string, sum })),
  ) as unknown as Job

  test('are slots like any other in memory', async () => {
    const run = memory().on(odd).run as (inputs: object) => Promise<{ stores: object; sinks: object }>
    expect(await run({ constructor: ['a'], toString: new Map() })).toMatchObject({
      stores: { hasOwnProperty: new Map([['a', 1]]) },
      sinks: { valueOf: ['a'] },
    })
  })

  test('are slots like any other on BullMQ', async () => {
    await using there = await deployed(odd, { toString: new Map() } as never, { attempts: 1 })
    await there.worker()
    const { client } = there
    await client.send('constructor', ['a'] as never)
    await client.settled({ timeout: 5000 })
    expect(await contents(client.store('hasOwnProperty').entries())).toEqual(new Map([['a', 1]]))
    // Nothing takes from this sink: what it was given stays.
    expect(await all(client.sink('valueOf').entries())).toEqual(['a'])
    await expect.poll(async () => (await client.status()).workers).toBe(1)
    expect((await client.status()).failed).toEqual([])
  })
})
