// How fast lines come out of a file, beside a loop by hand that does no more than find them. Run it with a file of lines as its
// argument, or it makes one up: node --import tsx --conditions=tanager-source bench/connectors/files.ts [FILE]
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { none } from 'fp-ts/lib/Option.js'
import { files } from '../../connectors/files/index.ts'
import { show, showSpread } from '../report/format.ts'
import { tell } from '../report/print.ts'

const rounds = 5
const size = 160e6
const folder = mkdtempSync(join(tmpdir(), 'tanager-bench-files-'))

/** Lines of about 80 characters, as often as needed. */
function content(): string {
  const given = process.argv[2]
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

async function byReader(options: Parameters<typeof files>[0]): Promise<number> {
  const source = await files(options).open({ position: none, batch: { records: 5000, length: 1 << 20, linger: 0 } })
  let count = 0
  for (let batch = await source.next(); batch !== undefined; batch = await source.next()) count += batch.records.length
  await source.close()
  return count
}

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
  const contenders: readonly (readonly [string, () => Promise<number>])[] = [
    ['by hand', () => byHand(path)],
    ['lines', () => byReader({ path })],
    ['ndjson (the same lines)', () => byReader({ path, format: 'ndjson' })],
    ['lines, not ASCII', () => byReader({ path: join(folder, 'accents.log') })],
    ['lines, compressed', () => byReader({ path: join(folder, 'a.gz') })],
    ['csv', () => byReader({ path: join(folder, 'a.csv'), format: 'csv' })],
  ]
  const rates = new Map(contenders.map(([name]) => [name, { wall: [] as number[], processor: [] as number[] }]))
  for (let round = -1; round < rounds; round += 1) {
    for (const [name, run] of contenders) {
      const cpu = process.cpuUsage()
      const began = performance.now()
      const count = await run()
      const seconds = (performance.now() - began) / 1000
      const { user, system } = process.cpuUsage(cpu)
      if (round < 0) continue
      tell(`${name}: ${show(count / seconds, '/s')}`)
      rates.get(name)?.wall.push(count / seconds)
      rates.get(name)?.processor.push(count / ((user + system) / 1e6))
    }
  }
  console.log(`records of about 80 bytes, in batches of 5 000; median (min to max) of ${rounds}`)
  for (const [name, { wall, processor }] of rates) {
    console.log(
      `${name.padEnd(26)} ${showSpread({ runs: wall, unit: '/s' })}, by processor time ${showSpread({ runs: processor, unit: '/s' })}`,
    )
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
