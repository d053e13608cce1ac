import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aggregation } from '../../core/algebra/aggregation.ts'
import { sum } from '../../core/algebra/index.ts'
import { int } from '../../core/codec/int.ts'
import { string } from '../../core/codec/string.ts'
import { tuple } from '../../core/codec/tuple.ts'
import { type Job, job } from '../../core/job.ts'
import { source } from '../../core/producer/fluent.ts'
import { sink, store } from '../../core/slot/slot.ts'
import { memory } from '../../platforms/memory/index.ts'
import { arbitraryJob } from './arbitrary/job.ts'
import { type AnyOutcome, determined } from './determined.ts'
import { emissionFaults } from './emission.ts'
import { type Inputs, oracle } from './oracle.ts'

/** What a platform answers to a run, here. */
export interface PlatformOutcome extends AnyOutcome {
  readonly deadLetters: readonly { readonly stream: string; readonly node: string; readonly record: string }[]
  /** What happened, a line a step, for a run that breaks a law. */
  readonly history?: readonly string[]
}

/**
 * Runs a job on a platform to the end of its inputs.
 *
 * @param seed drawn anew for each run: to be made batch sizes, partitions, workers, crashes… of, where the platform can
 */
export type PlatformRun = (job: Job, inputs: Inputs, seed: number) => Promise<PlatformOutcome>

export interface PlatformLawOptions {
  /** How many random runs each law is put to. */
  readonly runs?: number
}

/** The laws of every platform, under the names they have in the design. */
export function platformLaws(name: string, run: PlatformRun, { runs = 100 }: PlatformLawOptions = {}): void {
  const seeds = fc.noShrink(fc.nat())
  const property = <T>(arbitrary: fc.Arbitrary<T>, predicate: (drawn: T, seed: number) => Promise<void>) =>
    fc.assert(fc.asyncProperty(arbitrary, seeds, predicate), { numRuns: runs })

  describe(`the laws of ${name}`, () => {
    // Without values that cannot be written, for now: where an aggregation drops one, it depends on the batch whether it
    // was ever looked at. The oracle's own test says more.
    it('platform law: stores, sinks and dead letters are what the job says, however it is run', () =>
      property(arbitraryJob(), async ({ job, inputs, comparison }, seed) => {
        const outcome = await run(job, inputs, seed)
        const reference = await memory({ batchSize: 1 + (seed % 50) })
          .on(job)
          .run(inputs as never)
        explained(outcome, () => {
          expect(determined(job, comparison, outcome)).toEqual(determined(job, comparison, reference as unknown as AnyOutcome))
          expect(refusals(job, outcome)).toEqual(refusals(job, reference))
        })
        expect(determined(job, comparison, outcome)).toEqual(determined(job, comparison, await oracle(job, inputs)))
      }))

    it('emission law: the deltas of a key concatenate to its value, and each before is the true total before', () =>
      property(arbitraryJob({ joins: false, waiting: false }), async ({ job, inputs, emissionSinks }, seed) => {
        const outcome = await run(job, inputs, seed)
        explained(outcome, () => expect(emissionSinks.flatMap((sink) => emissionFaults(sink, outcome))).toEqual([]))
      }))

    it('order law: an aggregation that does not commute sees the records of a source as they were sent', () =>
      property(fc.tuple(records, records), async ([first, second], seed) => {
        const outcome = await run(ordered, { first, second }, seed)
        explained(outcome, () => {
          expect(sequencesOf(outcome, 'text')).toEqual(inOrder(first, second))
          // What a store passes on comes in order too: a second store sees of each key what the first was given.
          expect(outcome.stores.copy).toEqual(outcome.stores.text)
        })
      }))

    it('once law: each record counts once', () =>
      property(fc.tuple(records, records), async ([first, second], seed) => {
        const outcome = await run(counting, { first, second }, seed)
        const ids = [...numbered('first', first), ...numbered('second', second)]
        explained(outcome, () => {
          expect(outcome.stores.each).toEqual(new Map(ids.map((id) => [id, 1])))
          expect(outcome.stores.all).toEqual(new Map(ids.length === 0 ? [] : [['all', ids.length]]))
          expect([...(outcome.sinks.seen ?? [])].sort()).toEqual([...ids].sort())
        })
      }))

    it('nothing vanishes: every record is counted or among the dead letters', () =>
      property(fc.tuple(records, records), async ([first, second], seed) => {
        const outcome = await run(refusing, { first, second }, seed)
        explained(outcome, () => {
          const counts = [...(outcome.stores.counts ?? []).values()] as readonly number[]
          expect(counts.reduce((total, n) => total + n, 0) + outcome.deadLetters.length).toBe(first.length + second.length)
          expect(refusals(refusing, outcome)).toEqual([...refusalsOf('first', first), ...refusalsOf('second', second)].sort())
        })
      }))
  })
}

