import { none, some } from 'fp-ts/lib/Option.js'
import type { OpenSource, SourceReader } from 'tanager'
import { describe, expect, it, test } from 'vitest'
import { memoryQueue } from '../../../../core/contract/reader/memory-queue.ts'
import { memoryTape } from '../../../../core/contract/reader/memory-tape.ts'
import { sourceReaderLaws } from '../../../../testing/laws/store/reader-laws.ts'
import { failing } from './failing.ts'

const tried = (make: typeof memoryTape | typeof memoryQueue, change: (reader: SourceReader) => SourceReader) => () => {
  const { reader, add } = make()
  return { reader: change(reader), feed: async (records: readonly string[]) => add(...records) }
}
const asIs = (reader: SourceReader) => reader

describe('a tape in memory', () => {
  for (const { name, check } of sourceReaderLaws({ open: tried(memoryTape, asIs) })) test(name, check)
})

describe('a queue in memory', () => {
  for (const { name, check } of sourceReaderLaws({ open: tried(memoryQueue, asIs) })) test(name, check)
})

/** A reader of which something about each opened source is changed. */
const opening =
  (change: (source: OpenSource) => Partial<OpenSource>) =>
  (reader: SourceReader): SourceReader => ({
    ...reader,
    open: async (options) => {
      const source = await reader.open(options)
      return { ...source, ...change(source) }
    },
  })

type Make = typeof memoryTape | typeof memoryQueue
const broken: readonly (readonly [
  what: string,
  law: string,
  sentence: RegExp,
  make: Make,
  change: (reader: SourceReader) => SourceReader,
])[] = [
  [
    'gives the last record of a batch again',
    'all',
    /what was read/,
    memoryTape,
    opening(({ next }) => {
      let last: string | undefined
      return {
        next: async () => {
          const batch = await next()
          if (batch === undefined) return undefined
          const records = last === undefined ? batch.records : [last, ...batch.records]
          last = batch.records.at(-1)
          return { ...batch, records }
        },
      }
    }),
  ],
  [
    'begins with a batch of nothing',
    'batches',
    /a batch is empty/,
    memoryTape,
    opening(({ next }) => {
      let first = true
      return {
        next: async () => {
          if (!first) return next()
          first = false
          return { records: [], position: some('0') }
        },
      }
    }),
  ],
  [
    'takes no limits',
    'batches',
    /a batch of at most \d has \d+ records/,
    memoryTape,
    (reader) => ({ ...reader, open: (options) => reader.open({ ...options, batch: { ...options.batch, records: 1000 } }) }),
  ],
  [
    'does not say where it is',
    'batches',
    /a batch has no position/,
    memoryTape,
    opening(({ next }) => ({
      next: async () => {
        const batch = await next()
        return batch && { ...batch, position: none }
      },
    })),
  ],
  [
    'begins at the last record it gave',
    'resumes',
    /answer 0 of what was read from "\d+"|answers to \d questions/,
    memoryTape,
    (reader) => ({
      ...reader,
      open: ({ position, batch }) =>
        reader.open({ position: position._tag === 'Some' ? some(`${Number(position.value) - 1}`) : none, batch }),
    }),
  ],
  [
    'always begins at the beginning',
    'resumes',
    /what was read from "\d+"/,
    memoryTape,
    (reader) => ({ ...reader, open: ({ batch }) => reader.open({ position: none, batch }) }),
  ],
  [
    'acknowledges what it gives',
    'gives back',
    /no answer within/,
    memoryQueue,
    opening(({ next, acknowledge }) => ({
      next: async () => {
        const batch = await next()
        if (batch !== undefined) await acknowledge(batch)
        return batch
      },
    })),
  ],
  [
    'never acknowledges',
    'gives back',
    /what comes after \d of \d were acknowledged/,
    memoryQueue,
    opening(() => ({ acknowledge: async () => {} })),
  ],
  [
    'ends where there is nothing yet',
    'waits',
    /next\(\) answers before there is anything/,
    memoryTape,
    opening(({ next }) => ({
      next: () => Promise.race([next(), new Promise<undefined>((resolve) => setImmediate(() => resolve(undefined)))]),
    })),
  ],
  ['does not answer who waits when it is closed', 'closed', /no answer within/, memoryQueue, opening(() => ({ close: async () => {} }))],
]

describe('a reader is caught that', () => {
  it.each(broken)('%s', async (_what, law, sentence, make, change) => {
    const suite = sourceReaderLaws({ open: tried(make, change), seed: 1, patience: 50 })
    const only = suite.filter(({ name }) => name.startsWith(`${law}:`))
    expect((await failing(only))[law]).toMatch(sentence)
  })
})
