import type { Job } from '../../../core/job.ts'
import type { Comparison } from '../../laws/platform/determined.ts'
import type { EmissionSink } from '../../laws/platform/emission.ts'

/** A job, what to feed it, and what of its outcome every platform must agree on. */
export interface GeneratedJob {
  readonly job: Job
  /** Records by source, answers by service: what `memory().on(job).run(inputs)` takes. */
  readonly inputs: Readonly<Record<string, unknown>>
  /** The program a user would have written. */
  readonly description: string
  /** Give it to `determined`. */
  readonly comparison: Comparison
  /** Sinks that were given a store's changes as they are: what `emissionFaults` takes. */
  readonly emissionSinks: readonly EmissionSink[]
}