type Item = readonly [key: string, n: number]

// Numbered below, so that every record is told from every other.
const records = fc
  .array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'key', ''), fc.nat(9)), { maxLength: 30, size: 'max' })
  .map((drawn) => drawn.map(([key, n], i): Item => [key, i * 10 + n]))

const first = source('first', { item: tuple(string, int) })
const second = source('second', { item: tuple(string, int) })
const both = first.map(([key, n]) => ['first', key, n] as const).merge(second.map(([key, n]) => ['second', key, n] as const))

const joined = aggregation<string>({ id: 'joined', value: string, semigroup: { concat: (a, b) => `${a} ${b}` } })
const ordered = job(
  'ordered',
  both
    .map(([stream, key, n]) => [key, `${stream}:${n}`] as const)
    .sumByKey(store('text', { key: string, sum: joined }))
    .mapValues(({ delta }) => delta)
    .sumByKey(store('copy', { key: string, sum: joined })),
) as unknown as Job

/** What of each source a key's text holds, in order. */
function sequencesOf(outcome: PlatformOutcome, name: string): Readonly<Record<string, readonly string[]>> {
  const texts = [...(outcome.stores[name] ?? [])] as readonly (readonly [string, string])[]
  return Object.fromEntries(
    texts.flatMap(([key, text]) =>
      ['first', 'second'].flatMap((stream) => {
        const seen = text.split(' ').filter((part) => part.startsWith(`${stream}:`))
        return seen.length === 0 ? [] : [[`${stream} ${key}`, seen] as const]
      }),
    ),
  )
}

function inOrder(...sources: readonly [readonly Item[], readonly Item[]]): Readonly<Record<string, readonly string[]>> {
  const expected: Record<string, string[]> = {}
  for (const [i, stream] of ['first', 'second'].entries()) {
    for (const [key, n] of sources[i] as readonly Item[]) {
      const seen = expected[`${stream} ${key}`]
      if (seen === undefined) expected[`${stream} ${key}`] = [`${stream}:${n}`]
      else seen.push(`${stream}:${n}`)
    }
  }
  return expected
}

const ids = both.map(([stream, , n]) => `${stream} ${n}`)
const counting = job(
  'counting',
  ids
    .write(sink('seen', { item: string }))
    .map((id) => [id, 1] as const)
    .sumByKey(store('each', { key: string, sum }))
    .map(([, { delta }]) => ['all', delta] as const)
    .sumByKey(store('all', { key: string, sum })),
) as unknown as Job

const numbered = (stream: string, items: readonly Item[]) => items.map(([, n]) => `${stream} ${n}`)

const isBad = ([, n]: Item) => n % 10 === 7
const refusalsOf = (stream: string, items: readonly Item[]) =>
  items.filter(isBad).map((item) => `${stream} check-${stream} ${tuple(string, int).encode(item)}`)
const check = (item: Item) => {
  if (isBad(item)) throw new Error('bad')
  return [item[0], 1] as const
}
const refusing = job(
  'refusing',
  first
    .map(check)
    .name('check-first')
    .merge(second.map(check).name('check-second'))
    .sumByKey(store('counts', { key: string, sum })),
) as unknown as Job

/** Of each record of a source that was refused, by which step: this, too, is the same on every platform. */
function refusals({ slots }: Job, { deadLetters }: Pick<PlatformOutcome, 'deadLetters'>): readonly string[] {
  return deadLetters
    .filter(({ stream }) => slots.get(stream)?.kind === 'source')
    .map(({ stream, node, record }) => `${stream} ${node} ${record}`)
    .sort()
}

/** Says what happened in a run that breaks a law. */
function explained({ history }: PlatformOutcome, hold: () => void): void {
  try {
    hold()
  } catch (error) {
    if (history !== undefined && error instanceof Error) error.message += `\n\n${history.join('\n')}`
    throw error
  }
}
