import fc from 'fast-check'
import { memory } from 'tanager/memory'
import { expect, it, describe as suite } from 'vitest'
import { isJob } from '../../../core/job.ts'
import { describe, planOf } from '../../../core/plan/index.ts'
import { type SimulationOptions, simulation } from '../../../platforms/simulation/index.ts'
import { arbitraryJob } from '../../../testing/arbitrary/job.ts'
import { probed } from '../../../testing/purity/probed.ts'
import { runProbed, withServices } from './sentences.ts'

suite('a probed job', () => {
  it('is planned as the plain one, with the same names and slots', () => {
    fc.assert(
      fc.property(arbitraryJob(), ({ job }) => {
        const { job: again } = probed(job)
        expect(isJob(again)).toBe(true)
        expect(again.name).toBe(job.name)
        expect(describe(planOf(again))).toBe(describe(planOf(job)))
        expect(describe(planOf(again, { rules: [] }))).toBe(describe(planOf(job, { rules: [] })))
        expect([...again.slots.keys()]).toEqual([...job.slots.keys()])
        for (const [name, slot] of job.slots) {
          const { timestamp: _, ...other } = again.slots.get(name) as { readonly timestamp?: unknown }
          const { timestamp: __, ...plain } = slot as { readonly timestamp?: unknown }
          expect(other).toEqual(plain)
          if (slot.kind !== 'source') expect(again.slots.get(name)).toBe(slot)
        }
      }),
    )
  })

  it('comes to exactly what the plain one comes to, and is found pure', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryJob(),
        fc.integer({ min: 1, max: 70 }),
        fc.constantFrom(0, 3, 1000),
        async ({ job, inputs }, batchSize, calls) => {
          const probe = probed(job, { calls })
          const outcome = await runProbed(probe, inputs, { batchSize })
          expect(probe.findings()).toEqual([])
          expect(outcome).toEqual(
            await memory({ batchSize })
              .on(job)
              .run(inputs as never),
          )
        },
      ),
      { numRuns: 200 },
    )
  })

  it('is found pure on the simulation too, whatever is crashed, lost and done twice', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryJob({ steps: 8, records: 20 }), fc.nat(1000), async ({ job, inputs }, seed) => {
        const settings: SimulationOptions = { seed, partitions: 3, workers: 3, batchRecords: 4, crashes: 0.1, duplicates: 0.1, losses: 0.1 }
        const probe = probed(job)
        const outcome = await simulation(settings)
          .on(probe.job)
          .run(withServices(probe, inputs) as never)
        expect(probe.findings()).toEqual([])
        expect(outcome.stores).toEqual(
          (
            await simulation(settings)
              .on(job)
              .run(inputs as never)
          ).stores,
        )
      }),
      { numRuns: 40 },
    )
  })
})
