import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { root } from '../build.ts'
import { writeJobOfSlots } from '../generated-job.ts'
import { inTurns } from '../in-turns.ts'
import { tell } from '../report/print.ts'
import { ratios } from '../statistics.ts'
import type { LocalWorkload } from './workload.ts'

interface Size {
  readonly rounds: number
}

/** What the compiler says of itself. */
interface Checked {
  readonly seconds: number
  readonly total: number
  readonly instantiations: number
  readonly types: number
  readonly megabytes: number
}

/** The first has hardly any: what is left is what it takes to read our declarations. */
const slots = [2, 50, 100, 200]
const [none, fifty, , twoHundred] = slots.map(String) as [string, string, string, string]
const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')

/** How long does the compiler take over a job with many slots, against what we publish? */
export const types: LocalWorkload<Size> = {
  name: 'types',
  asks: 'how long does the compiler take over a job of 200 slots, and does that grow faster than the slots?',
  redis: false,
  sizes: { full: { rounds: 9 }, quick: { rounds: 3 } },

  run: async ({ size: { rounds } }) => {
    const folderOf = (count: string) => join(root, '.cache/bench/types', count)
    for (const count of slots) writeJobOfSlots(folderOf(String(count)), count)
    const runs = await inTurns({ names: slots.map(String), rounds, warmUp: 1 }, async (count) => checked(folderOf(count)))
    tell(`types: ${rounds} rounds`)
    const of = (count: string, what: keyof Checked) => (runs[count] ?? []).map((each) => each[what])
    const beyond = (count: string, what: keyof Checked) => of(count, what).map((n, i) => n - (of(none, what)[i] as number))
    return {
      title: `The compiler over jobs of ever more slots, each sent to or read; ${rounds} rounds, in turns`,
      figures: [
        {
          id: 'types-growth',
          what: 'instantiations for 200 slots, to those for 50',
          unit: 'times',
          // Four, if it grew as the slots do.
          target: { atMost: 4.4 },
          runs: ratios(beyond(twoHundred, 'instantiations'), beyond(fifty, 'instantiations')),
        },
      ],
      details: {
        columns: ['slots', 'checking', 'in all', 'instantiations', 'types', 'memory'],
        rows: slots.map((count) => [
          String(count),
          { runs: of(String(count), 'seconds'), unit: 's' },
          { runs: of(String(count), 'total'), unit: 's' },
          { runs: of(String(count), 'instantiations'), unit: '' },
          { runs: of(String(count), 'types'), unit: '' },
          { runs: of(String(count), 'megabytes'), unit: 'MB' },
        ]),
      },
    }
  },
}

function checked(folder: string): Checked {
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', folder, '--extendedDiagnostics'], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`the generated job does not compile:\n${stdout}`)
  const said = (what: string) => {
    const found = new RegExp(`^${what}:\\s*([\\d.]+)(s|ms|K|M)?$`, 'm').exec(stdout)
    if (found === null) throw new Error(`the compiler does not say its ${what}:\n${stdout}`)
    return Number(found[1]) / (found[2] === 'ms' || found[2] === 'K' ? 1000 : 1)
  }
  return {
    seconds: said('Check time'),
    total: said('Total time'),
    instantiations: said('Instantiations'),
    types: said('Types'),
    megabytes: said('Memory used'),
  }
}
