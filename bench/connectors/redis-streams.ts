import { parseArgs } from 'node:util'
import { isSome, none, type Option } from 'fp-ts/lib/Option.js'
import { Redis } from 'ioredis'
import { type RedisStreamOptions, redisStream } from '../../connectors/redis/index.ts'
import { startRedisServer } from '../../scripts/redis/server.ts'
import { spreadOf } from '../statistics.ts'
import { measuredLog } from './log.ts'

// How fast a stream of Redis is read into the log of a job, and how fast it is read at all, beside a bare loop of XREADGROUP
// and XACK with the same driver, which does nothing with what it reads, and one that keeps it; in turns:
//   node --import tsx --conditions=tanager-source bench/connectors/redis-streams.ts [--records=N] [--length=N] [--batch=N] [--rounds=N] [--only=NAME]
const { values } = parseArgs({
  options: {
    records: { type: 'string', default: '300000' },
    length: { type: 'string', default: '60' },
    batch: { type: 'string', default: '500' },
    rounds: { type: 'string', default: '5' },
    only: { type: 'string', default: '' },
  },
})
const [records, length, batch, rounds] = [values.records, values.length, values.batch, values.rounds].map(Number) as [
  number,
  number,
  number,
  number,
]

const server = await startRedisServer()
const client = new Redis(server.url)
const log = await measuredLog(server.url)

/** How many characters all records have. */
let total = 0

async function fill(): Promise<void> {
  const text = 'x'.repeat(length)
  for (let from = 0; from < records; from += 5000) {
    const pipeline = client.pipeline()
    for (let i = from; i < Math.min(records, from + 5000); i++) {
      pipeline.xadd('beacons', '*', 'data', `${i} ${text}`)
      total += `${i} ${text}`.length
    }
    await pipeline.exec()
  }
}

/** Reads all records; answers how many characters they had, or, where they went into a log, how many there were. */
type Contender = () => Promise<number>
type Entries = readonly (readonly [string, readonly string[]])[]

/** @param keep what is done with a batch before it is acknowledged */
const byHand = (keep: (texts: readonly string[]) => Promise<unknown>) => async (): Promise<number> => {
  const reader = new Redis(server.url)
  await reader.xgroup('CREATE', 'beacons', 'bare', '0')
  let [read, sum] = [0, 0]
  while (read < records) {
    const reply = (await reader.xreadgroup('GROUP', 'bare', 'me', 'COUNT', batch, 'BLOCK', 5000, 'STREAMS', 'beacons', '>')) as unknown as
      | readonly [string, Entries]
      | readonly (readonly [string, Entries])[]
    const [first, second] = reply as readonly unknown[]
    const entries = (Array.isArray(first) ? first[1] : second) as Entries
    const texts = entries.map(([, fields]) => fields[1] as string)
    for (const text of texts) sum += text.length
    await keep(texts)
    await reader.xack('beacons', 'bare', ...entries.map(([id]) => id))
    read += entries.length
  }
  reader.disconnect()
  await client.xgroup('DESTROY', 'beacons', 'bare')
  return sum
}

const bare = byHand(async () => {})
const intoStream = async (): Promise<number> => {
  const sum = await byHand((texts) => client.xadd('kept', '*', 'd', texts.join('\n'), 'n', texts.length))()
  await client.del('kept')
  return sum
}

/** As the receiver does: the next batch is read while this one is on its way. */
const connector = (options: Partial<RedisStreamOptions>) => async (): Promise<number> => {
  const reader = redisStream({ redis: server.url, key: 'beacons', field: 'data', ...options })
  const open = await reader.open({ position: none, batch: { records: batch, length: 1 << 20, linger: 5 } })
  let [read, sum] = [0, 0]
  let at: Option<string> = none
  let next = open.next()
  while (read < records) {
    const taken = await next
    if (taken === undefined) throw new Error('there is no more')
    next = open.next()
    next.catch(() => {})
    for (const record of taken.records) sum += record.length
    read += taken.records.length
    at = taken.position
    await open.acknowledge(taken)
  }
  await open.close()
  if (options.group === undefined && !isSome(at)) throw new Error('there is no position')
  if (options.group !== undefined) await client.xgroup('DESTROY', 'beacons', options.group)
  return sum
}

