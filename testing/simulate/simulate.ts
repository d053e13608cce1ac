import type { Job } from '../../core/job.ts'
import type { AnySlot } from '../../core/slot/slot.ts'
import { assertLawful } from '../laws/lawful.ts'
import type { Report } from '../laws/report.ts'
import { checkJob } from './check.ts'
import type { SimulateOptions } from './options.ts'

/**
 * Proves a job before it is deployed: runs it many times as a cluster would, in memory and in no real time, with batches cut
 * anywhere, workers that die, stand still and meet, work that is lost and done twice, services that fail; each time it must
 * come to what it comes to in memory. Where it does not, the records and the run are made as small as can be, and told as a
 * story: which value differs, of which records, what happens to them step by step, and, where that can be told, why.
 *
 * Found are, above all: aggregations that are not associative, or not commutative and declared so; functions that keep
 * something from one record to the next, ask the clock or draw at random, or change what they are given; services whose
 * answers change; codecs that lose something; an order that nobody promises, such as between two sources; and stores that
 * count how often another has changed.
 *
 * ```ts
 * import { codec, job, source, store } from 'tanager'
 * import { sum } from 'tanager/algebra'
 * import { simulate } from 'tanager/testing'
 *
 * const words = source('words', { item: codec.string })
 * const counts = store('counts', { key: codec.string, sum })
 * const wordCount = job('word-count', words.map((w) => [w, 1] as const).sumByKey(counts))
 *
 * await simulate(wordCount, { inputs: { words: ['a', 'b', 'a'] } })
 * ```
 *
 * Functions run many times, services are asked many times, and sinks are not written to.
 *
 * @returns which laws held, and for how many runs
 * @throws UnlawfulError with the story; TanagerError for inputs that do not fit the job
 */
export async function simulate<R extends AnySlot>(job: Job<R>, options: SimulateOptions<R>): Promise<Report> {
  const report = await checkJob(job, options)
  assertLawful(report)
  return report
}
