import fc from 'fast-check'
import { isLeft } from 'fp-ts/lib/Either.js'
import { fromNullable, isNone, isSome, some } from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import { aggregation } from '../../../core/algebra/aggregation.ts'
import { int } from '../../../core/codec/int.ts'
import { json } from '../../../core/codec/json.ts'
import { option } from '../../../core/codec/option.ts'
import { string } from '../../../core/codec/string.ts'
import { tuple } from '../../../core/codec/tuple.ts'
import type { NodeKind } from '../../../core/graph/node.ts'
import { topological } from '../../../core/graph/walk.ts'
import { type Job, job } from '../../../core/job.ts'
import { source } from '../../../core/producer/fluent.ts'
import { service, sink, store } from '../../../core/slot/slot.ts'
import { hopping, tumbling } from '../../../core/time/window.ts'
import type { GeneratedJob } from '../../../testing/arbitrary/job/generated.ts'
import { arbitraryJob } from '../../../testing/arbitrary/job.ts'
import { determined } from '../../../testing/laws/platform/determined.ts'
import { oracle } from '../../../testing/laws/platform/oracle.ts'

const vocabulary = {
  aggregation,
  codec: { int, json, option, string, tuple },
  fromNullable,
  hopping,
  isLeft,
  isNone,
  isSome,
  job,
  service,
  sink,
  some,
  source,
  store,
  tumbling,
}

/** Reads a description as the program it claims to be; eval, since the point is that the text runs. */
function read(description: string): { readonly random: Job; readonly inputs: Readonly<Record<string, unknown>> } {
  return new Function(...Object.keys(vocabulary), `'use strict'\n${description}\nreturn { random, inputs }`)(...Object.values(vocabulary))
}

const outcomeOf = async ({ comparison }: GeneratedJob, made: Job, inputs: GeneratedJob['inputs']) =>
  determined(made, comparison, await oracle(made, inputs))

describe('arbitraryJob', () => {
  it('describes each job as a program that means the same', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryJob(), async (generated) => {
        const { random, inputs } = read(generated.description)
        expect([...random.slots.keys()].sort()).toEqual([...generated.job.slots.keys()].sort())
        expect(await outcomeOf(generated, random, inputs)).toEqual(await outcomeOf(generated, generated.job, generated.inputs))
      }),
      { numRuns: 200 },
    )
  })

  it('means the same each time it runs', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryJob(), async (generated) => {
        const { job, inputs } = generated
        expect(await outcomeOf(generated, job, inputs)).toEqual(await outcomeOf(generated, job, inputs))
      }),
    )
  })

  const sample = fc.sample(arbitraryJob(), { seed: 1, numRuns: 400 })

  it('uses every verb, before sums and after', () => {
    const verbs = [
      'map',
      'filter',
      'collect',
      'optionMap',
      'flatMap',
      'mapAsync',
      'flatMapAsync',
      'merge',
      'either',
      'also',
      'name',
      'lookup',
      'write',
      'keyBy',
      'withTime',
      'pipe',
      'mapKeys',
      'mapValues',
      'flatMapKeys',
      'flatMapValues',
      'filterKeys',
      'filterValues',
      'collectKeys',
      'collectValues',
      'keys',
      'values',
      'swap',
      'window',
      'leftJoin',
      'sumByKey',
      'aggregateByKey',
    ]
    const text = sample.map(({ description }) => description).join('')
    expect(verbs.filter((verb) => !text.includes(`.${verb}(`))).toEqual([])
  })

  it('makes the shapes that have broken planners before', () => {
    const count = (holds: (generated: GeneratedJob) => boolean) => sample.filter(holds).length
    const has = (kind: NodeKind) => (generated: GeneratedJob) => topological(generated.job.tails).some((node) => node.kind === kind)
    expect(count(({ description }) => /= (x\d+)\.merge\(\1\)/.test(description))).toBeGreaterThan(2)
    expect(count(({ job }) => job.tails.length > 1)).toBeGreaterThan(100)
    expect(count(has('also'))).toBeGreaterThan(50)
    expect(count(({ emissionSinks }) => emissionSinks.length > 0)).toBeGreaterThan(80)
    expect(count(({ comparison }) => comparison.stores.some(({ zeros }) => !zeros))).toBeGreaterThan(10)
    expect(count(({ comparison }) => comparison.stores.some(({ slot }) => !slot.sum.commutative))).toBeGreaterThan(80)
    expect(count(({ description }) => description.includes("emit: 'every'"))).toBeGreaterThan(50)
    expect(Math.max(...sample.map(sumsOnSums))).toBe(3)
    expect(count((generated) => sumsOnSums(generated) > 1)).toBeGreaterThan(80)
    expect(Math.max(...sample.map(({ job }) => topological(job.tails).length))).toBeGreaterThan(25)
  })

  it('has records refused, in the stages of sources and in those of stores', async () => {
    const refused = (
      await Promise.all(
        sample.map(async ({ job, inputs }) => (await oracle(job, inputs)).deadLetters.map(({ stream }) => job.slots.get(stream)?.kind)),
      )
    ).flat()
    expect(refused).toContain('source')
    expect(refused).toContain('store')
  })

  it('leaves out what it is told to', () => {
    const plain = fc.sample(
      arbitraryJob({ failures: false, unwritable: false, waiting: false, joins: false, ordered: false, every: false }),
      200,
    )
    const text = plain.map(({ description }) => description).join('')
    for (const word of ['fail()', 'NaN', '\\ud800', 'Async(', 'service(', 'lookup(', "'every'"]) expect(text).not.toContain(word)
    expect(plain.flatMap(({ comparison }) => comparison.stores).every(({ slot }) => slot.sum.commutative)).toBe(true)
  })

  it('shrinks to a job that a person can read at a glance', async () => {
    const failing = await fc.check(
      fc.asyncProperty(arbitraryJob(), async ({ job, inputs }) => {
        const { stores } = await oracle(job, inputs)
        return Object.values(stores).every((store) => store.size < 2)
      }),
      { seed: 1, numRuns: 1000 },
    )
    const [smallest] = failing.counterexample as [GeneratedJob]
    expect(smallest.description.match(/^const x/gm)?.length).toBeLessThanOrEqual(4)
    expect(Object.values(smallest.inputs).flat().length).toBeLessThanOrEqual(3)
    expect(fc.stringify(smallest)).toBe(smallest.description)
  })
})

/** How many sums stand on top of each other, at most. */
function sumsOnSums({ job }: GeneratedJob): number {
  const heights = new Map<unknown, number>()
  for (const node of topological(job.tails)) {
    const parents = node.kind === 'source' ? [] : node.kind === 'merge' ? node.inputs : node.kind === 'also' ? [node.result] : [node.input]
    heights.set(node, Math.max(0, ...parents.map((parent) => heights.get(parent) as number)) + (node.kind === 'sum' ? 1 : 0))
  }
  return Math.max(...heights.values())
}
