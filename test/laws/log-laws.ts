import { afterEach, describe, expect, it } from 'vitest'
import { aggregation } from '../../core/algebra/aggregation.ts'
import { sum } from '../../core/algebra/index.ts'
import { of } from '../../core/codec/codec.ts'
import { string } from '../../core/codec/string.ts'
import { frame } from '../../core/engine/frame.ts'
import type { Entry, Log, StageCommit, SumCommit } from '../../core/engine/log.ts'
import { job } from '../../core/job.ts'
import { planOf } from '../../core/plan/index.ts'
import type { Plan } from '../../core/plan/plan.ts'
import { source } from '../../core/producer/fluent.ts'
import { sink, store } from '../../core/slot/slot.ts'

/** What a log is made of, whatever keeps it. */
export interface LogParts {
  readonly plan: Plan
  readonly partitions: (store: string) => number
  readonly room: { readonly stream: number; readonly inbox: number; readonly sink: number; readonly deadLetters: number }
  readonly delivers: (sink: string) => boolean
  readonly now: () => number
}

/** Makes a log with nothing in it; `close` is called after the test. */
export type MakeLog = (parts: LogParts) => Promise<{ readonly log: Log; readonly close: () => Promise<void> }>

const words = source('words', { item: string })
const others = source('others', { item: string })
const counts = store('counts', { key: string, sum })
const text = store('text', { key: string, sum: aggregation<string>({ value: string, semigroup: { concat: (a, b) => a + b } }) })
const raw = of<string>({
  ...string,
  id: 'raw',
  binary: { toBytes: (value) => Buffer.from(value, 'latin1'), fromBytes: (bytes) => Buffer.from(bytes).toString('latin1') },
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

/** For a batch that is not there any more. */
const gone: Entry = { id: '0-0', payload: '', records: 0 }

/** What every `Log` must do: one suite for all that keep one. */
export function logLaws(name: string, make: MakeLog): void {
  const open: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const close of open.splice(0)) await close()
  })

  async function setUp(small: Partial<LogParts['room']> = {}) {
    const time = { now: 1000 }
    const { log, close } = await make({
      plan,
      partitions: () => 2,
      room: { stream: 1_000_000, inbox: 1_000_000, sink: 1_000_000, deadLetters: 1_000_000, ...small },
      delivers: (sink) => sink === 'taken',
      now: () => time.now,
    })
    open.push(close)
    const numbers = new Map<string, number>()
    /** Sends one batch, and answers its number. */
    const append = async (stream: string, ...records: readonly string[]): Promise<number> => {
      const writerSequence = (numbers.get(stream) ?? 0) + 1
      numbers.set(stream, writerSequence)
      const appended = await log.append({ stream, payload: frame(records), records: records.length, writer: 'w', writerSequence })
      return 'sequence' in appended ? appended.sequence : -1
    }
    const commit = async (stream: string, sequence: number, more: Partial<StageCommit> = {}) => {
      const entry = (await log.read(stream, sequence)) ?? gone
      return log.commitStage({ stream, sequence, entry, deltas: [], writes: [], deadLetters: [], ...more })
    }
    const delta = (store: string, partition: number, ...pairs: readonly unknown[]) => ({ store, partition, payload: JSON.stringify(pairs) })
    const merge = async (store: string, partition: number, more: Partial<SumCommit> = {}) => {
      const { position, entries } = await log.readInbox(store, partition, 1_000_000)
      return log.commitSum({ store, partition, position, entries, puts: [], removes: [], deadLetters: [], ...more })
    }
    return { log, time, append, commit, delta, merge }
  }

  /** A batch of one writer's. */
  const batch = (writer: string, writerSequence: number, payload = 'La') => ({
    stream: 'words',
    payload,
    records: 1,
    writer,
    writerSequence,
  })

  describe(`append: ${name}`, () => {
    it('numbers batches from 1, each stream on its own', async () => {
      const { append } = await setUp()
      expect([await append('words', 'a'), await append('words', 'b'), await append('others', 'c'), await append('words', 'd')]).toEqual([
        1, 2, 1, 3,
      ])
    })

    it('keeps a batch as it is until it is committed', async () => {
      const { log, append, commit } = await setUp()
      const hostile = ['', 'L', '"', '\\', '\0', 'naïve 🐦', '\u2028', 'a\tb']
      await append('words', ...hostile)
      const entry = { payload: frame(hostile), records: hostile.length }
      expect(await log.read('words', 1)).toMatchObject(entry)
      expect(await log.range('words', 1, 10)).toEqual([{ ...(await log.read('words', 1)), sequence: 1 }])
      await commit('words', 1)
      expect(await log.read('words', 1)).toBeUndefined()
      expect(await log.range('words', 1, 10)).toEqual([])
      expect(await log.read('words', 2)).toBeUndefined()
    })

    it('knows a batch that comes again, committed or not', async () => {
      const { log, commit } = await setUp()
      expect(await log.append(batch('w', 1))).toEqual({ status: 'appended', sequence: 1 })
      expect(await log.append(batch('w', 1))).toEqual({ status: 'repeated', sequence: 1 })
      await commit('words', 1)
      expect(await log.append(batch('w', 1))).toEqual({ status: 'repeated', sequence: 1 })
      expect(await log.append(batch('w', 2))).toEqual({ status: 'appended', sequence: 2 })
      expect(await log.append(batch('v', 1))).toEqual({ status: 'appended', sequence: 3 })
      expect(await log.append(batch('w', 2))).toEqual({ status: 'repeated', sequence: 2 })
    })

    it('answers the head for one long past', async () => {
      const { log } = await setUp()
      for (let n = 1; n <= 3; n++) await log.append(batch('w', n))
      await log.append(batch('v', 1))
      expect(await log.append(batch('w', 1))).toEqual({ status: 'repeated', sequence: 4 })
    })

    it('lets a writer begin anywhere, and then leave nothing out', async () => {
      const { log } = await setUp()
      expect(await log.append(batch('w', 7))).toEqual({ status: 'appended', sequence: 1 })
      expect(await log.append(batch('w', 9))).toEqual({ status: 'gap', last: 7 })
      expect(await log.append(batch('w', 8))).toEqual({ status: 'appended', sequence: 2 })
      expect(await log.append(batch('w', 9))).toEqual({ status: 'appended', sequence: 3 })
    })

    it('keeps writers apart, whatever they are called', async () => {
      const { log } = await setUp()
      for (const writer of ['a', 'a:1', 'head', 'watermark', 'writer:a', '', '🐦', '7 8']) {
        expect(await log.append(batch(writer, 1))).toMatchObject({ status: 'appended' })
        expect(await log.append(batch(writer, 1))).toMatchObject({ status: 'repeated' })
      }
    })

    it('takes no more than there is room for, but always one, and a repetition', async () => {
      const { log, commit } = await setUp({ stream: 10 })
      const long = `L${'🐦'.repeat(10)}`
      expect(await log.append(batch('w', 1, long))).toEqual({ status: 'appended', sequence: 1 })
      expect(await log.append(batch('w', 2))).toEqual({ status: 'full' })
      expect(await log.append(batch('w', 1, long))).toEqual({ status: 'repeated', sequence: 1 })
      await commit('words', 1)
      // Up to the limit, in characters, not bytes: two of five, one more, then it is full.
      for (let n = 2; n <= 3; n++) expect(await log.append(batch('w', n, 'L🐦🐦'))).toMatchObject({ status: 'appended' })
      expect(await log.append(batch('w', 4))).toEqual({ status: 'full' })
    })
  })

  // A log goes back when its Redis has lost its last moments: then a number, or a position, comes a second time.
  describe(`of a time that never was: ${name}`, () => {
    it('a batch is not committed in the place of another with its number', async () => {
      const { log, append, commit, delta } = await setUp()
      await append('words', 'a')
      const deltas = [delta('counts', 0, 'z', 1)]
      const other = { id: '1-123', payload: 'Lz', records: 1 }
      expect(await commit('words', 1, { entry: other, deltas })).toEqual({ status: 'already' })
      expect(await log.read('words', 1)).toMatchObject({ payload: 'La' })
      expect((await log.readInbox('counts', 0, 1000)).entries).toEqual([])
      expect(await commit('words', 1)).toMatchObject({ status: 'committed' })
    })

    it('a delivery does not let another batch go', async () => {
      const { log, append, commit } = await setUp()
      await append('words', 'a')
      await commit('words', 1, { writes: [{ sink: 'taken', payload: 'La', records: 1 }] })
      await log.commitSink('taken', 1, { id: '1-123', payload: 'Lz', records: 1 })
      expect(await log.read('taken', 1)).toMatchObject({ payload: 'La' })
    })

    it.each(['counts', 'text'])('what was merged does not take the place of what is there, in %s', async (store) => {
      const { log, append, commit, delta } = await setUp()
      await append('words', 'a')
      await append('words', 'b')
      await commit('words', 1, { deltas: [delta(store, 0, 'a', 1)] })
      const { position, entries } = await log.readInbox(store, 0, 1000)
      const [entry] = entries
      if (entry === undefined) throw new Error('there is an entry')
      const puts = [['a', '1']] as const
      const merged = { store, partition: 0, position, puts, removes: [], deadLetters: [] }
      const strange = { ...entry, stamp: entry.stamp.replace(/.$/, (digit) => (digit === '0' ? '1' : '0')) }
      expect(await log.commitSum({ ...merged, entries: [strange] })).toEqual({ status: 'stale' })
      expect(await log.commitSum({ ...merged, entries: [entry, entry] })).toEqual({ status: 'stale' })
      expect(await log.readValues(store, 0, ['a'])).toEqual([undefined])
      await commit('words', 2, { deltas: [delta(store, 0, 'b', 1)] })
      expect(await log.commitSum({ ...merged, entries })).toMatchObject({ status: 'committed', position: 1, left: true })
    })

    it('two entries never have one stamp, nor two batches one id', async () => {
      const { log, append, commit, delta } = await setUp()
      const ids = new Set<string>()
      for (let n = 1; n <= 50; n++) {
        await append('words', 'a')
        ids.add((await log.read('words', n))?.id ?? '')
        await commit('words', n, { deltas: [delta('counts', 0, 'a', 1), delta('text', 0, 'a', 'b')] })
      }
      expect(ids.size).toBe(50)
      for (const store of ['counts', 'text']) {
        const { entries } = await log.readInbox(store, 0, 1_000_000)
        expect(new Set(entries.map(({ stamp }) => stamp)).size).toBe(50)
      }
    })

    it('values are read for a merge only where the inbox still is', async () => {
      const { log, append, commit, delta, merge } = await setUp()
      await append('words', 'a')
      await commit('words', 1, { deltas: [delta('counts', 0, 'a', 1)] })
      expect(await log.readValuesAt('counts', 0, 0, ['a'])).toEqual([undefined])
      await merge('counts', 0, { puts: [['a', '1']] })
      expect(await log.readValuesAt('counts', 0, 0, ['a'])).toBeUndefined()
      expect(await log.readValuesAt('counts', 0, 1, ['a', 'b'])).toEqual(['1', undefined])
    })

    it('a writer whose batches are gone is told so, if it knows that there were any', async () => {
      const { log } = await setUp()
      expect(await log.append({ ...batch('w', 4), continues: true })).toEqual({ status: 'gap', last: 0 })
      expect(await log.append(batch('w', 4))).toMatchObject({ status: 'appended' })
      expect(await log.append({ ...batch('w', 5), continues: true })).toMatchObject({ status: 'appended' })
    })
  })

  describe(`writers: ${name}`, () => {
    it('are forgotten when they have been silent for long enough, and not before', async () => {
      const { log } = await setUp()
      for (let n = 1; n <= 3; n++) await log.append(batch(`w${n}`, 7))
      expect(await log.forgetWriters(3_600_000)).toBe(0)
      expect(await log.append(batch('w1', 7))).toMatchObject({ status: 'repeated' })
      expect(await log.forgetWriters(0)).toBe(3)
      expect(await log.append(batch('w1', 7))).toMatchObject({ status: 'appended' })
      expect((await log.progress()).streams.get('words')).toMatchObject({ head: 4, backlog: 4 })
    })
  })

  describe(`notes: ${name}`, () => {
    it('are what was written last', async () => {
      const { log } = await setUp()
      expect(await log.noted('a')).toBeUndefined()
      await log.note('a', '1')
      await log.note('b', '')
      await log.note('a', '2 🐦')
      expect([await log.noted('a'), await log.noted('b')]).toEqual(['2 🐦', ''])
    })
  })

  describe(`commitStage: ${name}`, () => {
    it('turns a batch away whole where a sink is full, or the dead letters are', async () => {
      const { log, append, commit, delta } = await setUp({ sink: 3, deadLetters: 2 })
      const write = { sink: 'kept', payload: 'Labc', records: 1 }
      const dead = { node: 'n', index: 0, record: 'r', error: 'e' }
      for (let n = 1; n <= 5; n++) await append('words', 'a')
      expect(await commit('words', 1, { writes: [write], deadLetters: [dead, dead] })).toMatchObject({ status: 'committed' })
      const deltas = [delta('counts', 0, 'a', 1)]
      expect(await commit('words', 2, { deltas, writes: [write] })).toEqual({ status: 'full', where: 'sink', name: 'kept' })
      expect(await commit('words', 2, { deltas, deadLetters: [dead] })).toMatchObject({ status: 'full', where: 'dead letters' })
      expect((await log.readInbox('counts', 0, 1000)).entries).toEqual([])
      expect(await commit('words', 2, { deltas })).toMatchObject({ status: 'committed' })
      await log.commitSink('kept', 1, (await log.read('kept', 1)) ?? gone)
      await log.dropDeadLetters((await log.deadLetters({ limit: 1 })).map(({ id }) => id))
      expect(await commit('words', 3, { writes: [write], deadLetters: [dead] })).toMatchObject({ status: 'committed' })
    })

    it('commits a batch once', async () => {
      const { log, append, commit, delta } = await setUp()
      await append('words', 'a')
      const entry = (await log.read('words', 1)) ?? gone
      const all = { entry, deltas: [delta('counts', 0, 'a', 1)], deadLetters: [{ node: 'n', index: 0, record: 'r', error: 'e' }] }
      expect(await commit('words', 1, all)).toMatchObject({ status: 'committed' })
      expect(await commit('words', 1, all)).toEqual({ status: 'already' })
      expect((await log.readInbox('counts', 0, 1000)).entries).toHaveLength(1)
      expect(await log.deadLetters({ limit: 10 })).toHaveLength(1)
      expect((await log.progress()).streams.get('words')).toEqual({ head: 1, watermark: 1, backlog: 0, records: 1 })
    })

    it('knows what is committed out of order', async () => {
      const { log, append, commit } = await setUp()
      for (const word of 'abcdef') await append('words', word)
      const watermark = async () => (await log.progress()).streams.get('words')?.watermark
      for (const [sequence, after] of [
        [3, 0],
        [2, 0],
        [5, 0],
        [1, 3],
        [4, 5],
        [6, 6],
      ] as const) {
        expect(await commit('words', sequence)).toMatchObject({ status: 'committed' })
        expect(await watermark()).toBe(after)
        for (const done of [3, sequence]) {
          expect(await commit('words', done, { entry: gone })).toEqual({ status: 'already' })
        }
      }
    })

    it('commits nothing that was never there', async () => {
      const { log, append, commit } = await setUp()
      await append('words', 'a')
      expect(await commit('words', 2, { entry: gone })).toEqual({ status: 'already' })
      expect((await log.progress()).streams.get('words')).toMatchObject({ head: 1, watermark: 0 })
    })

    it('tells of the inboxes that were empty, and of deliveries that somebody takes', async () => {
      const { log, append, commit, delta } = await setUp()
      await append('words', 'a')
      await append('words', 'b')
      const writes = (payload: string) => ['kept', 'taken'].map((sink) => ({ sink, payload, records: 1 }))
      const first = await commit('words', 1, { deltas: [delta('counts', 1, 'a', 1)], writes: writes('La') })
      const second = await commit('words', 2, { deltas: [delta('counts', 1, 'b', 1), delta('counts', 0, 'c', 1)], writes: writes('Lb') })
      const drain = (partition: number) => ({ kind: 'sum', store: 'counts', partition, position: 0 })
      expect(first).toEqual({ status: 'committed', pointers: [drain(1), { kind: 'sink', sink: 'taken', sequence: 1 }] })
      expect(second).toEqual({ status: 'committed', pointers: [drain(0), { kind: 'sink', sink: 'taken', sequence: 2 }] })
      expect(await log.range('kept', 1, 10)).toMatchObject([
        { sequence: 1, payload: 'La', records: 1 },
        { sequence: 2, payload: 'Lb', records: 1 },
      ])
    })

    it('turns a batch away whole where one inbox is full', async () => {
      const { log, append, commit, delta } = await setUp({ inbox: 5 })
      await append('words', 'a')
      await append('words', 'b')
      await commit('words', 1, { deltas: [delta('counts', 0, 'a', 1)] })
      const more = {
        deltas: [delta('counts', 1, 'b', 1), delta('counts', 0, 'a', 1)],
        writes: [{ sink: 'kept', payload: 'La', records: 1 }],
      }
      expect(await commit('words', 2, more)).toEqual({ status: 'full', where: 'inbox', name: 'counts' })
      expect(await log.read('words', 2)).toBeDefined()
      expect((await log.readInbox('counts', 1, 1000)).entries).toEqual([])
      expect(await log.range('kept', 1, 10)).toEqual([])
      await log.commitSum({ ...(await sliceOf(log, 'counts', 0)), puts: [], removes: [], deadLetters: [] })
      expect(await commit('words', 2, more)).toMatchObject({ status: 'committed' })
    })

    it('keeps dead letters with their place and time', async () => {
      const { log, time, append, commit } = await setUp()
      await append('words', 'a')
      time.now = 5000
      const letter = { node: 'step "one"', index: 3, record: 'naïve\n🐦', error: 'it\0failed' }
      await commit('words', 1, { deadLetters: [letter] })
      const [found] = await log.deadLetters({ limit: 10 })
      expect(found).toEqual({ ...letter, id: found?.id, stream: 'words', sequence: 1, at: 5000 })
    })
  })

  describe(`an ordered inbox: ${name}`, () => {
    it('hands out nothing before its turn, then all in order', async () => {
      const { log, append, commit, delta } = await setUp()
      for (const word of 'abcd') await append('words', word)
      const add = (sequence: number, word: string) => commit('words', sequence, { deltas: [delta('text', 0, 'all', word)] })
      expect(await add(3, 'c')).toEqual({ status: 'committed', pointers: [] })
      expect(await add(2, 'b')).toEqual({ status: 'committed', pointers: [] })
      expect((await log.readInbox('text', 0, 1000)).entries).toEqual([])
      expect((await log.pending(10)).pointers).toEqual([stagePointer('words', 1), stagePointer('words', 4)])
      // The batch they wait for adds nothing here.
      expect(await commit('words', 1)).toEqual({
        status: 'committed',
        pointers: [{ kind: 'sum', store: 'text', partition: 0, position: 0 }],
      })
      const { entries } = await log.readInbox('text', 0, 1000)
      expect(entries.map(({ payload }) => payload)).toEqual(['["all","b"]', '["all","c"]'])
      // It was told of already.
      expect(await add(4, 'd')).toEqual({ status: 'committed', pointers: [] })
    })

    it('takes out what was merged and nothing else', async () => {
      const { log, append, commit, delta } = await setUp()
      for (const word of 'abcd') await append('words', word)
      for (const [sequence, word] of [
        [1, 'a'],
        [2, 'b'],
        [4, 'd'],
      ] as const)
        await commit('words', sequence, { deltas: [delta('text', 0, 'all', word)] })
      const { position, entries } = await log.readInbox('text', 0, 1)
      expect(entries).toHaveLength(1)
      const one = { store: 'text', partition: 0, position, entries, puts: [], removes: [], deadLetters: [] }
      expect(await log.commitSum(one)).toMatchObject({ status: 'committed', position: 1, left: true })
      expect(await log.commitSum({ ...one, ...(await sliceOf(log, 'text', 0)) })).toMatchObject({
        status: 'committed',
        position: 2,
        left: false,
      })
      expect(await commit('words', 3, { deltas: [delta('text', 0, 'all', 'c')] })).toMatchObject({ pointers: [{ position: 2 }] })
      expect((await log.readInbox('text', 0, 1000)).entries.map(({ payload }) => payload)).toEqual(['["all","c"]', '["all","d"]'])
    })

    it('keeps one stream out of the order of another', async () => {
      const { log, append, commit, delta } = await setUp()
      await append('words', 'a')
      await append('words', 'b')
      await append('others', 'x')
      await commit('words', 2, { deltas: [delta('text', 0, 'all', 'b')] })
      expect(await commit('others', 1, { deltas: [delta('text', 0, 'all', 'x')] })).toMatchObject({
        pointers: [{ kind: 'sum', store: 'text', position: 0 }],
      })
      expect((await log.readInbox('text', 0, 1000)).entries.map(({ payload }) => payload)).toEqual(['["all","x"]'])
    })

    it('lets in the one batch that all it holds wait for', async () => {
      const { append, commit, delta } = await setUp({ inbox: 5 })
      for (const word of 'abc') await append('words', word)
      const add = (sequence: number) => commit('words', sequence, { deltas: [delta('text', 0, 'all', 'x')] })
      expect(await add(2)).toMatchObject({ status: 'committed' })
      expect(await add(3)).toEqual({ status: 'full', where: 'inbox', name: 'text' })
      expect(await add(1)).toMatchObject({ status: 'committed' })
      // Now there is something to merge, and it waits like any other.
      expect(await add(3)).toEqual({ status: 'full', where: 'inbox', name: 'text' })
    })

    it('counts what may be merged, not what waits', async () => {
      const { log, append, commit, delta } = await setUp()
      for (const word of 'abc') await append('words', word)
      for (const sequence of [1, 3]) await commit('words', sequence, { deltas: [delta('text', 0, 'all', 'x')] })
      expect((await log.progress()).stores.get('text')?.[0]).toMatchObject({ position: 0, pending: 1 })
    })

    // Else what was in the inbox at some moment could not be told to be merged by how far the position has moved.
    it('is merged in the order in which entries came to be free, whatever stream they are of', async () => {
      const { log, append, commit, delta } = await setUp()
      const add = async (stream: string, sequence: number, word: string) =>
        commit(stream, sequence, { deltas: [delta('text', 0, 'all', word)] })
      for (const word of ['a', 'b']) await append('words', word)
      for (const word of ['x', 'y']) await append('others', word)
      await add('others', 2, 'y')
      await add('words', 1, 'a')
      await add('others', 1, 'x')
      await add('words', 2, 'b')
      expect((await log.readInbox('text', 0, 1000)).entries.map(({ payload }) => JSON.parse(payload)[1])).toEqual(['a', 'x', 'y', 'b'])
    })
  })

  describe(`commitSum: ${name}`, () => {
    it('writes what was merged, and moves on', async () => {
      const { log, append, commit, delta, merge } = await setUp()
      await append('words', 'a')
      await commit('words', 1, { deltas: [delta('counts', 0, 'a', 1)] })
      expect(
        await merge('counts', 0, {
          puts: [
            ['a', '1'],
            ['', 'empty key'],
            ['__proto__', '\0'],
          ],
        }),
      ).toEqual({
        status: 'committed',
        position: 1,
        left: false,
        pointers: [],
      })
      expect(await log.readValues('counts', 0, ['a', 'b', '', '__proto__', 'a'])).toEqual(['1', undefined, 'empty key', '\0', '1'])
      expect(await log.readValues('counts', 1, ['a'])).toEqual([undefined])
      expect(await log.readValues('counts', 0, [])).toEqual([])
      expect((await log.progress()).stores.get('counts')).toEqual([
        { position: 1, pending: 0, keys: 3 },
        { position: 0, pending: 0, keys: 0 },
      ])
    })

    it('removes what is not worth keeping', async () => {
      const { log, append, commit, delta, merge } = await setUp()
      for (const word of 'ab') await commit('words', await append('words', word), { deltas: [delta('counts', 0, word, 1)] })
      const { entries, position } = await log.readInbox('counts', 0, 1)
      await merge('counts', 0, {
        entries,
        position,
        puts: [
          ['a', '1'],
          ['b', '2'],
        ],
      })
      await merge('counts', 0, { removes: ['a', 'never'] })
      expect(await log.readValues('counts', 0, ['a', 'b'])).toEqual([undefined, '2'])
      expect((await log.progress()).stores.get('counts')?.[0]).toMatchObject({ keys: 1 })
    })

    it('keeps bytes as they are', async () => {
      const { log, append, commit, delta, merge } = await setUp()
      await commit('others', await append('others', 'a'), { deltas: [delta('bytes', 0, 'a', 'a')] })
      const value = Uint8Array.from({ length: 256 }, (_, i) => i)
      await merge('bytes', 0, { puts: [['a', value]] })
      const [found] = await log.readValues('bytes', 0, ['a'])
      expect([...(found as Uint8Array)]).toEqual([...value])
      const { entries } = await log.scan('bytes', 0, '0')
      expect(entries.map(([key, bytes]) => [key, [...(bytes as Uint8Array)]])).toEqual([['a', [...value]]])
    })

    it('changes nothing for one who comes late', async () => {
      const { log, append, commit, delta, merge } = await setUp()
      for (const word of 'ab') await commit('words', await append('words', word), { deltas: [delta('counts', 0, word, 1)] })
      const { position, entries } = await log.readInbox('counts', 0, 1)
      await merge('counts', 0, { position, entries, puts: [['a', '1']] })
      const late = {
        position,
        entries,
        puts: [['a', '2'] as const],
        output: { payload: 'L1', records: 1 },
        deadLetters: [{ node: 'merge', index: 0, record: '["a",1]', error: 'e' }],
      }
      expect(await merge('counts', 0, late)).toEqual({ status: 'stale' })
      expect(await log.readValues('counts', 0, ['a'])).toEqual(['1'])
      expect(await log.deadLetters({ limit: 10 })).toEqual([])
      expect((await log.progress()).streams.get('counts')).toMatchObject({ head: 0 })
      expect((await log.readInbox('counts', 0, 1000)).entries).toHaveLength(1)
    })

    it('passes on what changed, unless the output is full', async () => {
      const { log, append, commit, delta, merge } = await setUp({ stream: 5 })
      for (const word of 'ab') await commit('words', await append('words', word), { deltas: [delta('counts', 0, word, 1)] })
      const output = { payload: 'L["a",1]', records: 1 }
      const { position, entries } = await log.readInbox('counts', 0, 1)
      expect(await merge('counts', 0, { position, entries, output })).toEqual({
        status: 'committed',
        position: 1,
        left: true,
        pointers: [{ kind: 'stage', stream: 'counts', sequence: 1 }],
      })
      expect(await log.read('counts', 1)).toMatchObject(output)
      expect(await merge('counts', 0, { output, puts: [['b', '1']] })).toEqual({ status: 'full', where: 'output', name: 'counts' })
      expect(await log.readValues('counts', 0, ['b'])).toEqual([undefined])
      expect(await merge('counts', 0, { puts: [['b', '1']] })).toMatchObject({ status: 'committed', left: false, pointers: [] })
    })

    it('takes thousands of values at once', async () => {
      const { log, append, commit, delta, merge } = await setUp()
      await commit('words', await append('words', 'a'), { deltas: [delta('counts', 0, 'a', 1)] })
      const keys = Array.from({ length: 10_001 }, (_, i) => `key-${i}`)
      await merge('counts', 0, { puts: keys.map((key, i) => [key, String(i)] as const) })
      expect(await log.readValues('counts', 0, keys)).toEqual(keys.map((_, i) => String(i)))
      await commit('words', await append('words', 'a'), { deltas: [delta('counts', 0, 'a', 1)] })
      await merge('counts', 0, { removes: keys.slice(1) })
      expect((await log.progress()).stores.get('counts')?.[0]).toMatchObject({ keys: 1 })
    })
  })

  describe(`sinks: ${name}`, () => {
    it('lets a batch go when it is delivered, in any order, and once', async () => {
      const { log, append, commit } = await setUp()
      for (const word of 'abc')
        await commit('words', await append('words', word), { writes: [{ sink: 'taken', payload: `L${word}`, records: 2 }] })
      const deliver = async (sequence: number) => log.commitSink('taken', sequence, (await log.read('taken', sequence)) ?? gone)
      const progress = async () => (await log.progress()).sinks.get('taken')
      await deliver(2)
      expect(await progress()).toEqual({ head: 3, watermark: 0, backlog: 2, records: 2 })
      await deliver(2)
      await deliver(1)
      await deliver(1)
      expect(await progress()).toEqual({ head: 3, watermark: 2, backlog: 1, records: 4 })
      expect((await log.range('taken', 1, 10)).map(({ sequence }) => sequence)).toEqual([3])
      expect((await log.range('taken', 4, 10)).map(({ sequence }) => sequence)).toEqual([])
    })
  })

  describe(`event time: ${name}`, () => {
    it('is the latest that was committed, in whatever order, and absent until then', async () => {
      const { log, append, commit } = await setUp()
      const progress = async () => (await log.progress()).streams.get('words')
      for (const word of ['a', 'b', 'c']) await append('words', word)
      expect(await progress()).not.toHaveProperty('eventTime')
      await commit('words', 2, { eventTime: 2000 })
      await commit('words', 1, { eventTime: 1500.5 })
      await commit('words', 3, { eventTime: -1 })
      expect((await progress())?.eventTime).toBe(2000)
    })
  })

  describe(`pending: ${name}`, () => {
    it('finds all that is not done, the oldest first', async () => {
      const { log, append, commit, delta } = await setUp()
      for (const word of 'abcdef') await append('words', word)
      await append('others', 'x')
      await commit('words', 2, {
        deltas: [delta('counts', 1, 'b', 1)],
        writes: [
          { sink: 'taken', payload: 'Lb', records: 1 },
          { sink: 'kept', payload: 'Lb', records: 1 },
        ],
      })
      const { pointers } = await log.pending(10)
      expect(pointers).toHaveLength(8)
      expect(pointers).toEqual(
        expect.arrayContaining([
          ...[1, 3, 4, 5, 6].map((sequence) => stagePointer('words', sequence)),
          stagePointer('others', 1),
          { kind: 'sink', sink: 'taken', sequence: 1 },
          { kind: 'sum', store: 'counts', partition: 1, position: 0 },
        ]),
      )
      const few = await log.pending(2)
      expect(few.pointers.filter((pointer) => pointer.kind === 'stage' && pointer.stream === 'words')).toEqual([
        stagePointer('words', 1),
        stagePointer('words', 3),
      ])
    })

    it('finds nothing where all is done', async () => {
      const { log, append, commit, delta, merge } = await setUp()
      await commit('words', await append('words', 'a'), { deltas: [delta('counts', 0, 'a', 1)] })
      await merge('counts', 0)
      expect(await log.pending(10)).toEqual({ pointers: [] })
    })
  })

  describe(`dead letters: ${name}`, () => {
    const refused = (record: string) => ({ node: 'n', index: 0, record, error: 'e' })

    it('come in pages, oldest first, or newest first', async () => {
      const { log, append, commit } = await setUp()
      await append('words', 'a')
      await commit('words', 1, { deadLetters: ['1', '2', '3', '4', '5'].map(refused) })
      const records = async (options: Parameters<Log['deadLetters']>[0]) => (await log.deadLetters(options)).map(({ record }) => record)
      expect(await records({ limit: 10 })).toEqual(['1', '2', '3', '4', '5'])
      const page = await log.deadLetters({ limit: 2 })
      const after = page[1]?.id as string
      expect(await records({ limit: 2, after })).toEqual(['3', '4'])
      expect(await records({ limit: 2, newest: true })).toEqual(['5', '4'])
      expect(await records({ limit: 10, newest: true, after })).toEqual(['5', '4', '3'])
    })

    it('go back to the end of their stream, once', async () => {
      const { log, append, commit } = await setUp()
      await append('words', 'a', 'b')
      await commit('words', 1, { deadLetters: [refused('b\n"')] })
      const [letter] = await log.deadLetters({ limit: 1 })
      const id = letter?.id as string
      expect(await log.retryDeadLetter(id)).toEqual(stagePointer('words', 2))
      expect(await log.read('words', 2)).toMatchObject({ payload: frame(['b\n"']), records: 1 })
      expect(await log.retryDeadLetter(id)).toBeUndefined()
      expect((await log.progress()).deadLetters).toBe(0)
    })

    it.each(['counts', 'text'])('go back to the inbox of %s if it was the store that refused', async (name) => {
      const { log, append, commit, delta, merge } = await setUp()
      const key = name === 'text' ? 'all' : 'a'
      // Whichever partition the key is in, and whatever is in the others.
      for (const partition of [0, 1]) {
        await commit('words', await append('words', 'a'), { deltas: [delta(name, partition, key, 1)] })
        await merge(name, partition, { deadLetters: [{ node: 'merge', index: 0, record: JSON.stringify([key, partition]), error: 'e' }] })
      }
      const letters = await log.deadLetters({ limit: 10 })
      expect(letters.map(({ stream, sequence }) => [stream, sequence])).toEqual([
        [name, 0],
        [name, 1],
      ])
      const pointer = await log.retryDeadLetter(letters[0]?.id as string)
      expect(pointer).toMatchObject({ kind: 'sum', store: name })
      const { partition } = pointer as Extract<typeof pointer, { kind: 'sum' }>
      expect((await log.readInbox(name, partition, 1000)).entries.map(({ payload }) => payload)).toEqual([JSON.stringify([key, 0])])
      expect((await log.pending(10)).pointers).toEqual([pointer])
      expect(await merge(name, partition)).toMatchObject({ status: 'committed', left: false })
    })

    it('are dropped by their ids', async () => {
      const { log, append, commit } = await setUp()
      await append('words', 'a')
      await commit('words', 1, { deadLetters: ['1', '2', '3'].map(refused) })
      const ids = (await log.deadLetters({ limit: 10 })).map(({ id }) => id)
      expect(await log.dropDeadLetters([ids[0] as string, ids[2] as string])).toBe(2)
      expect(await log.dropDeadLetters(ids)).toBe(1)
      expect(await log.dropDeadLetters([])).toBe(0)
      expect(await log.deadLetters({ limit: 10 })).toEqual([])
    })
  })

  describe(`who may: ${name}`, () => {
    it('gives a lease to one at a time', async () => {
      const { log } = await setUp()
      expect(await log.lease('reconciler', 'a', 60_000)).toBe(true)
      expect(await log.lease('reconciler', 'b', 60_000)).toBe(false)
      expect(await log.lease('reconciler', 'a', 60_000)).toBe(true)
      expect(await log.lease('another', 'b', 60_000)).toBe(true)
    })

    it('keeps the first plan, and lets one who has seen it put another in its place', async () => {
      const { log } = await setUp()
      const plan = (fingerprint: string) => ({ fingerprint, description: `plan\n${fingerprint}`, state: { stores: { a: [1, 'é', null] } } })
      expect(await log.deployed()).toBeUndefined()
      expect(await log.deploy(plan('1'), undefined)).toEqual(plan('1'))
      expect(await log.deploy(plan('2'), undefined)).toEqual(plan('1'))
      expect(await log.deploy(plan('3'), '1')).toEqual(plan('3'))
      expect(await log.deploy(plan('4'), '1')).toEqual(plan('3'))
      expect(await log.deployed()).toEqual(plan('3'))
    })
  })
}

const stagePointer = (stream: string, sequence: number) => ({ kind: 'stage', stream, sequence }) as const

async function sliceOf(log: Log, store: string, partition: number) {
  return { store, partition, ...(await log.readInbox(store, partition, 1_000_000)) }
}
