import { setImmediate } from 'node:timers/promises'
import { recordsOf } from './check/records.ts'
import { rehearsed } from './check/rehearsal.ts'
import { jsonLines, textLines } from './check/report.ts'
import { samplesOf } from './check/samples.ts'
import { partsOf } from './check/thing.ts'
import { isCovered, type Verdict, verdictOf } from './check/verdict.ts'
import { Waiting } from './check/waiting.ts'
import { Quiet } from './fault.ts'
import { loadModule } from './module.ts'
import { note, output } from './output.ts'

export interface CheckOptions {
  readonly source: readonly string[]
  readonly runs: number
  readonly seconds: number
  readonly seed?: number
  readonly json?: boolean
}

/** What part of the time is for the laws of what a job is made of; the rest is to run it. */
const forParts = 0.6

/** Checks the laws of all that a job is made of, then the job itself; says what it found. */
export async function checkLaws(module: string, options: CheckOptions): Promise<void> {
  const { runs, seed = Math.floor(Math.random() * 2 ** 31) } = options
  const loaded = await loadModule(module)
  const records = await recordsOf(loaded, options.source)
  const samples = await samplesOf(loaded, records)
  const verdicts: Verdict[] = []
  const parts = partsOf(loaded.job)
  const begun = performance.now()
  const left = (part: number) => Math.max(0, begun + options.seconds * 1000 * part - performance.now()) / 1000
  {
    using waiting = new Waiting()
    for (const [i, part] of parts.entries()) {
      waiting.say(`checking ${i + 1} of ${parts.length}: ${part.check} ${part.id}`)
      // A checked law does not give way; here is where a signal is heard.
      await setImmediate()
      // Most need a moment only: what is left by them is for those that need more.
      verdicts.push(await verdictOf(part, samples, { runs, seed, seconds: left(forParts) / Math.min(parts.length - i, 3) }))
    }
    verdicts.push(await rehearsed(loaded, records, { runs, seed, seconds: left(1) }, waiting))
  }
  const told = verdicts.filter((verdict) => !isCovered(verdict, verdicts))
  await output.lines((options.json ? jsonLines : textLines)(told))
  const source = [...loaded.job.slots.values()].find(({ kind }) => kind === 'source')?.name
  if (options.source.length === 0 && told.some(({ level }) => level !== 'ok')) {
    note(`--source ${source}=FILE takes values from records of yours; tanager/testing checks with any values, in a test`)
  }
  if (!verdicts.some(({ level }) => level === 'broken')) return
  note(`--seed ${seed} shows the same again`)
  throw new Quiet(1)
}
