import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { UnlawfulError } from '../../../testing/laws/lawful.ts'
import type { SimulateOptions } from '../../../testing/simulate/options.ts'
import { simulate } from '../../../testing/simulate/simulate.ts'
import type { Mistake } from './mistake.ts'

// Jobs that are wrong on purpose, a file for each mistake, with what the kit says to it. Each has to be caught in any
// five seconds of any day: at default settings, whatever the seed.

const folder = join(import.meta.dirname, 'wrong')
const mistakes = await Promise.all(
  (await readdir(folder)).sort().map(async (file): Promise<Mistake> => (await import(join(folder, file))).default),
)

async function said({ make, inputs, options, varies }: Mistake, more: Partial<SimulateOptions> = {}): Promise<readonly string[]> {
  const fault: unknown = await simulate(make(), { ...options, ...more, inputs: inputs as never }).catch((error: unknown) => error)
  if (!(fault instanceof UnlawfulError)) throw new Error('it was not caught', { cause: fault })
  const lines = fault.message.split('\n')
  expect(lines.at(-1)).toBe(`(seed ${fault.report.seed})`)
  return lines.slice(0, -1).map((line) => (varies === undefined ? line : line.replaceAll(varies, '#')))
}

const seconds = ({ user, system }: NodeJS.CpuUsage) => (user + system) / 1e6

describe.for(mistakes)('$mistake', (mistake) => {
  const open = mistake.says.at(-1) === '…'
  const says = open ? mistake.says.slice(0, -1) : mistake.says

  test('is told as it is written down', async () => {
    const lines = await said(mistake, { seed: 1, seconds: 60 })
    if (open) expect(lines.slice(0, says.length)).toEqual(says)
    else expect(lines).toEqual(says)
  })

  test('is caught within 5 seconds, at default settings', async () => {
    const began = process.cpuUsage()
    const [sentence] = await said(mistake)
    // The time that this process was at work: how long others kept the machine busy is not ours.
    expect(seconds(process.cpuUsage(began))).toBeLessThan(5)
    expect(sentence).toBe(says[0])
  })

  test('is caught whatever the seed', async () => {
    for (let i = 0; i < 10; i++) {
      const seed = Math.floor(Math.random() * 2 ** 31)
      const [sentence] = await said(mistake, { seed })
      expect(sentence, `seed ${seed}`).toBe(says[0])
    }
  })
})

test('there are no two files for one mistake', () => {
  expect(new Set(mistakes.map(({ mistake }) => mistake)).size).toBe(mistakes.length)
  expect(mistakes.length).toBeGreaterThanOrEqual(30)
})
