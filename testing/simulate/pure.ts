import { encoded } from '../../core/contract/encoded.ts'
import type { Job } from '../../core/job.ts'
import { memory } from '../../platforms/memory/index.ts'
import { told } from '../compare/outcome.ts'
import type { BrokenLaw } from '../laws/report.ts'
import type { Outcome } from '../platform/platform.ts'
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

/** Runs a job twice in memory: what it comes to, or how it differs though nobody has found fault with its functions. */
export async function repeat(
  experiment: Experiment,
  { records }: Material,
): Promise<{ readonly outcome: Outcome } | { readonly broken: BrokenLaw }> {
  const [outcome, other] = [await experiment.expected(records), await experiment.expected(records)]
  const differences = await experiment.differences(outcome, other, { expected: 'one run', actual: 'the next' })
  if (differences.length === 0) return { outcome }
  const sentence = `${experiment.job.name}: comes out differently when it is run again in memory, on the same records`
  return { broken: { law: purityLaw, sentence, story: told(differences, few), counterexample: [] } }
}

const few = 5
