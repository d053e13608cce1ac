import type { Job } from '../../core/job.ts'
import type { AnySlot } from '../../core/slot/slot.ts'
import { assertLawful } from '../laws/lawful.ts'
import type { Report } from '../laws/report.ts'
import { checkJob } from './check.ts'
import type { SimulateOptions } from './options.ts'

export async function simulate<R extends AnySlot>(job: Job<R>, options: SimulateOptions<R>): Promise<Report> {
  const report = await checkJob(job, options)
  assertLawful(report)
  return report
}
