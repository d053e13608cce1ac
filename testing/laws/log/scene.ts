import { aggregation } from '../../../core/algebra/aggregation.ts'
import { sum } from '../../../core/algebra/index.ts'
import { of } from '../../../core/codec/codec.ts'
import { string } from '../../../core/codec/string.ts'
import { frame } from '../../../core/engine/frame.ts'
import type { Entry, Log, StageCommit, StageCommitted, SumCommit, SumCommitted } from '../../../core/engine/log.ts'
import { job } from '../../../core/job.ts'
import { planOf } from '../../../core/plan/index.ts'
import { source } from '../../../core/producer/fluent.ts'
import { sink, store } from '../../../core/slot/slot.ts'
import type { LogParts } from './parts.ts'

const words = source('words', { item: string })
const others = source('others', { item: string })
const counts = store('counts', { key: string, sum })
const text = store('text', { key: string, sum: aggregation<string>({ value: string, semigroup: { concat: (a, b) => a + b } }) })
const raw = of<string>({
  ...string,
  id: 'raw',
  binary: {
    toBytes: (value) => Uint8Array.from(value, (char) => char.charCodeAt(0)),
    fromBytes: (bytes) => String.fromCharCode(...bytes),
  },
})
const bytes = store('bytes', {
  key: string,
  sum: aggregation<string>({ value: raw, commutative: true, semigroup: { concat: (a, b) => a + b } }),
})

// A store somebody reads, an ordered store that two streams feed, one whose values are bytes, and a sink of either kind.
const plan = planOf(
  job(
    'log',
    words
      .map((word) => [word, 1] as const)
      .sumByKey(counts)
      .map(([word]) => word)
      .write(sink('kept', { item: string }))
      .write(sink('taken', { item: string })),
    words
      .merge(others)
      .map((word) => ['all', word] as const)
      .sumByKey(text),
    others.map((word) => [word, word] as const).sumByKey(bytes),
  ),
)

/** What a log is asked to be made of for a law; `small` says where there is little room. */
export function partsOf(time: { readonly now: number }, small: Partial<LogParts['room']>): LogParts {
  return {
    plan,
    partitions: () => 2,
    room: { stream: 1_000_000, inbox: 1_000_000, sink: 1_000_000, deadLetters: 1_000_000, ids: 1_000_000, ...small },
    delivers: (sink) => sink === 'taken',
    now: () => time.now,
  }
}

/** What a law has at hand: a log, its clock, and the steps that most laws take. */
export interface Scene {
  readonly log: Log
  readonly time: { now: number }
  /** Sends one batch, and answers its number. */
  readonly append: (stream: string, ...records: readonly string[]) => Promise<number>
  /** Commits a batch as it is there, with whatever it has come to. */
  readonly commit: (stream: string, sequence: number, more?: Partial<StageCommit>) => Promise<StageCommitted>
  readonly delta: (store: string, partition: number, ...pair: readonly unknown[]) => StageCommit['deltas'][number]
  /** Merges all that a partition's inbox holds. */
  readonly merge: (store: string, partition: number, more?: Partial<SumCommit>) => Promise<SumCommitted>
}

export function sceneOf(log: Log, time: { now: number }): Scene {
  const numbers = new Map<string, number>()
  return {
    log,
    time,
    append: async (stream, ...records) => {
      const writerSequence = (numbers.get(stream) ?? 0) + 1
      numbers.set(stream, writerSequence)
      const appended = await log.append({ stream, payload: frame(records), records: records.length, writer: 'w', writerSequence })
      return 'sequence' in appended ? appended.sequence : -1
    },
    commit: async (stream, sequence, more = {}) => {
      const entry = (await log.read(stream, sequence)) ?? gone
      return log.commitStage({ stream, sequence, entry, deltas: [], writes: [], deadLetters: [], ...more })
    },
    delta: (store, partition, ...pair) => ({ store, partition, payload: JSON.stringify(pair) }),
    merge: async (store, partition, more = {}) => {
      const { position, entries } = await log.readInbox(store, partition, 1_000_000)
      return log.commitSum({ store, partition, position, entries, puts: [], removes: [], deadLetters: [], ...more })
    },
  }
}

/** For a batch that is not there any more. */
export const gone: Entry = { id: '0-0', payload: '', records: 0 }

/** A batch of one writer's. */
export const batch = (writer: string, writerSequence: number, payload = 'La') => ({
  stream: 'words',
  payload,
  records: 1,
  writer,
  writerSequence,
})

export const stagePointer = (stream: string, sequence: number) => ({ kind: 'stage', stream, sequence }) as const

/** An inbox as it is now, to be merged. */
export async function sliceOf(log: Log, store: string, partition: number) {
  return { store, partition, ...(await log.readInbox(store, partition, 1_000_000)) }
}
