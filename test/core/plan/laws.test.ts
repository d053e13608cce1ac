import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Node } from '../../../core/graph/node.ts'
import { topological } from '../../../core/graph/walk.ts'
import { cut } from '../../../core/plan/cut.ts'
import { describe as describePlan, optimise, planOf, standardRules } from '../../../core/plan/index.ts'
import { memory } from '../../../platforms/memory/index.ts'
import type { GeneratedJob } from '../../../testing/arbitrary/job/generated.ts'
import { arbitraryJob } from '../../../testing/arbitrary/job.ts'

const sameNodes = (a: readonly Node[], b: readonly Node[]) => a.length === b.length && a.every((node, i) => node === b[i])

/** Everything a run leaves behind, but for the order in which sinks were told. */
async function outcomeOf({ job, inputs }: GeneratedJob, rules: typeof standardRules, batchSize: number) {
  const { stores, sinks, deadLetters } = await memory({ rules, batchSize })
    .on(job)
    .run(inputs as never)
  const text = (slot: string, items: readonly unknown[]) => {
    const { kind } = job.slots.get(slot) as { kind: string }
    return items.map((item) => `${kind} ${JSON.stringify(item)}`).sort()
  }
  return {
    stores: Object.fromEntries(
      Object.entries(stores as Record<string, ReadonlyMap<unknown, unknown>>).map(([name, store]) => [name, text(name, [...store])]),
    ),
    sinks: Object.fromEntries(
      Object.entries(sinks as Record<string, readonly unknown[]>).map(([name, items]) => [name, text(name, items)]),
    ),
    // Which step refused a record depends on what was fused, and on which of two branches ran first.
    deadLetters: deadLetters.map(({ stream, index, record }) => `${stream} ${index} ${record}`).sort(),
  }
}

describe.each([...standardRules.map((rule) => [rule.name, [rule]] as const), ['all together', standardRules] as const])(
  '%s',
  (_, rules) => {
    const apply = (tails: readonly Node[]) => optimise(tails, rules)

    it('changes nothing when it runs again', () => {
      fc.assert(
        fc.property(arbitraryJob({ steps: 24 }), ({ job }) => {
          const once = apply(job.tails)
          for (const rule of rules) expect(sameNodes(rule.apply(once), once)).toBe(true)
          expect(apply(once)).toBe(once)
          expect(describePlan(cut(job.name, apply(once)))).toBe(describePlan(cut(job.name, once)))
        }),
        { numRuns: 300 },
      )
    })

    it('needs no second pass of its own', () => {
      if (rules.length > 1) return
      fc.assert(
        fc.property(arbitraryJob({ steps: 24 }), ({ job }) => {
          for (const rule of rules) {
            const once = rule.apply(job.tails)
            expect(sameNodes(rule.apply(once), once)).toBe(true)
          }
        }),
        { numRuns: 300 },
      )
    })

    it('keeps what a job means', async () => {
      await fc.assert(
        fc.asyncProperty(arbitraryJob({ emptying: true }), fc.constantFrom(1, 3, 65_536), async (generated, batchSize) => {
          expect(await outcomeOf(generated, rules, batchSize)).toEqual(await outcomeOf(generated, [], batchSize))
        }),
        { numRuns: 200 },
      )
    })

    it('keeps who reads and feeds what', () => {
      fc.assert(
        fc.property(arbitraryJob(), ({ job }) => {
          const slotsOf = (plan: ReturnType<typeof planOf>) => ({
            streams: plan.streams.map(({ name }) => name).sort(),
            stores: plan.stores.map(({ slot, ordered, emit, emits, fedBy }) => [slot.name, ordered, emit, emits, [...fedBy].sort()]).sort(),
            stages: plan.stages
              .map(({ stream, stores, sinks, services }) => [stream, ...[stores, sinks, services].map((names) => [...names].sort())])
              .sort(),
          })
          expect(slotsOf(planOf(job, { rules }))).toEqual(slotsOf(planOf(job, { rules: [] })))
        }),
      )
    })
  },
)

describe('the standard rules', () => {
  it('leave no also, no merge to flatten, and no steps to fuse', () => {
    fc.assert(
      fc.property(arbitraryJob({ steps: 24 }), ({ job }) => {
        const tails = optimise(job.tails)
        const nodes = topological(tails)
        const readers = (node: Node) =>
          nodes
            .flatMap((other) => ('inputs' in other ? other.inputs : 'input' in other ? [other.input] : []))
            .filter((read) => read === node).length
        expect(nodes.filter(({ kind }) => kind === 'also')).toEqual([])
        for (const kind of ['transform', 'merge'] as const) {
          const twice = nodes
            .flatMap((node) => (node.kind !== kind ? [] : 'inputs' in node ? node.inputs : [node.input]))
            .filter((input) => input.kind === kind)
          expect(twice.filter((input) => readers(input) === 1)).toEqual([])
        }
      }),
    )
  })
})
