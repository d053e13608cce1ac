import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AnyStore } from '../../core/plan/plan.ts'
import type { Change } from '../../core/producer/producer.ts'
import { arbitraryJob } from '../../testing/arbitrary/job.ts'
import { platformLaws } from '../../testing/laws/platform/laws.ts'
import type { TestPlatform } from '../../testing/platform/platform.ts'
import { simulated } from './simulated.ts'

const simulatedPlatform: TestPlatform = {
  name: 'the simulation',
  run: async (job, inputs, seed) => {
    const result = await simulated(job, inputs, seed)
    if (result.failed.length > 0) throw new Error([`out of attempts: ${JSON.stringify(result.failed)}`, ...result.history].join('\n'))
    return { ...result, history: [JSON.stringify(result.settings), ...result.history] }
  },
}

describe('the laws of the simulation', async () => {
  for (const { name, check } of await platformLaws(simulatedPlatform, { runs: 30 })) it(name, check)
})

// What can only be seen from inside.
describe('within the simulation', () => {
  it('once law: every batch that was accepted is committed, and none twice', () =>
    fc.assert(
      fc.asyncProperty(arbitraryJob(), fc.noShrink(fc.nat()), async ({ job, inputs }, seed) => {
        const { batches } = await simulated(job, inputs, seed)
        expect(batches.filter(({ commits }) => commits !== 1)).toEqual([])
      }),
      { numRuns: 25 },
    ))

  it('emission law: what a store tells of a key leads, one by one, from nothing to what it holds', () =>
    fc.assert(
      fc.asyncProperty(arbitraryJob(), fc.noShrink(fc.nat()), async ({ job, inputs }, seed) => {
        const result = await simulated(job, inputs, seed)
        for (const [name, changes] of Object.entries(result.emissions) as readonly (readonly [
          string,
          readonly (readonly [unknown, Change<unknown>])[],
        ])[]) {
          const { key, sum } = job.slots.get(name) as AnyStore
          const totals = new Map<string, unknown>()
          for (const [k, { before, delta }] of changes) {
            const id = key.encode(k)
            expect(before._tag === 'None' ? undefined : before.value).toEqual(totals.get(id))
            const total = before._tag === 'None' ? delta : sum.semigroup.concat(before.value, delta)
            if (sum.isEmpty?.(total)) totals.delete(id)
            else totals.set(id, total)
          }
          if (changes.length === 0) continue
          const held = [
            ...((result.stores as Record<string, ReadonlyMap<unknown, unknown>>)[name as never] as ReadonlyMap<unknown, unknown>),
          ]
          expect(new Map(held.map(([k, value]) => [key.encode(k), value]))).toEqual(
            new Map([...totals].map(([id, total]) => [id, sum.present(total)])),
          )
        }
      }),
      { numRuns: 25 },
    ))

  it('the same seed is the same run, step by step', () =>
    fc.assert(
      fc.asyncProperty(arbitraryJob(), fc.noShrink(fc.nat()), async ({ job, inputs }, seed) => {
        const [one, two] = [await simulated(job, inputs, seed), await simulated(job, inputs, seed)]
        expect(two.history).toEqual(one.history)
        expect(two).toEqual(one)
      }),
      { numRuns: 10 },
    ))
})
