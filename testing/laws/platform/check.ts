import fc from 'fast-check'
import { messageOf } from '../../../core/error.ts'
import type { TestPlatform } from '../../platform/platform.ts'
import { UnlawfulError } from '../lawful.ts'
import type { Finding, PlatformLaw } from './platform-law.ts'

/** How thoroughly to try a platform. */
export interface Thoroughness {
  readonly runs: number
  readonly seed?: number
  /** How long a job on which a law breaks may be made smaller. */
  readonly seconds: number
}

interface Broken<Drawn> extends Finding {
  readonly drawn: Drawn
  readonly seed: number
  readonly cause?: unknown
}

/** @throws UnlawfulError where a run breaks the law, with the smallest job it was seen on */
export async function check<Drawn>(platform: TestPlatform, law: PlatformLaw<Drawn>, thoroughness: Thoroughness): Promise<void> {
  const { runs, seed, seconds } = thoroughness
  let smallest: Broken<Drawn> | undefined
  let deadline = Number.POSITIVE_INFINITY
  const property = fc.asyncProperty(law.drawn, fc.noShrink(fc.nat()), async (drawn, drawnSeed) => {
    // A platform may need a second for a run: what is smaller than small is not worth an hour.
    if (Date.now() >= deadline) return true
    const found = await judged(platform, law, drawn, drawnSeed)
    if (found.faults.length === 0) return true
    smallest = { ...found, drawn, seed: drawnSeed }
    deadline = Math.min(deadline, Date.now() + seconds * 1000)
    return false
  })
  const tried = await fc.check(property, { numRuns: runs, ...(seed === undefined ? {} : { seed }) })
  if (smallest === undefined) return
  const { faults, cause, drawn } = smallest
  const report = {
    subject: platform.name,
    held: [],
    broken: [{ law: law.law, sentence: `${platform.name}: ${law.law}: ${faults[0]}`, counterexample: [drawn, smallest.seed] }],
    unchecked: [],
    hints: [],
    seed: tried.seed,
  }
  const error = new UnlawfulError(report, storyOf(platform, law, smallest, tried))
  throw cause === undefined ? error : Object.assign(error, { cause })
}

async function judged<Drawn>(platform: TestPlatform, law: PlatformLaw<Drawn>, drawn: Drawn, seed: number) {
  try {
    return await law.judge(platform, drawn, seed)
  } catch (cause) {
    return { faults: [`the run failed: ${messageOf(cause)}`], cause }
  }
}

const most = 10

function storyOf<Drawn>(
  { name }: TestPlatform,
  { law, says, shown }: PlatformLaw<Drawn>,
  { faults, history, drawn, seed }: Broken<Drawn>,
  { numRuns, numShrinks, seed: again }: { readonly numRuns: number; readonly numShrinks: number; readonly seed: number },
): readonly string[] {
  const more = faults.length > most ? [`  and ${faults.length - most} more`] : []
  const smaller = numShrinks === 0 ? '' : `, made smaller ${numShrinks === 1 ? 'once' : `${numShrinks} times`}`
  return [
    `${name} breaks the ${law.replace(/^nothing/, 'law that nothing')}: ${says}`,
    ...faults.slice(0, most).map((fault) => `  ${fault}`),
    ...more,
    '',
    `The job of run ${numRuns}${smaller}, run with the seed ${seed}:`,
    '',
    shown(drawn).trim(),
    ...(history === undefined ? [] : ['', 'What happened:', ...history.map((line) => `  ${line}`)]),
    '',
    `To see it again: platformLaws(…, { seed: ${again} })`,
  ]
}
