import { encoded } from '../../core/contract/encoded.ts'
import type { Job } from '../../core/job.ts'
import type { AnySlot } from '../../core/slot/slot.ts'
import { memory } from '../../platforms/memory/index.ts'
import { told } from '../compare/outcome.ts'
import type { BrokenLaw, HeldLaw, Report } from '../laws/report.ts'
import { probed } from '../purity/probed.ts'
import { type Counterexample, Experiment } from './case.ts'
import { causesOf } from './cause.ts'
import { type Material, materialOf } from './material.ts'
import type { SimulateOptions } from './options.ts'
import { settingsOf } from './settings.ts'
import { shrunk } from './shrink.ts'
import { storyOf } from './story.ts'

/** So many runs are made whatever they take: a machine that is busy must not let a wrong job pass. */
const atLeast = 5

/** What part of the time is for finding something; the rest is to make it small. */
const exploring = 0.6

/**
 * Runs a job under a cluster's conditions, many times, each time others, and compares what it comes to with what it comes to
 * in memory. Answers a report; `simulate` throws it.
 */
export async function checkJob<R extends AnySlot>(job: Job<R>, options: SimulateOptions<R>): Promise<Report> {
  const { seed = Math.floor(Math.random() * 2 ** 31), runs = 100, seconds = 4, onRun, tolerance, equals, except } = options
  const began = Date.now()
  const until = (part: number) => began + seconds * 1000 * part
  const material = await materialOf(job, options.inputs)
  const experiment = new Experiment(job, material, {
    ...(tolerance === undefined ? {} : { tolerance }),
    ...(equals === undefined ? {} : { equals }),
    ...(except === undefined ? {} : { except }),
  })
  const report = (held: readonly HeldLaw[], broken: readonly BrokenLaw[], from = seed): Report => ({
    subject: job.name,
    held,
    broken,
    unchecked: [],
    hints: [],
    seed: from,
  })
  const size = sizeOf(material)
  // Where somebody has said what is as good as each other, or is not to be looked at, no law of ours is meant.
  const judged = (slot: string) => equals?.[slot as never] === undefined && except?.[slot] === undefined
  if (size.records === 0) {
    const reason = 'there are no records to run it on'
    return { ...report([], []), unchecked: [{ law: platformLaw, reason, remedy: 'Give some: { inputs: { … } }.' }] }
  }
  const impure = await findingsIn(job, material)
  if (impure.length > 0) {
    const broken = impure.map(({ sentence, record }) => ({
      law: purityLaw,
      sentence: `${job.name}: ${sentence}`,
      counterexample: [record],
    }))
    return report([], broken)
  }
  const expected = await experiment.expected(material.records)
  const again = experiment.differences(expected, await experiment.expected(material.records), { expected: 'one run', actual: 'the next' })
  if (again.length > 0) {
    const sentence = `${job.name}: comes out differently when it is run again in memory, on the same records`
    return report([], [{ law: purityLaw, sentence, story: told(again, 5), counterexample: [] }])
  }
  let made = 0
  while (made < runs && (made < atLeast || Date.now() < until(exploring))) {
    const settings = settingsOf(seed + made, size, options)
    const found = await experiment.run({ records: material.records, settings }, expected)
    if (found !== undefined) return report([], [await explained(experiment, found, material, judged, until(1))], seed + made)
    made += 1
    await onRun?.(made)
  }
  // What keeps no law may still have come out the same: by chance, or since no two of its values met.
  const causes = await causesOf(job, material, judged)
  return report(
    [
      { law: purityLaw, runs: 1 },
      { law: platformLaw, runs: made },
    ],
    causes.map((cause) => ({ law: valuesLaw, sentence: `${job.name}: ${cause}`, counterexample: [] })),
  )
}

const platformLaw = 'platform law'
const purityLaw = 'purity law'
export const valuesLaw = 'laws of its aggregations and codecs'

/** What is wrong with functions and services, seen while they are at work on every record. */
async function findingsIn(job: Job, { records, bound }: Material) {
  const probe = probed(job)
  const services = Object.entries(bound).map(([name, binding]) =>
    job.slots.get(name)?.kind === 'service' ? [name, probe.probedService(name, binding as never)] : [name, binding],
  )
  const sources = [...records].map(([source, texts]) => [source, encoded(texts)])
  await memory()
    .on(probe.job)
    .run(Object.fromEntries([...services, ...sources]) as never)
  return probe.findings()
}

function sizeOf({ records }: Material): { readonly records: number; readonly length: number } {
  const texts = [...records.values()].flat()
  return { records: texts.length, length: texts.reduce((sum, { length }) => sum + length, 0) }
}

async function explained(
  experiment: Experiment,
  found: Counterexample,
  material: Material,
  judged: (slot: string) => boolean,
  until: number,
): Promise<BrokenLaw> {
  const { job } = experiment
  const small = await shrunk(experiment, found, until)
  let causes = await causesOf(job, { ...material, records: small.case.records }, judged)
  if (causes.length === 0) causes = await causesOf(job, material, judged)
  const sentence = `${job.name}: comes out differently on a cluster than in memory`
  return {
    law: platformLaw,
    sentence: causes.length === 0 ? sentence : `${sentence}, since ${causes.join('; ')}`,
    story: storyOf(job, small),
    counterexample: [small.case],
  }
}