/** All the way: with the receiver, into the log. */
const intoLog = (options: Partial<RedisStreamOptions>) => async (): Promise<number> => {
  const accepted = await log.receive(redisStream({ redis: server.url, key: 'beacons', field: 'data', ...options }), batch, records)
  if (accepted !== records) throw new Error(`the log has accepted ${accepted} of ${records}`)
  if (options.group !== undefined) await client.xgroup('DESTROY', 'beacons', options.group)
  return total
}

const all: Readonly<Record<string, Contender>> = {
  'bare XREADGROUP and XACK': bare,
  'the same, kept by XADD': intoStream,
  'redisStream, by positions': connector({}),
  'redisStream, by a group': connector({ group: 'g', create: true }),
  'by positions, into the log': intoLog({}),
  'by a group, into the log': intoLog({ group: 'g', create: true }),
}

const isMeant = (name: string) => values.only === '' || values.only === name || all[name] === bare
const contenders = Object.fromEntries(Object.entries(all).filter(([name]) => isMeant(name)))

/** Seconds of processor time that Redis has used. */
async function redisTime(): Promise<number> {
  const told = await client.info('cpu')
  const of = (what: string) => Number(new RegExp(`^used_cpu_${what}:(.*)$`, 'm').exec(told)?.[1])
  return of('user') + of('sys')
}

try {
  await fill()
  const found = new Map(Object.keys(contenders).map((name) => [name, { wall: [] as number[], cpu: [] as number[], redis: [] as number[] }]))
  const sums = new Set<number>()
  for (let round = -1; round < rounds; round++) {
    // Each comes first as often as the others.
    const order = Object.entries(contenders)
    const turn = (round + order.length) % order.length
    for (const [name, run] of [...order.slice(turn), ...order.slice(0, turn)]) {
      const [redis, wall, cpu] = [await redisTime(), performance.now(), process.cpuUsage()]
      sums.add(await run())
      const { user, system } = process.cpuUsage(cpu)
      const seconds = (performance.now() - wall) / 1000
      // The first round warms up.
      if (round < 0) continue
      found.get(name)?.wall.push(seconds)
      found.get(name)?.cpu.push((user + system) / 1e6)
      found.get(name)?.redis.push((await redisTime()) - redis)
    }
  }
  if (sums.size !== 1) throw new Error(`they did not read the same: ${[...sums].join(', ')}`)
  const first = found.get('bare XREADGROUP and XACK')
  const bareWall = spreadOf(first?.wall ?? []).median
  const bareCpu = spreadOf(first?.cpu ?? []).median
  console.log(`${records} records of ${length} characters, batches of ${batch}, ${rounds} rounds in turns, Node ${process.version}`)
  for (const [name, { wall, cpu, redis }] of found) {
    const [w, c, r] = [spreadOf(wall), spreadOf(cpu), spreadOf(redis)]
    const rate = (seconds: number) => `${Math.round(records / seconds / 1000)} k/s`
    console.log(
      `${name.padEnd(26)} ${rate(w.median).padStart(9)} (${rate(w.max)} to ${rate(w.min)}), ${(bareWall / w.median).toFixed(2)} of bare; ` +
        `${((c.median / records) * 1e6).toFixed(2)} µs CPU a record, ${(bareCpu / c.median).toFixed(2)} of bare; ` +
        `${((r.median / records) * 1e6).toFixed(2)} µs of Redis`,
    )
  }
} finally {
  await log[Symbol.asyncDispose]()
  client.disconnect()
  await server.close()
}
