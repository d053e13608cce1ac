import fc from 'fast-check'
import { int } from '../../../core/codec/int.ts'
import { string } from '../../../core/codec/string.ts'
import { tuple } from '../../../core/codec/tuple.ts'
import type { Job } from '../../../core/job.ts'
import { describe, planOf } from '../../../core/plan/index.ts'
import { source } from '../../../core/producer/fluent.ts'

// Jobs of which all is known: two sources, every record of which is told from every other.

export type Item = readonly [key: string, n: number]

export const item = tuple(string, int)
export const first = source('first', { item })
export const second = source('second', { item })
export const both = first.map(([key, n]) => ['first', key, n] as const).merge(second.map(([key, n]) => ['second', key, n] as const))

/** What is drawn for a law that has a job of its own. */
export interface TwoSources {
  readonly first: readonly Item[]
  readonly second: readonly Item[]
}

const items = fc
  .array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'key', ''), fc.nat(9)), { maxLength: 30, size: 'max' })
  .map((drawn) => drawn.map(([key, n], i): Item => [key, i * 10 + n]))

export const twoSources: fc.Arbitrary<TwoSources> = fc.record({ first: items, second: items }, { noNullPrototype: true })

export const eachOf = ({ first, second }: TwoSources): readonly (readonly [source: 'first' | 'second', items: readonly Item[]])[] => [
  ['first', first],
  ['second', second],
]

/** The job and its records, for people. */
export const shownWith =
  (job: Job) =>
  (inputs: TwoSources): string =>
    [describe(planOf(job)).trim(), '', ...eachOf(inputs).map(([name, items]) => `${name}: ${JSON.stringify(items)}`)].join('\n')
