import type { Sink, SinkToken } from '../../../core/contract/sink.ts'
import { same } from '../../compare/same.ts'
import { shown } from '../../compare/shown.ts'
import type { FastCheck } from '../../fast-check.ts'
import { givenValues, type Values } from '../../values/given.ts'
import type { LawSuite } from '../suite.ts'
import { type AnyOutsideLaw, lawOf, type OutsideOptions, outsideSuite } from './law-test.ts'
import { type Opening, opened } from './opening.ts'
import { allDiffer } from './wrong.ts'

export type SinkLaw = 'written' | 'in order' | 'once' | 'once at once' | 'told apart'

/** A sink, and how to see what is in it. */
export interface TriedSink<T> {
  readonly sink: Sink<T>
  /** All that was written, in the order in which it is kept. */
  readonly written: () => Promise<readonly T[]>
}

/** What to try a sink with. */
export interface SinkOptions<T> extends Opening<TriedSink<T>>, OutsideOptions<SinkLaw> {
  readonly items: Values<T>
  /** When two items are the same; unless given, when they hold the same data. */
  readonly equals?: (a: T, b: T) => boolean
}

/**
 * The laws of a sink, as tests for any runner. `open` gives one that is empty. A sink that cannot tell a repetition writes
 * each item at least once: leave out `once` and `once at once`, with that as the reason.
 *
 * | law | |
 * |---|---|
 * | written | whatever was taken is there, and nothing else |
 * | in order | items are kept in the order in which they came |
 * | once | a batch that comes again, later, is written once |
 * | once at once | so is one that comes twice at the same time |
 * | told apart | batches with other ids are other batches, though their items, or their numbers, are the same |
 *
 * ```ts
 * import { test } from 'node:test'
 * import { sinkLaws } from 'tanager/testing'
 *
 * const open = () => {
 *   const batches = new Map<string, readonly string[]>()
 *   return {
 *     sink: { write: async (items: readonly string[], { id }: { readonly id: string }) => void batches.set(id, items) },
 *     written: async () => [...batches.values()].flat(),
 *   }
 * }
 * for (const { name, check } of sinkLaws({ open, items: ['a', 'b'] })) test(name, check)
 * ```
 */
export function sinkLaws<T>(options: SinkOptions<T>): LawSuite {
  const { items, equals = same } = options
  const batches = (fc: FastCheck) => fc.array(fc.array(givenValues(fc, 'the items', items), { maxLength: 4 }), { maxLength: 4 })
  const everyBatch = async (sink: Sink<T>, all: readonly (readonly T[])[]) => {
    for (const [i, batch] of all.entries()) await sink.write(batch, tokenOf(i))
  }
  const holds = async ({ written }: TriedSink<T>, expected: readonly T[], after: string): Promise<string | undefined> => {
    const found = [...(await written())]
    const told = `after ${after} there is ${shown(found)}`
    const rest = [...found]
    for (const item of expected) {
      const at = rest.findIndex((each) => equals(each, item))
      if (at === -1) return `${told}, and no ${shown(item)} as often as it should be`
      rest.splice(at, 1)
    }
    return rest.length === 0 ? undefined : `${told}, and ${shown(rest)} too often`
  }

  const laws: readonly AnyOutsideLaw<SinkLaw>[] = [
    lawOf({
      law: 'written',
      says: 'whatever was taken is there, and nothing else',
      drawn: batches,
      judge: (all) =>
        opened(options, async (tried) => {
          await everyBatch(tried.sink, all)
          return holds(tried, all.flat(), `writing ${shown(all)}`)
        }),
    }),
    lawOf({
      law: 'in order',
      says: 'items are kept in the order in which they came',
      drawn: batches,
      judge: (all) =>
        opened(options, async (tried) => {
          await everyBatch(tried.sink, all)
          return allDiffer(`what was written of ${shown(all)}`, await tried.written(), all.flat(), equals)
        }),
    }),
    lawOf({
      law: 'once',
      says: 'a batch that comes again, later, is written once',
      drawn: (fc) => fc.record({ all: batches(fc), again: fc.array(fc.nat(), { minLength: 1, maxLength: 4 }) }),
      judge: ({ all, again }) =>
        opened(options, async (tried) => {
          await everyBatch(tried.sink, all)
          const repeated = all.length === 0 ? [] : again.map((n) => n % all.length)
          for (const i of repeated) await tried.sink.write(all[i] as readonly T[], tokenOf(i))
          return holds(tried, all.flat(), `writing ${shown(all)}, and ${shown(repeated)} of them again`)
        }),
    }),
    lawOf({
      law: 'once at once',
      says: 'a batch that comes twice at the same time is written once',
      drawn: (fc) => fc.array(givenValues(fc, 'the items', items), { minLength: 1, maxLength: 4 }),
      judge: (batch) =>
        opened(options, async (tried) => {
          // One of the two may be refused, as long as the other is not: it comes again.
          const done = await Promise.allSettled([0, 0].map((i) => tried.sink.write(batch, tokenOf(i))))
          if (done.every(({ status }) => status === 'rejected')) return `both writes of ${shown(batch)} at once failed`
          return holds(tried, batch, `writing ${shown(batch)} twice at once`)
        }),
    }),
    lawOf({
      law: 'told apart',
      says: 'batches with other ids are other batches',
      drawn: (fc) => fc.array(givenValues(fc, 'the items', items), { minLength: 1, maxLength: 4 }),
      judge: (batch) =>
        opened(options, async (tried) => {
          // The second has the number of the first: a log that went back gives it again.
          for (const token of [tokenOf(0), { ...tokenOf(0), id: 'another' }, tokenOf(1)]) await tried.sink.write(batch, token)
          return holds(tried, [...batch, ...batch, ...batch], `three batches of ${shown(batch)}`)
        }),
    }),
  ]
  return outsideSuite('sinkLaws', laws, options)
}

const tokenOf = (i: number): SinkToken => ({ job: 'laws', sink: 'tried', sequence: i + 1, id: `batch-${i + 1}` })
