import { setImmediate } from 'node:timers/promises'
import { jsonLines, textLines } from './check/report.ts'
import { samplesOf } from './check/samples.ts'
import { thingsOf } from './check/thing.ts'
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

/** Checks the laws of all that a job is made of; says what it found. */
export async function checkLaws(module: string, options: CheckOptions): Promise<void> {
  const { runs, seed = Math.floor(Math.random() * 2 ** 31) } = options
  const loaded = await loadModule(module)
  const samples = await samplesOf(loaded, options.source)
  const verdicts: Verdict[] = []
  const things = thingsOf(loaded.job)
  const end = performance.now() + options.seconds * 1000
  {
    using waiting = new Waiting()
    for (const [i, thing] of things.entries()) {
      waiting.say(`checking ${i + 1} of ${things.length}: ${thing.check} ${thing.id}`)
      // A checked law does not give way; here is where a signal is heard.
      await setImmediate()
      // Most need a moment only: what is left by them is for those that need more.
      const seconds = Math.max(0, end - performance.now()) / 1000 / Math.min(things.length - i, 3)
      verdicts.push(await verdictOf(thing, samples, { runs, seed, seconds }))
    }
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
