import { TanagerError } from '../../../core/error.ts'
import { fastCheck } from '../../fast-check.ts'
import type { TestPlatform } from '../../platform/platform.ts'
import { type Exceptions, type LawSuite, suiteOf } from '../suite.ts'
import type { PlatformLawName } from './platform-law.ts'

/** How thoroughly to try a platform, and what it does not promise. */
export interface PlatformLawOptions {
  /** How many random runs each law is put to; 100 unless given. */
  readonly runs?: number
  /** The same seed draws the same jobs, and hands the platform the same seeds. */
  readonly seed?: number
  /** For how many seconds a job on which a law breaks is made smaller; 10 unless given. */
  readonly seconds?: number
  /** Laws to leave out, each with the reason: `{ 'order law': 'this platform has one queue per key, and no order across them' }`. */
  readonly except?: Exceptions<PlatformLawName>
}

/**
 * The laws of every platform, for whoever makes one: that it comes to what the job says and to what memory comes to, that
 * its emissions add up, that it keeps the order of a source, counts each record once and loses none. Each is put to random
 * jobs, with all verbs, shared subgraphs, sums on sums and records that are refused.
 *
 * ```ts
 * import { memory } from 'tanager/memory'
 * import { platformLaws } from 'tanager/testing'
 *
 * const suite = await platformLaws(
 *   { name: 'memory', run: (job, inputs, seed) => memory({ batchSize: 1 + (seed % 30) }).on(job).run(inputs as never) },
 *   { runs: 20 },
 * )
 * // In a test: for (const { name, check } of suite) test(name, check)
 * for (const { check } of suite) await check()
 * ```
 *
 * A check rejects with an `UnlawfulError` that names the law, tells key by key what differs, prints the smallest job it was
 * seen on, its inputs, the platform's history if it keeps one, and the seed to see it again.
 *
 * @throws TanagerError `missing-package` without fast-check; `invalid-option` for an exception to a law that there is not
 * or one without a reason, and for `runs` that is no number of runs
 */
export async function platformLaws(platform: TestPlatform, options: PlatformLawOptions = {}): Promise<LawSuite> {
  const { runs = 100, seed, seconds = 10, except } = options
  if (!(Number.isSafeInteger(runs) && runs > 0)) {
    throw new TanagerError('invalid-option', `the laws of ${platform.name}: runs says how often to try each law`, {
      value: runs,
      allowed: 'a whole number from 1',
    })
  }
  await fastCheck()
  const { everyLaw } = await import('./every-law.ts')
  return suiteOf(`the laws of ${platform.name}`, everyLaw(platform, { runs, seconds, ...(seed === undefined ? {} : { seed }) }), except)
}
