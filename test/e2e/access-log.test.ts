import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { memory } from 'tanager/memory'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import accessLog from '../../jobs/access-log/job.ts'
import { type AccessLog, generatedLog } from './generated-log.ts'

const run = promisify(execFile)

/** A real log lies here on some machines; it is not ours to publish. */
const realLog = join(import.meta.dirname, '../../../shared/data/access.log')

let generated: AccessLog
beforeAll(async () => {
  generated = await generatedLog(5_000)
})
afterAll(() => generated[Symbol.asyncDispose]())

const logs = [['a generated log', () => generated.path] as const, ['a real log', () => realLog] as const]

describe.each(logs.slice(0, existsSync(realLog) ? 2 : 1))('%s', (_what, log) => {
  test.each(['hits', 'bytes', 'statuses', 'hours'] as const)('%s are what awk says', async (store) => {
    const { stores } = await counted(log())
    expect(stores[store].size).toBeGreaterThan(0)
    expect(stores[store]).toEqual(await awk(programs[store], log()))
  })

  test('the lines laid aside are those that awk passes over', async () => {
    const { deadLetters } = await counted(log())
    expect(new Map([['lines', deadLetters.length]])).toEqual(await awk(`!(${good}) { n++ } END { printf "lines\\t%d\\n", n }`, log()))
  })
})

async function counted(log: string) {
  const lines = (await readFile(log, 'utf8')).replace(/\n$/, '').split('\n')
  return await memory({ batchSize: 1_000 }).on(accessLog).run({ lines })
}

/** The lines that count: a status in the 9th word, bytes in the 10th. */
const good = '$9 ~ /^[0-9][0-9][0-9]$/ && $10 ~ /^([0-9]+|-)$/'

const tally = (count: string) => `${good} { ${count} } END { for (key in n) printf "%s\\t%.0f\\n", key, n[key] }`

const programs = {
  hits: tally('n[$7]++'),
  bytes: tally('n[$1] += $10'),
  statuses: tally('n[$9]++'),
  // Minutes since midnight in UTC; the generated log keeps clear of midnight, so the day is the day.
  hours: tally(`
    minutes = substr($4, 14, 2) * 60 + substr($4, 17, 2)
    minutes -= (substr($5, 1, 1) "1") * (substr($5, 2, 2) * 60 + substr($5, 4, 2))
    month = (index("JanFebMarAprMayJunJulAugSepOctNovDec", substr($4, 5, 3)) + 2) / 3
    n[sprintf("%s-%02d-%sT%02d:00Z", substr($4, 9, 4), month, substr($4, 2, 2), int(minutes / 60))]++`),
}

/** What an awk program prints of a file: a key, a tab, a number on each line. */
async function awk(program: string, file: string): Promise<ReadonlyMap<string, number>> {
  const { stdout } = await run('awk', [program, file], { maxBuffer: 2 ** 26, env: { ...process.env, LC_ALL: 'C' } })
  const rows = stdout.trimEnd().split('\n')
  return new Map(rows.map((row) => row.split('\t')).map(([key = '', n]) => [key, Number(n)]))
}
