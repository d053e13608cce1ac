import fc from 'fast-check'
import { build } from './job/build.ts'
import { arbitrarySource } from './job/drawn-source.ts'
import type { GeneratedJob } from './job/generated.ts'
import type { Features } from './job/program.ts'

/** How large random jobs are, and what they may be made of. */
export interface JobOptions extends Partial<Features> {
  /** How many steps at most, before every open end is given an output; 16 unless given. */
  readonly steps?: number
  /** How many records a source has at most; 60 unless given. */
  readonly records?: number
}

/**
 * Random jobs whose outcome is determined: by what the job says, not by how a platform cuts its input into batches, in
 * what order it runs them, or how often a sum tells of its changes. What may stand where, and why, is written down at the
 * three kinds of `Flow` (`job/flow.ts`).
 *
 * Left out, because nothing says what should happen: keys that a service's codec refuses, aggregations that throw, sums
 * that overflow, services that fail.
 */
export function arbitraryJob({ steps = 16, records = 60, ...features }: JobOptions = {}): fc.Arbitrary<GeneratedJob> {
  const all: Features = {
    failures: true,
    unwritable: true,
    waiting: true,
    joins: true,
    ordered: true,
    every: true,
    emptying: true,
    ...features,
  }
  return fc
    .record({
      sources: fc.array(arbitrarySource(records, all), { minLength: 1, maxLength: 3 }),
      steps: fc.array(numbers(12), { maxLength: steps, size: 'max' }),
      ends: numbers(60),
    })
    .map((drawn) => build(drawn, all))
}

const numbers = (length: number) => fc.array(fc.noBias(fc.nat(0xffff)), { minLength: length, maxLength: length })
