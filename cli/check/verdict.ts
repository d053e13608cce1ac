import type { CheckOptions, Report } from '../../testing/index.ts'
import { counted } from '../text.ts'
import type { Samples } from './samples.ts'
import type { Part, Thing } from './thing.ts'

/** How it is with one thing: `doubtful` is what holds for the values of a job, and not for others its codec writes. */
export type Level = 'ok' | 'doubtful' | 'unchecked' | 'broken'

export interface Verdict {
  readonly thing: Thing
  readonly level: Level
  readonly report: Report
  /** What else there is to say. */
  readonly hints: readonly string[]
}

/** Checks one thing with values that are made up and, where that cannot be done or brings up a fault, with those of the job. */
export async function verdictOf(thing: Part, samples: Samples, options: CheckOptions): Promise<Verdict> {
  const { checkAggregation, checkCodec } = await import('../../testing/index.ts')
  const used = thing.check === 'codec' ? thing.codec : thing.aggregation
  const values = samples.of(used)
  const check = (given: { readonly values?: readonly unknown[] }) =>
    thing.check === 'codec'
      ? checkCodec(thing.codec, { ...options, ...given })
      : checkAggregation(thing.aggregation, { ...options, ...given })
  const madeUp = await check({})
  if (values.length === 0 || levelOf(madeUp) === 'ok') return plain(thing, madeUp)
  const real = await check({ values })
  if (levelOf(real) !== 'ok' || madeUp.broken.length === 0) return plain(thing, real)
  const but = `it holds for the ${counted(values.length, 'value')} that your records lead to, but not for others that its codec writes`
  return { thing, level: 'doubtful', report: real, hints: [but, ...madeUp.broken.map(({ sentence }) => withoutSubject(madeUp, sentence))] }
}

/** Whether a codec needs no word of its own: an aggregation was checked together with it, on the totals it made. */
export function isCovered({ thing, level }: Verdict, all: readonly Verdict[]): boolean {
  if (thing.check !== 'codec' || level !== 'unchecked' || !thing.at.every((place) => place.startsWith('values of store '))) return false
  return all
    .filter((other) => other.thing.check === 'aggregation' && other.thing.aggregation.codec === thing.codec)
    .every(({ report }) => report.held.some(({ law }) => law === `codec ${thing.codec.id}: comes back`))
}

const plain = (thing: Part, report: Report): Verdict => ({ thing, level: levelOf(report), report, hints: report.hints })

function levelOf({ broken, unchecked }: Report): Level {
  if (broken.length > 0) return 'broken'
  return unchecked.length > 0 ? 'unchecked' : 'ok'
}

/** A sentence for where its subject stands beside it already. */
export function withoutSubject({ subject }: Report, sentence: string): string {
  return sentence.startsWith(`${subject}: `) ? sentence.slice(subject.length + 2) : sentence
}
