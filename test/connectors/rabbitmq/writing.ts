import fc from 'fast-check'
import { codec, type SinkToken } from 'tanager'
import { expect, it, test } from 'vitest'
import { type RabbitmqSinkOptions, rabbitmqSink } from '../../../connectors/rabbitmq/index.ts'
import { sinkLaws } from '../../../testing/laws/store/sink-laws.ts'
import { type Corner, corner, type Stored } from './corner.ts'
import { nothingLeft, sockets } from './sockets.ts'

export const token = (sequence: number): SinkToken => ({ job: 'shop', sink: 'alerts', sequence, id: `batch-${sequence}` })

/** The messages that a reader takes that remembers ids. */
const remembered = (messages: readonly Stored[]): readonly string[] => [...new Map(messages.map(({ id, text }) => [id, text])).values()]

/** What a sink does on a broker that is there. */
export function writing(broker: () => string): void {
  const corners = new Map<object, () => Promise<void>>()
  const opening = (seen: (messages: readonly Stored[]) => readonly string[]) => async () => {
    const mine: Corner = await corner(broker())
    const queue = await mine.queue()
    const sink = rabbitmqSink<string>({ url: mine.url, queue })
    const tried = { sink, written: async () => seen(await mine.drain(queue)) }
    corners.set(tried, async () => {
      await sink.close()
      await mine[Symbol.asyncDispose]()
    })
    return tried
  }
  const close = async (tried: object) => await corners.get(tried)?.()
  const items = ['a', 'b', '']
  const except = { once: 'a batch that comes again is written again', 'once at once': 'so is one that comes twice at the same time' }
  const asItIs = sinkLaws({ open: opening((messages) => messages.map(({ text }) => text)), close, items, runs: 6, except })
  for (const { name, check } of asItIs) test(name, check)
  for (const { name, check } of sinkLaws({ open: opening(remembered), close, items, runs: 6 })) {
    test(`to a reader that remembers ids, ${name}`, check)
  }

  it('writes text as it is, bytes as they are, and the rest as JSON, or as it is told to', async () => {
    await using mine = await corner(broker())
    const queue = await mine.queue()
    const written = async (options: Partial<RabbitmqSinkOptions<never>>, list: readonly unknown[]) => {
      const sink = rabbitmqSink<unknown>({ url: mine.url, queue, ...(options as object) })
      await sink.write(list, token(1))
      await sink.close()
      const found: unknown[] = []
      for (const _ of list) {
        const message = await mine.channel.get(queue, { noAck: true })
        if (message === false) throw new Error('a message is missing')
        const { deliveryMode, contentType } = message.properties
        expect(deliveryMode).toBe(2)
        found.push([message.content.toString('latin1'), contentType])
      }
      return found
    }
    expect(await written({}, ['a "word"', '', { page: '/', n: 1 }, ['x', null], 7, Uint8Array.of(255, 0)])).toEqual([
      ['a "word"', 'text/plain'],
      ['', 'text/plain'],
      ['{"page":"/","n":1}', 'application/json'],
      ['["x",null]', 'application/json'],
      ['7', 'application/json'],
      ['\xff\0', 'application/octet-stream'],
    ])
    expect(await written({ encode: codec.tuple(codec.string, codec.bigint) as never }, [['a', 5n]])).toEqual([['["a","5"]', undefined]])
    expect(await written({ encode: (n: number) => `no ${n}` }, [1, 2])).toEqual([
      ['no 1', undefined],
      ['no 2', undefined],
    ])
  })

  it('refuses what cannot be written before anything is', async () => {
    await using mine = await corner(broker())
    const queue = await mine.queue()
    const sink = rabbitmqSink<unknown>({ url: mine.url, queue })
    for (const item of [new Map(), 5n, undefined, Number.NaN, 'half \ud800', () => 1]) {
      await expect(sink.write(['fine', item], token(1))).rejects.toMatchObject({
        code: 'encode',
        message: expect.stringMatching(/item 1 cannot become a message.*Give encode/),
      })
    }
    const throwing = rabbitmqSink<string>({ url: mine.url, exchange: mine.name(), routingKey: (item) => item })
    await expect(throwing.write(['x'.repeat(256)], token(1))).rejects.toThrow('routingKey; got "xxx')
    expect(await mine.ready(queue)).toBe(0)
    await sink.close()
    await throwing.close()
  })

  it('routes each item by its key, and says which has nowhere to go', async () => {
    await using mine = await corner(broker())
    const [exchange, queue] = [mine.name(), await mine.queue()]
    const sink = rabbitmqSink<string>({
      url: mine.url,
      exchange,
      routingKey: (item) => item.slice(0, 1),
      declare: { exchangeType: 'topic' },
    })
    await expect(sink.write(['a1'], token(1))).rejects.toThrow(
      `1 of 1 messages came back: the exchange ${exchange} has no queue for the routing key a. Bind a queue to it`,
    )
    await mine.channel.bindQueue(queue, exchange, 'a')
    await sink.write(['a1', 'a2'], token(1))
    await expect(sink.write(['a3', 'b1', 'b2'], token(2))).rejects.toThrow('2 of 3 messages came back')
    await mine.channel.bindQueue(queue, exchange, 'b')
    await sink.write(['a3', 'b1', 'b2'], token(2))
    const found = await mine.drain(queue)
    expect(remembered(found)).toEqual(['a1', 'a2', 'a3', 'b1', 'b2'])
    expect(found.map(({ id }) => id)).toEqual(['1/0', '1/1', '2/0', '2/0', '2/1', '2/2'].map((each) => `shop/alerts/batch-${each}`))
    await sink.close()
  })

  it('tells two writes of one batch at once apart, where a message of it comes back', async () => {
    await using mine = await corner(broker())
    const [exchange, queue] = [mine.name(), await mine.queue()]
    const sink = rabbitmqSink<string>({ url: mine.url, exchange, routingKey: (item) => item, declare: true })
    await expect(sink.write(['lost'], token(0))).rejects.toThrow('came back')
    await mine.channel.bindQueue(queue, exchange, 'found')
    // So many that the first is confirmed well before the second.
    const list = ['lost', ...Array<string>(2500).fill('found')]
    const done = await Promise.allSettled([sink.write(list, token(1)), sink.write(list, token(1)), sink.write(['found'], token(2))])
    expect(done.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled'])
    await sink.close()
  })

  it('fails where the queue is missing, and goes on once it is there, also if it was deleted', async () => {
    await using mine = await corner(broker())
    const queue = mine.name()
    const sink = rabbitmqSink<string>({ url: mine.url, queue })
    await expect(sink.write(['a'], token(1))).rejects.toThrow(/no queue '.*' in vhost '\/'. Create it/)
    await mine.channel.assertQueue(queue)
    await sink.write(['a'], token(1))
    await mine.channel.deleteQueue(queue)
    await expect(sink.write(['b'], token(2))).rejects.toThrow(/1 of 1 messages came back: there is no queue .*Create it/)
    await mine.channel.assertQueue(queue)
    await sink.write(['b'], token(2))
    expect((await mine.drain(queue)).map(({ text }) => text)).toEqual(['b'])
    await sink.close()
  })

  it('says that an exchange is gone, and comes back by itself', async () => {
    await using mine = await corner(broker())
    const [exchange, queue] = [mine.name(), await mine.queue()]
    const sink = rabbitmqSink<string>({ url: mine.url, exchange, declare: { exchangeType: 'fanout' } })
    await expect(sink.write(['a'], token(1))).rejects.toThrow('has no queue')
    await mine.channel.deleteExchange(exchange)
    await expect(sink.write(Array(3000).fill('a'), token(1))).rejects.toThrow(/no exchange '.*' in vhost '\/'/)
    await mine.channel.assertExchange(exchange, 'fanout')
    await mine.channel.bindQueue(queue, exchange, '')
    await sink.write(['a'], token(1))
    expect(await mine.drain(queue)).toHaveLength(1)
    await sink.close()
  })

  it('fails where a queue takes no more', async () => {
    await using mine = await corner(broker())
    const queue = await mine.queue({ maxLength: 2, overflow: 'reject-publish' })
    const sink = rabbitmqSink<string>({ url: mine.url, queue })
    await sink.write(['a', 'b'], token(1))
    await expect(sink.write(['c', 'd', 'e'], token(2))).rejects.toThrow('the broker refused 3 of 3 messages. A queue may be full')
    await mine.drain(queue)
    await sink.write(['c', 'd'], token(2))
    await sink.close()
  })

  it('takes more at once than the socket does, from many at the same time', async () => {
    await using mine = await corner(broker())
    const queue = await mine.queue()
    const sink = rabbitmqSink<string>({ url: mine.url, queue })
    const batches = Array.from({ length: 6 }, (_, b) => Array.from({ length: 1500 }, (_, i) => `${b}/${i}/${'x'.repeat(500)}`))
    await Promise.all(batches.map((batch, b) => sink.write(batch, token(b))))
    const found = (await drained(mine, queue, 9000)).map((text) => text.split('/').slice(0, 2))
    for (const b of batches.keys()) {
      expect(found.filter(([of]) => of === String(b)).map(([, i]) => Number(i))).toEqual(batches[b]?.map((_, i) => i))
    }
    await sink.close()
  })

  it('has ids that differ, and that fit, whatever the names are', () => {
    const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/)
    const any = fc.record({ job: name, sink: name, sequence: fc.nat(), id: fc.string({ unit: 'binary', maxLength: 100 }) })
    return import('../../../connectors/rabbitmq/message-id.ts').then(({ idOf }) =>
      fc.assert(
        fc.property(any, any, (one, other) => {
          expect(Buffer.byteLength(`${idOf(one)}/999999`)).toBeLessThanOrEqual(255)
          expect(idOf({ ...one, sequence: other.sequence })).toBe(idOf(one))
          const same = one.job === other.job && one.sink === other.sink && one.id === other.id
          expect(idOf(one) === idOf(other)).toBe(same)
        }),
      ),
    )
  })

  it('lets its connection go when there is nothing to write, and when it is closed', async () => {
    await using mine = await corner(broker())
    const queue = await mine.queue()
    const clean = nothingLeft()
    const before = sockets()
    const sink = rabbitmqSink<string>({ url: mine.url, queue, idle: 100 })
    await sink.write([], token(1))
    expect(sockets()).toBe(before)
    await sink.write(['a'], token(1))
    expect(sockets()).toBe(before + 1)
    await clean()
    await sink.write(['b'], token(2))
    const last = sink.write(['c'], token(3))
    await sink.close()
    await last
    await clean()
    expect((await mine.drain(queue)).map(({ text }) => text)).toEqual(['a', 'b', 'c'])
  })
}

async function drained(mine: Corner, queue: string, count: number): Promise<readonly string[]> {
  const found: string[] = []
  await new Promise<void>((resolve) => {
    const take = (message: { readonly content: Buffer } | null) => {
      if (message !== null && found.push(message.content.toString()) === count) resolve()
    }
    void mine.channel.consume(queue, take, { noAck: true })
  })
  return found
}
