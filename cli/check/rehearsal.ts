import { setImmediate } from 'node:timers/promises'
import { encoded } from '../../core/contract/encoded.ts'
import { TanagerError } from '../../core/error.ts'
import type { CheckOptions, Report } from '../../testing/index.ts'
import { servicesOf } from '../deployment.ts'
import type { Loaded } from '../module.ts'
import { count } from '../text.ts'
import type { Records } from './records.ts'
import type { Verdict } from './verdict.ts'
import type { Waiting } from './waiting.ts'

/** So many records of a source show what there is to see; with more, there is time for fewer runs. */
const most = 1000
/** A run takes longer than a law, and what is wrong shows in most of them. */
const triesPerRun = 5
/** How many are made up of each source. */
const madeUp = 100

/** Runs the job as on a cluster, over records of the user's, or such as its codecs write. */
export async function rehearsed(loaded: Loaded, records: Records, options: Required<CheckOptions>, waiting: Waiting): Promise<Verdict> {
  const { job } = loaded
  const thing = { check: 'job', id: job.name, at: [], job } as const
  const inputs = await inputsOf(loaded, records, options.seed)
  if ('impossible' in inputs) {
    const { impossible: reason } = inputs
    const report: Report = { subject: job.name, held: [], broken: [], unchecked: [{ law: 'all', reason }], hints: [], seed: options.seed }
    return { thing, level: 'unchecked', report, hints: [] }
  }
  const { checkJob, valuesLaw } = await import('../../testing/simulate/check.ts')
  const runs = Math.ceil(options.runs / triesPerRun)
  const report = await checkJob(job, {
    ...options,
    runs,
    inputs: inputs.bound as never,
    onRun: async (made) => {
      waiting.say(`checking job ${job.name}: run ${count(made)} of ${count(runs)} on a simulated cluster`)
      // Runs do not give way; here is where a signal is heard.
      await setImmediate()
    },
  })
  // Aggregations and codecs have lines of their own.
  const broken = report.broken.filter(({ law }) => law !== valuesLaw)
  const level = broken.length > 0 ? 'broken' : report.unchecked.length > 0 ? 'unchecked' : 'ok'
  return { thing, level, report: { ...report, broken }, hints: inputs.hints }
}

type Inputs = { readonly bound: object; readonly hints: readonly string[] } | { readonly impossible: string }

async function inputsOf(loaded: Loaded, records: Records, seed: number): Promise<Inputs> {
  const { job } = loaded
  if (records.size > 0) {
    const sources = [...job.slots.values()].filter(({ kind }) => kind === 'source')
    const given = sources.map(({ name }) => [name, encoded((records.get(name) ?? []).slice(0, most))] as const)
    return { bound: { ...servicesOf(loaded), ...Object.fromEntries(given) }, hints: [] }
  }
  const [{ inputsOf: madeUpFor }, { fastCheck }] = await Promise.all([
    import('../../testing/arbitrary/inputs.ts'),
    import('../../testing/fast-check.ts'),
  ])
  try {
    // Services too: nobody wants to be asked for keys that are made up.
    const arbitrary = await madeUpFor(job, { records: madeUp })
    const fc = await fastCheck()
    // Of some, the most: an arbitrary also makes lists of none.
    const drawn = fc.sample(arbitrary, { numRuns: 20, seed }) as readonly object[]
    const [bound] = [...drawn].sort((a, b) => recordsIn(b) - recordsIn(a))
    return { bound: bound as object, hints: ['its records were made up from the codecs of its sources'] }
  } catch (error) {
    if (error instanceof TanagerError && error.code === 'invalid-option') return { impossible: withoutRemedy(error) }
    throw error
  }
}

/** What is to be done in a test is not what is to be typed here. */
const withoutRemedy = ({ message, details: { remedy } }: TanagerError): string =>
  remedy === undefined ? message : message.replace(`. ${remedy}`, '')

const recordsIn = (inputs: object): number =>
  Object.values(inputs).reduce((sum: number, each) => sum + (Array.isArray(each) ? each.length : 0), 0)
