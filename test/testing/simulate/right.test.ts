import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { checkJob } from '../../../testing/simulate/check.ts'
import { simulate } from '../../../testing/simulate/simulate.ts'
import type { Right } from './harmless.ts'

// Jobs that are right, and near to those that are wrong: a check that is not exact would raise an alarm here. A run's seed is
// one more than that of the run before, so this is each of them under the seeds from 0 to 199.

const folder = join(import.meta.dirname, 'right')
const files = (await readdir(folder)).sort()
const jobs = await Promise.all(
  files.map(async (file) => ({ file, ...((await import(join(folder, file))) as { readonly default: Right }).default })),
)

describe('no alarm over 200 seeds', () => {
  test.for(jobs)('$file: $right', async ({ job, inputs, options }) => {
    const { held } = await simulate(job, { ...options, inputs: inputs as never, seed: 0, runs: 200, seconds: 600 })
    expect(held).toEqual([
      { law: 'purity law', runs: 1 },
      { law: 'platform law', runs: 200 },
    ])
  })
})

test('what a right job needs said is needed: a ranking that is too crowded depends on what is merged with what', async () => {
  const { job, inputs } = jobs.find(({ file }) => file === 'crowded-ranking.ts') as Right
  const { broken } = await checkJob(job, { inputs: inputs as never, seed: 1 })
  expect(broken[0]?.sentence).toContain('aggregation spaceSaver(capacity:4): not associative')
})
