import { encoded } from '../../core/contract/encoded.ts'
import type { Job } from '../../core/job.ts'
import { memory } from '../../platforms/memory/index.ts'
import { told } from '../compare/outcome.ts'
import type { BrokenLaw } from '../laws/report.ts'
import { probed } from '../purity/probed.ts'
import type { Experiment } from './case.ts'
import type { Material } from './material.ts'

export const purityLaw = 'purity law'

/** What is wrong with functions and services, seen while they are at work on every record. */
export async function impurities(job: Job, { records, bound }: Material): Promise<readonly BrokenLaw[]> {
  const probe = probed(job)
  const services = Object.entries(bound).map(([name, binding]) =>
    job.slots.get(name)?.kind === 'service' ? [name, probe.probedService(name, binding as never)] : [name, binding],
  )
  const sources = [...records].map(([source, texts]) => [source, encoded(texts)])
  await memory()
    .on(probe.job)
    .run(Object.fromEntries([...services, ...sources]) as never)
  return probe
    .findings()
    .map(({ sentence, record }) => ({ law: purityLaw, sentence: `${job.name}: ${sentence}`, counterexample: [record] }))
}

/** What a job that nobody has found fault with all the same does not do twice. */
export async function unrepeatable(experiment: Experiment, { records }: Material): Promise<readonly BrokenLaw[]> {
  const [one, other] = [await experiment.expected(records), await experiment.expected(records)]
  const differences = await experiment.differences(one, other, { expected: 'one run', actual: 'the next' })
  if (differences.length === 0) return []
  const sentence = `${experiment.job.name}: comes out differently when it is run again in memory, on the same records`
  return [{ law: purityLaw, sentence, story: told(differences, few), counterexample: [] }]
}

const few = 5
