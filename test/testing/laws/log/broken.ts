import { type MockInstance, vi } from 'vitest'
import type { Log } from '../../../../core/engine/log.ts'
import { DeadLetters } from '../../../../platforms/simulation/log/dead-letters.ts'
import { Inbox } from '../../../../platforms/simulation/log/inbox.ts'
import { Marks } from '../../../../platforms/simulation/log/marks.ts'
import { OrderedInbox } from '../../../../platforms/simulation/log/ordered-inbox.ts'
import { Partition } from '../../../../platforms/simulation/log/partition.ts'
import { Stream } from '../../../../platforms/simulation/log/stream.ts'
import { Tally } from '../../../../platforms/simulation/log/tally.ts'

export interface BrokenLog {
  /** Which check is not made. */
  readonly unchecked: string
  /** The law that says so. */
  readonly law: string
  /** Takes the check out of the log in memory, which makes each in one place. */
  readonly patch?: () => readonly MockInstance[]
  /** Takes a step in another way. */
  readonly wrap?: (log: Log) => Partial<Log>
}

/** The log in memory, with one check, or one part of a step, taken out. */
export const brokenLogs: readonly BrokenLog[] = [
  {
    unchecked: 'where numbers begin',
    law: 'append: numbers batches from 1, each stream on its own',
    wrap: (log) => ({
      append: async (batch) => {
        const appended = await log.append(batch)
        return appended.status === 'appended' ? { ...appended, sequence: appended.sequence - 1 } : appended
      },
    }),
  },
  {
    unchecked: 'that a batch was sent before',
    law: 'append: knows a batch that comes again, committed or not',
    patch: () => [vi.spyOn(Stream.prototype, 'isRepeated').mockReturnValue(false)],
  },
  {
    unchecked: 'that the batch sent before this one is missing',
    law: 'append: lets a writer begin anywhere, and then leave nothing out',
    patch: () => [vi.spyOn(Stream.prototype, 'isGap').mockReturnValue(false)],
  },
  {
    unchecked: 'that there is room',
    law: 'append: takes no more than there is room for, but always one, and a repetition',
    patch: () => [vi.spyOn(Stream.prototype, 'isFull').mockReturnValue(false)],
  },
  {
    unchecked: 'up to where was read',
    law: 'take: begins nowhere, and is where the last batch that was taken ends',
    patch: () => [vi.spyOn(Stream.prototype, 'position', 'get').mockReturnValue(undefined)],
  },
  {
    unchecked: 'where what was read begins',
    law: 'take: takes nothing that begins elsewhere, and says where it is',
    patch: () => [vi.spyOn(Stream.prototype, 'isElsewhere').mockReturnValue(false)],
  },
  {
    unchecked: 'that a batch was read before',
    law: 'take: knows a batch that comes again, and does not go back for it',
    patch: () => [vi.spyOn(Stream.prototype, 'isRepeated').mockReturnValue(false)],
  },
  {
    unchecked: 'that a record was read before',
    law: 'take: takes no record whose id has come, and says which',
    patch: () => [vi.spyOn(Stream.prototype, 'isKnown').mockReturnValue(false)],
  },
  {
    unchecked: 'how many ids are remembered',
    law: 'take: remembers as many ids as it is to, and twice as many at most',
    patch: () => {
      const seen = new Set<string>()
      return [
        vi.spyOn(Stream.prototype, 'isKnown').mockImplementation((id) => {
          const known = seen.has(id)
          seen.add(id)
          return known
        }),
      ]
    },
  },
  {
    unchecked: 'that there is room for what was read',
    law: 'take: waits for room like any other, and is where it was',
    patch: () => [vi.spyOn(Stream.prototype, 'isFull').mockReturnValue(false)],
  },
  {
    unchecked: 'who a writer is',
    law: 'append: keeps writers apart, whatever they are called',
    wrap: (log) => ({ append: (batch) => log.append({ ...batch, writer: batch.writer.slice(0, 1) }) }),
  },
  {
    unchecked: 'what a payload holds',
    law: 'append: keeps a batch as it is until it is committed',
    wrap: (log) => ({ append: (batch) => log.append({ ...batch, payload: batch.payload.replaceAll('\0', '') }) }),
  },
  {
    unchecked: 'that a writer knows there were batches before',
    law: 'of a time that never was: a writer whose batches are gone is told so, if it knows that there were any',
    wrap: (log) => ({ append: ({ continues: _, ...batch }) => log.append(batch) }),
  },
  {
    unchecked: 'that a batch is committed already',
    law: 'commitStage: commits a batch once',
    // Behind it stands that a batch which is committed is not there any more.
    patch: () => [
      vi.spyOn(Stream.prototype, 'isCommitted').mockReturnValue(false),
      vi.spyOn(Stream.prototype, 'isThere').mockReturnValue(true),
    ],
  },
  {
    unchecked: 'that it is the batch that was read',
    law: 'of a time that never was: a batch is not committed in the place of another with its number',
    patch: () => [vi.spyOn(Stream.prototype, 'isThere').mockReturnValue(true)],
  },
  {
    unchecked: 'that a watermark stops at the first batch that is missing',
    law: 'commitStage: knows what is committed out of order',
    patch: () => [
      vi.spyOn(Marks.prototype, 'add').mockImplementation(function (this: Marks, sequence) {
        this.watermark = Math.max(this.watermark, sequence)
      }),
    ],
  },
  {
    unchecked: 'that what is committed ahead of the watermark is remembered',
    law: 'commitStage: knows what is committed out of order',
    patch: () => [
      vi.spyOn(Marks.prototype, 'add').mockImplementation(function (this: Marks, sequence) {
        if (sequence === this.watermark + 1) this.watermark = sequence
      }),
    ],
  },
  {
    unchecked: 'that an inbox has room',
    law: 'commitStage: turns a batch away whole where one inbox is full',
    patch: () => [vi.spyOn(Inbox.prototype, 'hasRoom').mockReturnValue(true)],
  },
  {
    unchecked: 'that a sink has room',
    law: 'commitStage: turns a batch away whole where a sink is full, or the dead letters are',
    patch: () => [vi.spyOn(Stream.prototype, 'isFull').mockReturnValue(false)],
  },
  {
    unchecked: 'that there is room for dead letters',
    law: 'commitStage: turns a batch away whole where a sink is full, or the dead letters are',
    patch: () => [vi.spyOn(DeadLetters.prototype, 'size', 'get').mockReturnValue(0)],
  },
  {
    unchecked: 'when a record was refused',
    law: 'commitStage: keeps dead letters with their place and time',
    wrap: (log) => ({ deadLetters: async (options) => (await log.deadLetters(options)).map((letter) => ({ ...letter, at: 0 })) }),
  },
  {
    unchecked: 'whom a commit has given work',
    law: 'commitStage: tells of the inboxes that were empty, and of deliveries that somebody takes',
    wrap: (log) => ({
      commitStage: async (commit) => {
        const committed = await log.commitStage(commit)
        return committed.status === 'committed' ? { ...committed, pointers: committed.pointers.slice(0, 1) } : committed
      },
    }),
  },
  {
    unchecked: 'that there are several',
    law: 'several batches in one commit: are all committed, with what they come to together',
    wrap: (log) => ({ commitStage: ({ beside: _, ...commit }) => log.commitStage(commit) }),
  },
  {
    unchecked: 'that each of several is there',
    law: 'several batches in one commit: change nothing where one of them is committed, or is not what was read',
    wrap: (log) => ({
      commitStage: async ({ beside = [], ...commit }) => {
        const there = await Promise.all(
          beside.map(async ({ sequence, entry }) => (await log.read(commit.stream, sequence))?.id === entry.id),
        )
        return log.commitStage({ ...commit, beside: beside.filter((_, i) => there[i]) })
      },
    }),
  },
  {
    unchecked: 'that there is room for all of several',
    law: 'several batches in one commit: are turned away together where there is no room',
    wrap: (log) => ({
      commitStage: async (commit) => {
        const committed = await log.commitStage(commit)
        const [other] = commit.beside ?? []
        if (committed.status === 'full' && other !== undefined) {
          await log.commitStage({ stream: commit.stream, ...other, deltas: [], writes: [], deadLetters: [] })
        }
        return committed
      },
    }),
  },
  {
    unchecked: 'that several wait for all before them',
    law: 'several batches in one commit: that follow on one another keep their place in an ordered inbox',
    patch: () => [vi.spyOn(OrderedInbox.prototype, 'add').mockImplementation(Inbox.prototype.add)],
  },
  {
    unchecked: 'what the latest time of several is',
    law: 'several batches in one commit: have one latest time',
    wrap: (log) => ({
      commitStage: ({ eventTime, ...commit }) =>
        log.commitStage(commit.beside === undefined && eventTime !== undefined ? { ...commit, eventTime } : commit),
    }),
  },
  {
    unchecked: 'that an ordered entry waits for all before it',
    law: 'an ordered inbox: hands out nothing before its turn, then all in order',
    patch: () => [vi.spyOn(OrderedInbox.prototype, 'add').mockImplementation(Inbox.prototype.add)],
  },
  {
    unchecked: 'that the batch all others wait for is let into a full inbox',
    law: 'an ordered inbox: lets in the one batch that all it holds wait for',
    patch: () => [vi.spyOn(OrderedInbox.prototype, 'hasRoom').mockImplementation(Inbox.prototype.hasRoom)],
  },
  {
    unchecked: 'for which stream an entry waits',
    law: 'an ordered inbox: keeps one stream out of the order of another',
    patch: () => {
      const { release } = OrderedInbox.prototype
      return [
        vi.spyOn(OrderedInbox.prototype, 'release').mockImplementation(function (this: OrderedInbox, stream, watermark) {
          if (stream === 'words') release.call(this, stream, watermark)
        }),
      ]
    },
  },
  {
    unchecked: 'that a merge is of what is there now',
    law: 'commitSum: changes nothing for one who comes late',
    patch: () => [vi.spyOn(Partition.prototype, 'isAt').mockReturnValue(true), vi.spyOn(Inbox.prototype, 'isThere').mockReturnValue(true)],
  },
  {
    unchecked: 'that the entries merged are those that are there',
    law: 'of a time that never was: what was merged does not take the place of what is there, in counts',
    patch: () => [vi.spyOn(Inbox.prototype, 'isThere').mockReturnValue(true)],
  },
  {
    unchecked: 'that values are read where the inbox still is',
    law: 'of a time that never was: values are read for a merge only where the inbox still is',
    patch: () => [vi.spyOn(Partition.prototype, 'isAt').mockReturnValue(true)],
  },
  {
    unchecked: 'which entry is which',
    law: 'of a time that never was: two entries never have one stamp, nor two batches one id',
    wrap: (log) => ({
      readInbox: async (...at) => {
        const slice = await log.readInbox(...at)
        return { ...slice, entries: slice.entries.map((entry) => ({ ...entry, stamp: '0' })) }
      },
    }),
  },
  {
    unchecked: 'that any text may be a key',
    law: 'commitSum: writes what was merged, and moves on',
    wrap: (log) => ({ commitSum: (commit) => log.commitSum({ ...commit, puts: commit.puts.filter(([key]) => key !== '') }) }),
  },
  {
    unchecked: 'which keys are not worth keeping',
    law: 'commitSum: removes what is not worth keeping',
    wrap: (log) => ({ commitSum: (commit) => log.commitSum({ ...commit, removes: [] }) }),
  },
  {
    unchecked: 'what a store passes on',
    law: 'commitSum: passes on what changed, unless the output is full',
    wrap: (log) => ({ commitSum: ({ output: _, ...commit }) => log.commitSum(commit) }),
  },
  {
    unchecked: 'that values are bytes',
    law: 'commitSum: keeps bytes as they are',
    wrap: (log) => ({
      readValues: async (...at) => (await log.readValues(...at)).map((value) => (value === undefined ? value : String(value))),
    }),
  },
  {
    unchecked: 'that a delivery is of the batch that is there',
    law: 'of a time that never was: a delivery does not let another batch go',
    wrap: (log) => ({
      commitSink: async (sink, sequence) => {
        const entry = await log.read(sink, sequence)
        if (entry !== undefined) await log.commitSink(sink, sequence, entry)
      },
    }),
  },
  {
    unchecked: 'that a delivery is done',
    law: 'sinks: lets a batch go when it is delivered, in any order, and once',
    wrap: () => ({ commitSink: async () => {} }),
  },
  {
    unchecked: 'what is written',
    law: 'outputs: are counted by rows and bytes, and when they were last written',
    patch: () => [vi.spyOn(Tally.prototype, 'add').mockImplementation(() => {})],
  },
  {
    unchecked: 'how many bytes bytes are',
    law: 'outputs: are counted by their bytes where values are bytes',
    wrap: (log) => ({
      commitSum: (commit) =>
        log.commitSum({
          ...commit,
          written: { rows: commit.puts.length, bytes: commit.puts.map(([, value]) => String(value)).join('').length },
        }),
    }),
  },
  {
    unchecked: 'that what is written is committed already',
    law: 'outputs: are counted once, however often a batch is committed',
    patch: () => [
      vi.spyOn(Stream.prototype, 'isCommitted').mockReturnValue(false),
      vi.spyOn(Stream.prototype, 'isThere').mockReturnValue(true),
    ],
  },
  {
    unchecked: 'that what is written is of what is there now',
    law: 'outputs: are not counted for one who comes late, or is turned away',
    patch: () => [vi.spyOn(Partition.prototype, 'isAt').mockReturnValue(true), vi.spyOn(Inbox.prototype, 'isThere').mockReturnValue(true)],
  },
  {
    unchecked: 'that anything is written',
    law: 'outputs: are not written by a merge in which all was refused',
    wrap: (log) => ({ commitSum: (commit) => log.commitSum({ ...commit, written: { rows: 1, bytes: 0 } }) }),
  },
  {
    unchecked: 'what was written outside',
    law: 'outputs: are counted here when they are written outside',
    wrap: (log) => ({ commitSum: ({ written: _, ...commit }) => log.commitSum(commit) }),
  },
  {
    unchecked: 'when a batch was delivered',
    law: 'outputs: tell when a batch was last delivered',
    patch: () => [vi.spyOn(Tally.prototype, 'delivered').mockImplementation(() => {})],
  },
  {
    unchecked: 'what the latest time is',
    law: 'event time: is the latest that was committed, in whatever order, and absent until then',
    wrap: (log) => ({ commitStage: ({ eventTime: _, ...commit }) => log.commitStage(commit) }),
  },
  {
    unchecked: 'which drains nobody was told of',
    law: 'pending: finds all that is not done, the oldest first',
    wrap: (log) => ({
      pending: async (...given) => ({ pointers: (await log.pending(...given)).pointers.filter(({ kind }) => kind !== 'sum') }),
    }),
  },
  {
    unchecked: 'that what is done is done',
    law: 'pending: finds nothing where all is done',
    wrap: (log) => ({
      pending: async (...given) => ({
        pointers: [...(await log.pending(...given)).pointers, { kind: 'stage', stream: 'words', sequence: 1 }],
      }),
    }),
  },
  {
    unchecked: 'which dead letters come after one',
    law: 'dead letters: come in pages, oldest first, or newest first',
    wrap: (log) => ({ deadLetters: ({ after: _, ...options }) => log.deadLetters(options) }),
  },
  {
    unchecked: 'that a dead letter was put back',
    law: 'dead letters: go back to the end of their stream, once',
    wrap: (log) => {
      const last = new Map<string, Awaited<ReturnType<Log['retryDeadLetter']>>>()
      return {
        retryDeadLetter: async (id) => {
          last.set(id, (await log.retryDeadLetter(id)) ?? last.get(id))
          return last.get(id)
        },
      }
    },
  },
  {
    unchecked: 'which dead letters are to go',
    law: 'dead letters: are dropped by their ids',
    wrap: (log) => ({ dropDeadLetters: async (ids) => log.dropDeadLetters(ids.slice(0, 1)) }),
  },
  {
    unchecked: 'who holds a lease',
    law: 'who may: gives a lease to one at a time',
    wrap: () => ({ lease: async () => true }),
  },
  {
    unchecked: 'which plan is expected',
    law: 'who may: keeps the first plan, and lets one who has seen it put another in its place',
    wrap: (log) => ({ deploy: async (plan) => log.deploy(plan, (await log.deployed())?.fingerprint) }),
  },
  {
    unchecked: 'how long a writer has been silent',
    law: 'writers: are forgotten when they have been silent for long enough, and not before',
    wrap: (log) => ({ forgetWriters: () => log.forgetWriters(0) }),
  },
  {
    unchecked: 'what was noted last',
    law: 'notes: are what was written last',
    wrap: (log) => ({
      note: async (name, text) => {
        if ((await log.noted(name)) === undefined) await log.note(name, text)
      },
    }),
  },
]
