import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { type ConsumeMessage, connect } from 'amqplib'
import { none } from 'fp-ts/lib/Option.js'
import { rabbitmq } from '../../connectors/rabbitmq/index.ts'
import { provideRabbitmq } from '../../scripts/rabbitmq/provide.ts'
import { number, show } from '../report/format.ts'
import { spreadOf } from '../statistics.ts'

/**
 * The reader beside a consumer written by hand with the same driver: the same queue, prefetch, batches and acknowledgements,
 * in turns. Both keep the text and the id of every message.
 *
 * node --import tsx --conditions=tanager-source bench/connectors/rabbitmq.ts [--messages 50000] [--rounds 5] [--batch 1000] [--prefetch 4000]
 */
const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '50000' },
    rounds: { type: 'string', default: '5' },
    batch: { type: 'string', default: '1000' },
    prefetch: { type: 'string', default: '4000' },
    bytes: { type: 'string', default: '100' },
  },
})
const messages = Number(values.messages)
const rounds = Number(values.rounds)
const batch = Number(values.batch)
const prefetches = values.prefetch.split(',').map(Number)

await using broker = await provideRabbitmq()
const model = await connect(broker.url)
const publisher = await model.createConfirmChannel()
const { queue } = await publisher.assertQueue('', { exclusive: false, durable: true })
const content = Buffer.alloc(Number(values.bytes), 'x')

async function fill(): Promise<void> {
  await publisher.purgeQueue(queue)
  for (let i = 0; i < messages; i++) {
    const more = publisher.sendToQueue(queue, content, { persistent: true, messageId: `message-${i}` })
    if (!more) await new Promise((resolve) => publisher.once('drain', resolve))
  }
  await publisher.waitForConfirms()
}

/** Takes batches; the time it took is that of who gave them. */
interface Taken {
  characters: number
  ids: number
}

async function byHand(prefetch: number): Promise<Taken> {
  const connection = await connect(broker.url, { noDelay: true })
  const channel = await connection.createChannel()
  await channel.prefetch(prefetch)
  const taken: Taken = { characters: 0, ids: 0 }
  let records: string[] = []
  let ids: (string | undefined)[] = []
  await new Promise<void>((resolve) => {
    let left = messages
    const onMessage = (message: ConsumeMessage | null) => {
      if (message === null) return
      records.push(message.content.toString('utf8'))
      ids.push(message.properties.messageId as string | undefined)
      left -= 1
      if (records.length < batch && left > 0) return
      for (const record of records) taken.characters += record.length
      taken.ids += ids.filter((id) => id !== undefined).length
      records = []
      ids = []
      channel.ack(message, true)
      if (left === 0) resolve()
    }
    void channel.consume(queue, onMessage)
  })
  await channel.close()
  await connection.close()
  return taken
}

async function byReader(prefetch: number): Promise<Taken> {
  const source = await rabbitmq({ url: broker.url, queue, prefetch }).open({
    position: none,
    batch: { records: batch, length: 1 << 20, linger: 20 },
  })
  const taken: Taken = { characters: 0, ids: 0 }
  for (let left = messages; left > 0; ) {
    const next = await source.next()
    if (next === undefined) throw new Error('the source has ended')
    for (const record of next.records) taken.characters += record.length
    taken.ids += (next.ids ?? []).filter((id) => id._tag === 'Some').length
    left -= next.records.length
    await source.acknowledge(next)
  }
  await source.close()
  return taken
}

interface Measured {
  readonly rate: number
  readonly cpu: number
}

async function measured(work: () => Promise<Taken>): Promise<Measured> {
  await fill()
  const before = process.cpuUsage()
  const begin = performance.now()
  const { characters, ids } = await work()
  const seconds = (performance.now() - begin) / 1000
  const { user, system } = process.cpuUsage(before)
  if (characters !== messages * content.length || ids !== messages) throw new Error(`${characters} characters and ${ids} ids came`)
  return { rate: messages / seconds, cpu: (user + system) / messages }
}

for (const prefetch of prefetches) {
  const hand: Measured[] = []
  const reader: Measured[] = []
  // The first of each is not counted: the code is not warm, nor is the queue.
  await measured(() => byHand(prefetch))
  await measured(() => byReader(prefetch))
  for (let round = 0; round < rounds; round++) {
    hand.push(await measured(() => byHand(prefetch)))
    reader.push(await measured(() => byReader(prefetch)))
  }
  const of = (all: readonly Measured[], what: keyof Measured) => spreadOf(all.map((each) => each[what]))
  const shown = (name: string, all: readonly Measured[]) => {
    const rate = of(all, 'rate')
    const cpu = of(all, 'cpu')
    return `${name}: ${show(rate.median, '/s')} (${show(rate.min, '/s')} to ${show(rate.max, '/s')}), ${number(cpu.median)} µs of CPU each`
  }
  console.log(
    `load ${number(loadavg()[0] as number)}, ${messages} messages of ${content.length} bytes, batches of ${batch}, prefetch ${prefetch}`,
  )
  console.log(`  ${shown('by hand', hand)}`)
  console.log(`  ${shown('reader ', reader)}`)
  const wall = of(reader, 'rate').median / of(hand, 'rate').median
  console.log(
    `  reader beside hand: ${number(wall)} of its rate, ${number(of(reader, 'cpu').median / of(hand, 'cpu').median)} of its CPU time`,
  )
}

await publisher.deleteQueue(queue)
await model.close()
