import fc from 'fast-check'
import { none, type Option, some } from 'fp-ts/lib/Option.js'
import type { BatchLimits, OpenSource, SourceBatch } from 'tanager'
import { expect, it, test } from 'vitest'
import { type RabbitmqOptions, rabbitmq } from '../../../connectors/rabbitmq/index.ts'
import { sourceReaderLaws } from '../../../testing/laws/store/reader-laws.ts'
import { type Corner, corner } from './corner.ts'
import { nothingLeft } from './sockets.ts'

export const limits: BatchLimits = { records: 100, length: 1 << 20, linger: 0 }

export const openedAt = (options: RabbitmqOptions, batch: Partial<BatchLimits> = {}): Promise<OpenSource> =>
  rabbitmq(options).open({ position: none, batch: { ...limits, ...batch } })

export async function batchesOf(source: OpenSource, messages: number): Promise<readonly SourceBatch[]> {
  const batches: SourceBatch[] = []
  for (let left = messages; left > 0; ) {
    const batch = await source.next()
    if (batch === undefined) break
    batches.push(batch)
    left -= batch.records.length + (batch.refused?.length ?? 0)
  }
  return batches
}

/** Any but those with line breaks: the broker leaves these out of the name where it makes a queue, and nowhere else. */
const anyName = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }).filter((name) => !/[\r\n]/.test(name))

const recordsOf = (batches: readonly SourceBatch[]) => batches.flatMap(({ records }) => records)
const numbered = (count: number) => Array.from({ length: count }, (_, i) => `record ${i}`)

