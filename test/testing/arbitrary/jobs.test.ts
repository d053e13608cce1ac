import fc from 'fast-check'
import { memory } from 'tanager/memory'
import { describe, expect, it } from 'vitest'
import { randomJobs } from '../../../testing/arbitrary/jobs.ts'

describe('randomJobs', () => {
  it('are jobs that run, with the inputs that come with them', async () => {
    const jobs = await randomJobs()
    await fc.assert(
      fc.asyncProperty(jobs, async ({ job, inputs }) => {
        const { stores, sinks } = await memory()
          .on(job)
          .run(inputs as never)
        expect([...Object.keys(stores), ...Object.keys(sinks)].every((name) => job.slots.has(name))).toBe(true)
      }),
    )
  })

  it('are as small, and without what, one asks', async () => {
    const jobs = fc.sample(await randomJobs({ steps: 3, records: 2, joins: false }), { seed: 1, numRuns: 200 })
    for (const { job, inputs } of jobs) {
      expect([...job.slots.values()].some(({ kind }) => kind === 'service')).toBe(false)
      for (const records of Object.values(inputs)) expect((records as readonly unknown[]).length).toBeLessThanOrEqual(2)
    }
  })
})
