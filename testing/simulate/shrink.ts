import type { Schedule, SimulationOptions } from '../../platforms/simulation/index.ts'
import type { Case, Counterexample, Experiment } from './case.ts'
import { plain } from './settings.ts'
import { plainest, smallest } from './smallest.ts'

/** How many schedules are tried of a case that is smaller than the one that was found: with fewer records, each step comes at another time. */
const tries = 8

/** The same finding, of as few records, in as plain a run as can be found until a time (as of `Date.now`). */
export async function shrunk(experiment: Experiment, found: Counterexample, until: number): Promise<Counterexample> {
  let best = found

  async function shows(one: Case): Promise<boolean> {
    if (Date.now() >= until) return false
    // A run that comes to no end, or to an error, shows something else.
    const finding = await experiment.run(one).catch(() => undefined)
    if (finding === undefined || finding.failed.length > 0 !== found.failed.length > 0) return false
    best = finding
    return true
  }

  async function showsSomehow({ records, settings }: Case): Promise<boolean> {
    for (const schedule of [best.schedule, [] as Schedule]) if (await shows({ records, settings, schedule })) return true
    for (let seed = 1; seed <= tries; seed++) if (await shows({ records, settings: { ...settings, seed } })) return true
    return false
  }

  async function plainerSettings(): Promise<void> {
    for (const change of plainer) {
      const settings = { ...best.case.settings, ...change }
      await showsSomehow({ records: best.case.records, settings })
    }
  }

  async function fewerRecords(): Promise<void> {
    const all = [...best.case.records].flatMap(([source, texts]) => texts.map((text) => [source, text] as const))
    const sources = [...best.case.records.keys()]
    const recordsOf = (some: readonly (readonly [source: string, text: string])[]) =>
      new Map(sources.map((source) => [source, some.filter(([name]) => name === source).map(([, text]) => text)]))
    await smallest(all, (some) => showsSomehow({ records: recordsOf(some), settings: best.case.settings }))
  }

  await plainerSettings()
  await fewerRecords()
  // Of few records, what took many in one batch may show with one in each, and then with fewer still.
  await plainerSettings()
  await fewerRecords()
  const { records, settings } = best.case
  await plainest(best.schedule, (schedule) => shows({ records, settings, schedule }))
  return best
}

const { partitions, workers, limits, room } = plain
const calm = { crashes: 0, duplicates: 0, losses: 0, failures: 0 }

/** Settings to be made plain, together or one after the other. */
const plainer: readonly SimulationOptions[] = [
  { ...calm, limits, room },
  ...Object.keys(calm).map((name) => ({ [name]: 0 })),
  { limits },
  { room },
  { partitions, workers },
  { partitions },
  { workers },
  { batchRecords: 1 },
]
