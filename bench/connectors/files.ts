// How fast lines go from a file into the log, and how fast they come out of the file at all; each beside a loop by hand. Run it
// with a file of lines as its argument, or it makes one up:
//   node --import tsx --conditions=tanager-source bench/connectors/files.ts [FILE] [--only=NAME,…] [--rounds=N]
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'
import { none } from 'fp-ts/lib/Option.js'
import { Redis } from 'ioredis'
import { files } from '../../connectors/files/index.ts'
import { startRedisServer } from '../../scripts/redis/server.ts'
import { show, showSpread } from '../report/format.ts'
import { tell } from '../report/print.ts'
import { measuredLog } from './log.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '5' }, only: { type: 'string', default: '' } },
})
const rounds = Number(values.rounds)
const only = values.only.split(',').filter((name) => name !== '')
const batch = 5000
const size = 160e6
const folder = mkdtempSync(join(tmpdir(), 'tanager-bench-files-'))

/** Lines of about 80 characters, as often as needed. */
function content(): string {
  const [given] = positionals
  const lines =
    given === undefined
      ? Array.from(
          { length: 10_000 },
          (_, i) => `10.0.${i % 256}.7 - - [17/May/2015:10:05:03 +0000] "GET /b?type=click&c=${i} HTTP/1.1" 200`,
        )
      : readFileSync(given, 'utf8').trimEnd().split('\n')
  const some = `${lines.map((line) => line.slice(0, 80)).join('\n')}\n`
  return some.repeat(Math.ceil(size / some.length))
}

async function byHand(path: string): Promise<number> {
  const file = await open(path, 'r')
  const block = Buffer.allocUnsafe(1 << 19)
  let rest = ''
  let count = 0
  for (;;) {
    const { bytesRead } = await file.read(block, 0, block.length, null)
    if (bytesRead === 0) break
    const lines = (rest + block.toString('latin1', 0, bytesRead)).split('\n')
    rest = lines.pop() ?? ''
    count += lines.length
  }
  await file.close()
  return count + (rest === '' ? 0 : 1)
}

/** The same, and each five thousand lines become an entry of a stream: one is on its way while the next are read. */
async function byHandIntoRedis(redis: Redis, path: string): Promise<number> {
  const file = await open(path, 'r')
  const block = Buffer.allocUnsafe(1 << 19)
  let rest = ''
  let count = 0
  let waiting: string[] = []
  let sent: Promise<unknown> = Promise.resolve()
  const send = async (lines: readonly string[]) => {
    await sent
    sent = redis.xadd('lines', '*', 'd', lines.join('\n'), 'n', lines.length)
    count += lines.length
  }
  for (;;) {
    const { bytesRead } = await file.read(block, 0, block.length, null)
    if (bytesRead === 0) break
    const lines = (rest + block.toString('latin1', 0, bytesRead)).split('\n')
    rest = lines.pop() ?? ''
    waiting = waiting.concat(lines)
    for (; waiting.length >= batch; waiting = waiting.slice(batch)) await send(waiting.slice(0, batch))
  }
  if (rest !== '') waiting.push(rest)
  if (waiting.length > 0) await send(waiting)
  await sent
  await file.close()
  await redis.del('lines')
  return count
}

async function byReader(options: Parameters<typeof files>[0]): Promise<number> {
  const source = await files(options).open({ position: none, batch: { records: batch, length: 1 << 20, linger: 0 } })
  let count = 0
  for (let batch = await source.next(); batch !== undefined; batch = await source.next()) {
    count += batch.records.length
    await source.acknowledge(batch)
  }
  await source.close()
  return count
}

const server = await startRedisServer()
const redis = new Redis(server.url)
const log = await measuredLog(server.url)
try {
  const text = content()
  const path = join(folder, 'a.log')
  writeFileSync(path, text)
  const part = text.slice(0, text.lastIndexOf('\n', 20e6) + 1)
  writeFileSync(join(folder, 'accents.log'), part.replaceAll(' "', ' “'))
  writeFileSync(join(folder, 'a.gz'), gzipSync(part, { level: 1 }))
  writeFileSync(
    join(folder, 'a.csv'),
    `name,line,more\n${part
      .replaceAll('"', '')
      .replaceAll(',', ' ')
      .replaceAll(/^(.{10})(.{10})/gm, '$1,$2,')}`,
  )
  const [accents, gzip, csv] = [join(folder, 'accents.log'), join(folder, 'a.gz'), join(folder, 'a.csv')]
  const into = (options: Parameters<typeof files>[0]) => log.receive(files(options), batch)
  const all: readonly (readonly [string, () => Promise<number>])[] = [
    ['by hand', () => byHand(path)],
    ['lines', () => byReader({ path })],
    ['ndjson (the same lines)', () => byReader({ path, format: 'ndjson' })],
    ['lines not ASCII', () => byReader({ path: accents })],
    ['lines compressed', () => byReader({ path: gzip })],
    ['csv', () => byReader({ path: csv, format: 'csv' })],
    ['by hand into Redis', () => byHandIntoRedis(redis, path)],
    ['lines into the log', () => into({ path })],
    ['ndjson into the log', () => into({ path, format: 'ndjson' })],
    ['not ASCII into the log', () => into({ path: accents })],
    ['compressed into the log', () => into({ path: gzip })],
    ['csv into the log', () => into({ path: csv, format: 'csv' })],
  ]
  const contenders = all.filter(([name]) => only.length === 0 || only.includes(name))
  const expected = new Map<string, number>()
  const rates = new Map(contenders.map(([name]) => [name, { wall: [] as number[], processor: [] as number[] }]))
  for (let round = -1; round < rounds; round += 1) {
    for (const [name, run] of contenders) {
      const cpu = process.cpuUsage()
      const began = performance.now()
      const count = await run()
      const seconds = (performance.now() - began) / 1000
      const { user, system } = process.cpuUsage(cpu)
      // Whoever is quick must not have left anything out.
      const before = expected.get(name) ?? count
      if (before !== count || count === 0) throw new Error(`${name}: ${count} records, and before ${before}`)
      expected.set(name, count)
      if (round < 0) continue
      tell(`${name}: ${show(count / seconds, '/s')}`)
      rates.get(name)?.wall.push(count / seconds)
      rates.get(name)?.processor.push(count / ((user + system) / 1e6))
    }
  }
  console.log(`records of about 80 bytes, in batches of 5 000; median (min to max) of ${rounds}`)
  for (const [name, { wall, processor }] of rates) {
    if (wall.length === 0) continue
    console.log(
      `${name.padEnd(26)} ${showSpread({ runs: wall, unit: '/s' })}, by processor time ${showSpread({ runs: processor, unit: '/s' })}`,
    )
  }
} finally {
  await log[Symbol.asyncDispose]()
  redis.disconnect()
  await server.close()
  rmSync(folder, { recursive: true, force: true })
}
