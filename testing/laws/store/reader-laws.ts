import { isNone, isSome, none, type Option } from 'fp-ts/lib/Option.js'
import { isWellFormed } from '../../../core/codec/wellformed.ts'
import type { BatchLimits, OpenSource, SourceBatch, SourceReader } from '../../../core/contract/source-reader.ts'
import { same } from '../../compare/same.ts'
import { shown } from '../../compare/shown.ts'
import type { FastCheck } from '../../fast-check.ts'
import type { LawSuite } from '../suite.ts'
import { type AnyOutsideLaw, lawOf, type OutsideOptions, outsideSuite } from './law-test.ts'
import { type Opening, opened } from './opening.ts'
import { allDiffer, firstWrong } from './wrong.ts'

export type ReaderLaw = 'all' | 'batches' | 'resumes' | 'gives back' | 'waits' | 'closed'

/** A reader, and the outside it reads. */
export interface TriedReader {
  readonly reader: SourceReader
  /** Puts records where the reader finds them, after those that are there. */
  readonly feed: (records: readonly string[]) => Promise<void>
}

/** What to try a reader with. */
export interface SourceReaderOptions extends Opening<TriedReader>, OutsideOptions<ReaderLaw> {
  /** Makes a record of a number, if not every text is one. */
  readonly record?: (n: number) => string
}

/**
 * The laws of a reader of a source outside, as tests for any runner. `open` gives one whose source is empty.
 *
 * | law | |
 * |---|---|
 * | all | every record is given, none twice, from a position in their order |
 * | batches | are not empty, keep to the number of records, and have a position, or none, by the kind of reader |
 * | resumes | opened at the position of a batch, it gives what comes after that and nothing else |
 * | gives back | what is not acknowledged when it is closed comes again; what is, does not |
 * | waits | where there is nothing yet, it waits, and gives what comes |
 * | closed | a `next` that waits is answered, and closing twice does no harm |
 *
 * `resumes` is for readers with positions, `gives back` for those without.
 *
 * ```ts
 * import { test } from 'node:test'
 * import { memoryTape, sourceReaderLaws } from 'tanager/testing'
 *
 * const open = () => {
 *   const { reader, add } = memoryTape()
 *   return { reader, feed: async (records: readonly string[]) => add(...records) }
 * }
 * for (const { name, check } of sourceReaderLaws({ open })) test(name, check)
 * ```
 */