/** What a reader does on a broker that is there. */
export function reading(broker: () => string): void {
  const corners = new Map<object, Corner>()
  const open = async () => {
    const mine = await corner(broker())
    const queue = await mine.queue()
    const tried = { reader: rabbitmq({ url: mine.url, queue }), feed: (records: readonly string[]) => mine.publish(queue, records) }
    corners.set(tried, mine)
    return tried
  }
  const close = async (tried: object) => await corners.get(tried)?.[Symbol.asyncDispose]()
  for (const { name, check } of sourceReaderLaws({ open, close, runs: 6 })) test(name, check)

  it('gives what was sent in its order, cut by count and by length', async () => {
    await using mine = await corner(broker())
    const queue = await mine.queue()
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'binary', maxLength: 12 }), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 50 }),
        async (records, most, length, prefetch) => {
          await mine.publish(queue, records)
          const source = await openedAt({ url: mine.url, queue, prefetch }, { records: most, length })
          try {
            const batches: SourceBatch[] = []
            while (recordsOf(batches).length < records.length) {
              const [batch] = await batchesOf(source, 1)
              if (batch === undefined) break
              batches.push(batch)
              await source.acknowledge(batch)
            }
            expect(recordsOf(batches)).toEqual(records)
            for (const { records: some } of batches) {
              expect(some.length).toBeLessThanOrEqual(most)
              if (some.length > 1) expect(some.join('').length).toBeLessThanOrEqual(length)
            }
          } finally {
            await source.close()
          }
          expect(await mine.ready(queue)).toBe(0)
        },
      ),
      { numRuns: 25 },
    )
  })

  it('waits for more as long as it was told, and no longer', async () => {
    await using mine = await corner(broker())
    const queue = await mine.queue()
    const source = await openedAt({ url: mine.url, queue }, { records: 3, linger: 250 })
    const coming = source.next()
    const begin = performance.now()
    await mine.publish(queue, ['a'])
    await mine.publish(queue, ['b'])
    expect((await coming)?.records).toEqual(['a', 'b'])
    expect(performance.now() - begin).toBeGreaterThan(240)
    // A batch that has no room for more waits for nothing.
    await mine.publish(queue, ['c', 'd', 'e'])
    const patient = await openedAt({ url: mine.url, queue: await mine.queue() }, { records: 3, linger: 60_000 })
    expect((await source.next())?.records).toEqual(['c', 'd', 'e'])
    await source.close()
    await patient.close()
  })

  it('does not wait for what the broker holds back', async () => {
    await using mine = await corner(broker())
    const queue = await mine.queue()
    await mine.publish(queue, numbered(5))
    const source = await openedAt({ url: mine.url, queue, prefetch: 3 }, { linger: 60_000 })
    const first = await source.next()
    expect(first?.records).toEqual(numbered(3))
    const coming = source.next()
    await source.acknowledge(first as SourceBatch)
    // Two are left, one short of what the broker may give: only the third would end the waiting.
    await mine.publish(queue, ['one more'])
    expect((await coming)?.records).toEqual([...numbered(5).slice(3), 'one more'])
    await source.close()
  })

  it('acknowledges no batch but the one it was told of', async () => {
    await using mine = await corner(broker())
    const queue = await mine.queue()
    await mine.publish(queue, numbered(6))
    const source = await openedAt({ url: mine.url, queue }, { records: 2, linger: 1000 })
    const [first, second, third] = await batchesOf(source, 6)
    await source.acknowledge(second as SourceBatch)
    await source.acknowledge(second as SourceBatch)
    await source.acknowledge({ records: ['of somebody else'], position: none })
    await source.close()
    await source.acknowledge(third as SourceBatch)
    expect((await mine.drain(queue)).map(({ text }) => text)).toEqual([...(first?.records ?? []), ...(third?.records ?? [])])
  })

  it('knows messages by their ids, those that have one', async () => {
    await using mine = await corner(broker())
    const queue = await mine.queue()
    await mine.publish(queue, ['a', 'b', 'c'], (i) => (i === 1 ? {} : { messageId: `id ${i}` }))
    await mine.publish(queue, ['d'], () => ({ messageId: '' }))
    const source = await openedAt({ url: mine.url, queue })
    const batches = await batchesOf(source, 4)
    const ids = batches.flatMap(({ records, ids = records.map((): Option<string> => none) }) => ids)
    expect(ids).toEqual([some('id 0'), none, some('id 2'), none])
    await source.close()
  })

  it('gives every text as it is, and refuses what is none, in its turn', async () => {
    await using mine = await corner(broker())
    const queue = await mine.queue()
    const large = 'ü'.repeat(300_000)
    const broken = Buffer.from([0x61, 0x5c, 0xff, 0x0a])
    await mine.publish(queue, ['', '\ufeffwith a mark', large, 'nul \0', broken, Buffer.from([0xed, 0xa0, 0x80]), 'last'], (i) =>
      i === 4 ? { messageId: 'no text', contentEncoding: 'gzip' } : {},
    )
    const source = await openedAt({ url: mine.url, queue })
    const batches = await batchesOf(source, 7)
    expect(recordsOf(batches)).toEqual(['', '\ufeffwith a mark', large, 'nul \0', 'last'])
    expect(batches.flatMap(({ refused = [] }) => refused)).toEqual([
      { record: 'a\\\\\\xff\\x0a', error: 'the content of message "no text", 4 bytes, is no UTF-8; its content encoding is "gzip"' },
      { record: '\\xed\\xa0\\x80', error: 'the content, 3 bytes, is no UTF-8' },
    ])
    for (const batch of batches) await source.acknowledge(batch)
    await source.close()
    expect(await mine.ready(queue)).toBe(0)
  })

  it('refuses any bytes that are no text, and shows all that can be shown', async () => {
    await using mine = await corner(broker())
    const queue = await mine.queue()
    const source = await openedAt({ url: mine.url, queue }, { records: 1 })
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 20 }), async (bytes) => {
        await mine.publish(queue, [Buffer.from(bytes)])
        const batch = (await source.next()) as SourceBatch
        await source.acknowledge(batch)
        const text = (() => {
          try {
            return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
          } catch {
            return undefined
          }
        })()
        expect(batch.records).toEqual(text === undefined ? [] : [text])
        expect(batch.refused?.length ?? 0).toBe(text === undefined ? 1 : 0)
      }),
      { numRuns: 100 },
    )
    await source.close()
  })

  it('has queues and exchanges of any name', async () => {
    await using mine = await corner(broker())
    const exchange = mine.name()
    await fc.assert(
      fc.asyncProperty(anyName, async (name) => {
        const queue = `${mine.name()} ${name}`
        const source = await openedAt({ url: mine.url, queue, exchange, routingKey: name, declare: { durable: false } })
        mine.channel.publish(exchange, name, Buffer.from('found'))
        expect((await source.next())?.records).toEqual(['found'])
        await source.close()
        await mine.channel.deleteQueue(queue)
      }),
      { numRuns: 15 },
    )
  })

  it('makes what is missing only when it is asked to, and changes nothing that is there', async () => {
    await using mine = await corner(broker())
    const [queue, exchange] = [mine.name(), mine.name()]
    const asked = { url: mine.url, queue, exchange, routingKey: ['clicks.*', 'views.#'] }
    await expect(openedAt({ url: mine.url, queue })).rejects.toThrow(
      new RegExp(`^RabbitMQ queue ${queue} at .*, vhost /: no queue '${queue}' in vhost '/'. Create it, .*or .*declare: true`),
    )
    await expect(openedAt(asked)).rejects.toMatchObject({ code: 'source', message: expect.stringContaining(`no exchange '${exchange}'`) })
    const source = await openedAt({ ...asked, declare: { exchangeType: 'topic', arguments: { 'x-max-length': 1000 } } })
    for (const key of ['clicks.eu', 'views.eu.south', 'orders.eu']) mine.channel.publish(exchange, key, Buffer.from(key))
    expect(recordsOf(await batchesOf(source, 2))).toEqual(['clicks.eu', 'views.eu.south'])
    await source.close()
    // Another durability, other arguments, another type: what is there is what counts.
    const again = await openedAt({ ...asked, declare: { durable: false } })
    expect(recordsOf(await batchesOf(again, 2))).toHaveLength(2)
    await again.close()
    await mine.channel.assertQueue(queue, { durable: true, maxLength: 1000 })
  })

  it('fails when its queue is deleted, and reads it again when it is there again', async () => {
    await using mine = await corner(broker())
    const queue = await mine.queue()
    const reader = rabbitmq({ url: mine.url, queue })
    const source = await reader.open({ position: none, batch: limits })
    await mine.publish(queue, ['a'])
    const batch = (await source.next()) as SourceBatch
    const failing = expect(source.next()).rejects.toMatchObject({
      code: 'source',
      message: expect.stringMatching(/the broker gives no more of it: the queue was deleted/),
    })
    await mine.channel.deleteQueue(queue)
    await failing
    await expect(source.next()).rejects.toThrow('the queue was deleted')
    await expect(source.acknowledge(batch)).rejects.toThrow('the queue was deleted')
    await source.close()
    expect(await source.next()).toBeUndefined()
    await expect(reader.open({ position: none, batch: limits })).rejects.toThrow('no queue')
    await mine.channel.assertQueue(queue)
    await mine.publish(queue, ['b'])
    const again = await reader.open({ position: none, batch: limits })
    expect((await again.next())?.records).toEqual(['b'])
    await again.close()
  })

  it('is refused a queue that somebody else has for themselves', async () => {
    await using mine = await corner(broker())
    const queue = await mine.queue({ exclusive: true })
    await expect(openedAt({ url: mine.url, queue })).rejects.toThrow(/cannot obtain exclusive access.*Somebody else has it for themselves/)
    const consumed = await mine.queue()
    await mine.channel.consume(consumed, () => undefined, { exclusive: true })
    await expect(openedAt({ url: mine.url, queue: consumed })).rejects.toThrow(/in exclusive use. Somebody else has it/)
  })

  it('leaves no socket and no timer, however it ends', async () => {
    await using mine = await corner(broker())
    const queue = await mine.queue()
    const clean = nothingLeft()
    const idle = await openedAt({ url: mine.url, queue }, { linger: 60_000 })
    await mine.publish(queue, ['a'])
    const coming = idle.next()
    await Promise.all([idle.close(), idle.close(), idle.close()])
    expect(await coming).toBeUndefined()
    await openedAt({ url: mine.url, queue: mine.name() }).catch(() => undefined)
    const failing = await openedAt({ url: mine.url, queue })
    await mine.channel.deleteQueue(queue)
    await expect(failing.next().then(() => failing.next())).rejects.toThrow('deleted')
    await failing.close()
    await clean()
  })

  it('has one reader after the other in turn, each with a part', async () => {
    await using mine = await corner(broker())
    const queue = await mine.queue()
    const sources = await Promise.all([0, 1].map(() => openedAt({ url: mine.url, queue, prefetch: 10 }, { records: 5 })))
    await mine.publish(queue, numbered(200))
    const all: string[] = []
    await Promise.all(
      sources.map(async (source) => {
        for (let batch = await source.next(); batch !== undefined; batch = await source.next()) {
          all.push(...batch.records)
          await source.acknowledge(batch)
          if (all.length === 200) await Promise.all(sources.map((each) => each.close()))
        }
      }),
    )
    expect(all.sort()).toEqual(numbered(200).sort())
  })
}
