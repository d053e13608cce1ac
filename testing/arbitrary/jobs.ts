import type { Arbitrary } from 'fast-check'
import { fastCheck } from '../fast-check.ts'
import type { GeneratedJob } from './job/generated.ts'
import type { JobOptions } from './job.ts'

/**
 * Random jobs, for fast-check: of all verbs, with subgraphs that are shared, streams merged with themselves, sums on sums,
 * several tails, records that are refused and values that cannot be written. What each comes to is determined by what it
 * says, not by how it is run, so that two ways to run it can be compared; see `comparison`. A job is shown, and becomes
 * smaller, as the program a user would have written.
 *
 * ```ts
 * import fc from 'fast-check'
 * import { memory } from 'tanager/memory'
 * import { randomJobs } from 'tanager/testing'
 *
 * const jobs = await randomJobs({ waiting: false })
 * await fc.assert(
 *   fc.asyncProperty(jobs, async ({ job, inputs }) => {
 *     const { stores } = await memory().on(job).run(inputs as never)
 *     return Object.keys(stores).every((name) => job.slots.has(name))
 *   }),
 * )
 * ```
 *
 * @throws TanagerError `missing-package` without fast-check
 */
export async function randomJobs(options: JobOptions = {}): Promise<Arbitrary<GeneratedJob>> {
  await fastCheck()
  const { arbitraryJob } = await import('./job.ts')
  return arbitraryJob(options)
}