export function sourceReaderLaws(options: SourceReaderOptions): LawSuite {
  const { record = (n: number) => `record ${n}` } = options
  const numbered = (from: number, count: number) => Array.from({ length: count }, (_, i) => record(from + i))
  const drawn = (fc: FastCheck) =>
    fc.record({ parts: fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 3 }), records: fc.integer({ min: 1, max: 5 }) })

  /** Feeds in parts, and reads as many as were fed. */
  async function readAll({ reader, feed }: TriedReader, parts: readonly number[], limits: BatchLimits) {
    const fed: string[] = []
    for (const count of parts) {
      const more = numbered(fed.length, count)
      fed.push(...more)
      await feed(more)
    }
    const source = await reader.open({ position: none, batch: limits })
    try {
      return { fed, batches: await readUntil(source, fed.length) }
    } finally {
      await source.close()
    }
  }

  const laws: readonly AnyOutsideLaw<ReaderLaw>[] = [
    lawOf({
      law: 'all',
      says: 'every record is given, none twice, from a position in their order',
      drawn,
      judge: ({ parts, records }) =>
        opened(options, async (tried) => {
          const { fed, batches } = await readAll(tried, parts, limitsOf(records))
          const read = batches.flatMap((batch) => batch.records)
          if (tried.reader.resumes === 'position') return allDiffer('what was read', read, fed, same)
          return allDiffer('what was read', [...read].sort(), [...fed].sort(), same)
        }),
    }),
    lawOf({
      law: 'batches',
      says: 'are not empty, keep to the number of records, and have a position, or none, by the kind of reader',
      drawn,
      judge: ({ parts, records }) =>
        opened(options, async (tried) => {
          const { batches } = await readAll(tried, parts, limitsOf(records))
          return firstWrong(...batches.map((batch) => () => wrongWith(batch, records, tried.reader)))
        }),
    }),
    lawOf({
      law: 'resumes',
      says: 'opened at the position of a batch, it gives what comes after that and nothing else',
      drawn,
      judge: ({ parts, records }) =>
        opened(options, async (tried) => {
          if (tried.reader.resumes !== 'position') return undefined
          const { fed, batches } = await readAll(tried, parts, limitsOf(records))
          let taken = 0
          for (const { position, records: some } of batches) {
            taken += some.length
            const rest = fed.slice(taken)
            const next = record(fed.length)
            // What comes later is part of it; without, the reading could not be told to be over.
            if (rest.length === 0) await tried.feed([next])
            const expected = rest.length === 0 ? [next] : rest
            const source = await tried.reader.open({ position, batch: limitsOf(records) })
            const read = await readUntil(source, expected.length)
            await source.close()
            const found = read.flatMap((batch) => batch.records)
            const wrong = allDiffer(`what was read from ${shownPosition(position)}`, found, expected, same)
            if (wrong !== undefined) return wrong
          }
          return undefined
        }),
    }),
    lawOf({
      law: 'gives back',
      says: 'what is not acknowledged when it is closed comes again; what is, does not',
      drawn: (fc) => fc.record({ count: fc.integer({ min: 2, max: 9 }), records: fc.integer({ min: 1, max: 3 }), kept: fc.nat() }),
      judge: ({ count, records, kept }) =>
        opened(options, async (tried) => {
          if (tried.reader.resumes !== 'acknowledgement') return undefined
          const fed = numbered(0, count)
          await tried.feed(fed)
          const first = await tried.reader.open({ position: none, batch: limitsOf(records) })
          const batches = await readUntil(first, count)
          const acknowledged = batches.slice(0, kept % (batches.length + 1))
          for (const batch of acknowledged) await first.acknowledge(batch)
          await first.close()
          const done = acknowledged.flatMap((batch) => batch.records)
          const left = fed.filter((each) => !done.includes(each))
          const more = record(count)
          await tried.feed([more])
          const second = await tried.reader.open({ position: none, batch: limitsOf(records) })
          const read = await readUntil(second, left.length + 1)
          await second.close()
          const found = read.flatMap((batch) => batch.records).sort()
          return allDiffer(`what comes after ${done.length} of ${count} were acknowledged`, found, [...left, more].sort(), same)
        }),
    }),
    lawOf({
      law: 'waits',
      says: 'where there is nothing yet, it waits, and gives what comes',
      drawn: (fc) => fc.integer({ min: 1, max: 3 }),
      judge: (count) =>
        opened(options, async ({ reader, feed }) => {
          const source = await reader.open({ position: none, batch: limitsOf(5) })
          try {
            const coming = source.next()
            const early = await Promise.race([coming.then(() => true), moment(false)])
            if (early) return 'next() answers before there is anything'
            const fed = numbered(0, count)
            await feed(fed)
            const first = await coming
            if (first === undefined) return 'next() says that there will be nothing, and there is'
            const rest = await readUntil(source, count - first.records.length)
            return allDiffer('what was read', [first, ...rest].flatMap((batch) => batch.records).sort(), [...fed].sort(), same)
          } finally {
            await source.close()
          }
        }),
    }),
    lawOf({
      law: 'closed',
      says: 'a next that waits is answered, and closing twice does no harm',
      drawn: (fc) => fc.boolean(),
      judge: (waiting) =>
        opened(options, async ({ reader }) => {
          const source = await reader.open({ position: none, batch: limitsOf(5) })
          const coming = waiting ? source.next() : Promise.resolve(undefined)
          await source.close()
          const answer = await coming
          if (answer !== undefined) return `a next() that waited is answered ${shown(answer)}`
          await source.close()
          const after = await source.next()
          return after === undefined ? undefined : `after close(), next() answers ${shown(after)}`
        }),
    }),
  ]
  return outsideSuite('sourceReaderLaws', laws, options)
}

const limitsOf = (records: number): BatchLimits => ({ records, length: 1 << 20, linger: 0 })

/** Batches until they hold so many records. Who gives too few lets it wait, and the law says that. */
async function readUntil(source: OpenSource, count: number): Promise<readonly SourceBatch[]> {
  const batches: SourceBatch[] = []
  for (let read = 0; read < count; ) {
    const batch = await source.next()
    if (batch === undefined) break
    batches.push(batch)
    read += batch.records.length
  }
  return batches
}

/** Long enough for who does not wait. */
const moment = <A>(answer: A): Promise<A> => new Promise((resolve) => setTimeout(() => resolve(answer), 3))

const longestPosition = 65_536

function wrongWith(
  { records, lines, refused = [], position, ids }: SourceBatch,
  most: number,
  { resumes }: SourceReader,
): string | undefined {
  if (lines !== undefined) {
    const text = records.join('\n')
    const { bytes, length, count } = lines
    const found = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(1))
    if (found !== text) return `the lines of a batch are ${shown(found)}, and its records ${shown(text)}`
    if (length !== text.length || count !== records.length)
      return `the lines of a batch say that they are ${count}, of ${length} characters, and are ${records.length}, of ${text.length}`
  }
  if (records.length + refused.length === 0) return 'a batch is empty'
  if (records.length > most) return `a batch of at most ${most} has ${records.length} records`
  if (ids !== undefined && ids.length !== records.length) return `a batch has ${ids.length} ids for ${records.length} records`
  if (resumes === 'acknowledgement') return isNone(position) ? undefined : 'a batch that is acknowledged has a position'
  if (isNone(position)) return 'a batch has no position'
  if (isWellFormed(position.value) && position.value.length <= longestPosition) return undefined
  return `a position is ${shown(position.value)}, and must be text of at most ${longestPosition} characters`
}

const shownPosition = (position: Option<string>): string => (isSome(position) ? shown(position.value) : 'the beginning')
