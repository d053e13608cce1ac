import fc from 'fast-check'
import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import { sum } from '../../../core/algebra/index.ts'
import { string } from '../../../core/codec/string.ts'
import { memoryQueue } from '../../../core/contract/reader/memory-queue.ts'
import { memoryTape } from '../../../core/contract/reader/memory-tape.ts'
import type { OpenSource, SourceBatch, SourceReader } from '../../../core/contract/source-reader.ts'
import { refusedIn, unframe } from '../../../core/engine/frame.ts'
import type { Log } from '../../../core/engine/log.ts'
import { Receiver, type ReceiverParts } from '../../../core/engine/receiver.ts'
import { job } from '../../../core/job.ts'
import { planOf } from '../../../core/plan/index.ts'
import { source } from '../../../core/producer/fluent.ts'
import { store } from '../../../core/slot/slot.ts'
import { type MemoryLogParts, memoryLog } from '../../../platforms/simulation/memory-log.ts'
import { HandClock, quiet } from './hand-clock.ts'

const words = source('words', { item: string })
const counting = job('counting', words.map((word) => [word, 1] as const).sumByKey(store('counts', { key: string, sum })))
const plan = planOf(counting)

/** A log, and receivers of its source that are started by the test. */
function scene(reader: SourceReader, room: Partial<MemoryLogParts['room']> = {}) {
  const clock = new HandClock()
  const log = memoryLog({
    plan,
    partitions: () => 1,
    room: { stream: 1_000_000, inbox: 1_000_000, ...room },
    delivers: () => false,
    now: clock.now,
  })
  const notices: string[] = []
  let started = 0
  return {
    clock,
    log,
    notices,
    receiver: (more: Partial<ReceiverParts> = {}) => {
      started += 1
      const receiver = new Receiver({
        stream: 'words',
        reader,
        log,
        scheduler: { enqueue: async () => {} },
        clock,
        backoff: (failures) => 100 * failures,
        batch: { records: 3, length: 1000, linger: 0 },
        longest: 100,
        name: `receiver ${started}`,
        notice: (text) => notices.push(text),
        ...more,
      })
      receiver.start()
      return receiver
    },
    /** The records that were accepted, in the order of the log. */
    taken: async () => (await log.range('words', 1, 100_000)).flatMap(({ payload }) => unframe(payload)),
  }
}

const many = (count: number) => Array.from({ length: count }, (_, i) => `r${i}`)

describe('a receiver', () => {
  it('reads a source into the log, in order, to its end', async () => {
    const tape = memoryTape()
    const { receiver, taken, log } = scene(tape.reader)
    tape.add(...many(10))
    tape.end()
    await receiver().ended
    expect(await taken()).toEqual(many(10))
    expect(await log.readPosition('words')).toBe('10')
  })

  it('goes on where the log is, whoever has read before', async () => {
    const tape = memoryTape()
    const { receiver, taken, clock } = scene(tape.reader)
    tape.add(...many(4))
    const first = receiver()
    await quiet()
    await first.stop()
    tape.add('later')
    tape.end()
    const second = receiver()
    await clock.pass(5000)
    await second.ended
    expect(await taken()).toEqual([...many(4), 'later'])
  })

  it('acknowledges what the log has accepted, and nothing else', async () => {
    const queue = memoryQueue()
    const { receiver, log } = scene(queue.reader)
    queue.add(...many(5))
    const away: Pick<Log, 'take' | 'readPosition' | 'lease'> = { ...log, take: () => Promise.reject(new Error('Redis is away')) }
    const failing = receiver({ log: away })
    await quiet()
    expect(queue.left()).toBe(5)
    await failing.stop()
    const good = receiver()
    await quiet()
    expect(queue.left()).toBe(0)
    await good.stop()
  })

  it('waits while the stream is full, and reads no further ahead than a few batches', async () => {
    const tape = memoryTape()
    let read = 0
    const counted: SourceReader = {
      ...tape.reader,
      open: async (options) => {
        const open = await tape.reader.open(options)
        const next = async () => {
          const batch = await open.next()
          read += batch?.records.length ?? 0
          return batch
        }
        return { ...open, next }
      },
    }
    const { receiver, taken, clock, log } = scene(counted, { stream: 3 })
    tape.add(...many(60))
    const reading = receiver()
    await clock.pass(2000)
    expect(await taken()).toEqual(many(3))
    expect(read).toBeLessThanOrEqual(3 * 6)
    const [first] = await log.range('words', 1, 1)
    await log.commitStage({ stream: 'words', sequence: 1, entry: first as never, deltas: [], writes: [], deadLetters: [] })
    await clock.pass(2000)
    expect(await taken()).toEqual(['r3', 'r4', 'r5'])
    await reading.stop()
  })

  it('begins again by itself, after a while that grows, and says so', async () => {
    const tape = memoryTape()
    let failures = 2
    const flaky: SourceReader = {
      ...tape.reader,
      open: async (options) => {
        failures -= 1
        if (failures >= 0) throw new Error('connection refused')
        return tape.reader.open(options)
      },
    }
    const { receiver, taken, clock, notices } = scene(flaky)
    tape.add('a')
    const reading = receiver()
    await clock.pass(99)
    expect(notices).toEqual(['the source words is away, and read again in 100 ms: connection refused'])
    await clock.pass(1)
    expect(notices.at(-1)).toBe('the source words is away, and read again in 200 ms: connection refused')
    await clock.pass(200)
    expect(await taken()).toEqual(['a'])
    expect(notices.at(-1)).toBe('the source words is read again')
    await reading.stop()
  })

  it('closes what has failed before it opens anew', async () => {
    const events: string[] = []
    let opened = 0
    const reader: SourceReader = {
      resumes: 'position',
      open: async (): Promise<OpenSource> => {
        const number = ++opened
        events.push(`open ${number}`)
        return {
          next: async () => {
            if (number === 1) throw new Error('cut')
            return undefined
          },
          acknowledge: async () => {},
          close: async () => {
            events.push(`close ${number}`)
          },
        }
      },
    }
    const { receiver, clock } = scene(reader)
    const reading = receiver()
    await clock.pass(100)
    await reading.ended
    expect(events).toEqual(['open 1', 'close 1', 'open 2', 'close 2'])
  })

  it('buries what is no record, and what is too long, with the batch they came in', async () => {
    const batch: SourceBatch = {
      records: ['good', 'x'.repeat(101), 'fine'],
      refused: [{ record: '<ff fe>', error: 'no UTF-8' }],
      position: some('1'),
    }
    const { receiver, log } = scene(readerOf([batch]))
    await receiver().ended
    const [entry] = await log.range('words', 1, 10)
    expect(unframe(entry?.payload as string)).toEqual(['good', 'fine'])
    expect(refusedIn(entry?.payload as string)).toEqual([
      { record: '<ff fe>', error: 'no UTF-8' },
      { record: 'x'.repeat(101), error: 'a record of 101 characters; allowed: 100. Of this one only the beginning is kept.' },
    ])
  })

  it('takes a record once that comes twice in one batch', async () => {
    const batch: SourceBatch = {
      records: ['a', 'b', 'a', 'c', 'c'],
      ids: [some('1'), some('2'), some('1'), none, none],
      position: some('5'),
    }
    const { receiver, taken } = scene(readerOf([batch]))
    await receiver().ended
    expect(await taken()).toEqual(['a', 'b', 'c', 'c'])
  })

  it('goes on behind a batch of which all has come before', async () => {
    const twice: SourceReader = {
      resumes: 'acknowledgement',
      open: async () => {
        const left = ['a', 'a', 'b', 'b', 'c'].map((id): SourceBatch => ({ records: [id], ids: [some(id)], position: none }))
        return { next: async () => left.shift(), acknowledge: async () => {}, close: async () => {} }
      },
    }
    const { receiver, taken, notices } = scene(twice)
    await receiver().ended
    expect([await taken(), notices]).toEqual([['a', 'b', 'c'], []])
  })

  it('sends a batch before the log has answered the one before it, and acknowledges them in order', async () => {
    const events: string[] = []
    const tape = memoryTape()
    const told: SourceReader = {
      ...tape.reader,
      open: async (options) => ({
        ...(await tape.reader.open(options)),
        acknowledge: async ({ records }) => void events.push(`acknowledged ${records}`),
      }),
    }
    const { receiver, log, taken } = scene(told)
    const answers: (() => void)[] = []
    const slow: typeof log = {
      ...log,
      take: async (batch) => {
        events.push(`sent ${batch.payload}`)
        const answer = await log.take(batch)
        await new Promise<void>((resolve) => answers.push(resolve))
        return answer
      },
    }
    tape.add('a', 'b')
    tape.end()
    const reading = receiver({ log: slow, batch: { records: 1, length: 1000, linger: 0 } })
    await quiet()
    expect(events).toEqual(['sent La', 'sent Lb'])
    answers[1]?.()
    await quiet()
    expect(events).toEqual(['sent La', 'sent Lb'])
    answers[0]?.()
    await reading.ended
    expect(events).toEqual(['sent La', 'sent Lb', 'acknowledged a', 'acknowledged b'])
    expect(await taken()).toEqual(['a', 'b'])
  })

  it('acknowledges what is on its way when it is stopped', async () => {
    const queue = memoryQueue()
    const { receiver, log } = scene(queue.reader)
    let answer = () => {}
    const slow: typeof log = {
      ...log,
      take: async (batch) => {
        const taken = await log.take(batch)
        await new Promise<void>((resolve) => {
          answer = resolve
        })
        return taken
      },
    }
    queue.add('a')
    const reading = receiver({ log: slow })
    await quiet()
    const stopping = reading.stop()
    await quiet()
    expect(queue.left()).toBe(1)
    answer()
    await stopping
    expect(queue.left()).toBe(0)
  })

  it('stops while it waits for a source that does not answer', async () => {
    const reader: SourceReader = { resumes: 'position', open: () => new Promise<OpenSource>(() => {}) }
    const { receiver } = scene(reader)
    const waiting = receiver()
    await quiet()
    await waiting.stop()
  })

  it('lets one read at a time, and the next when that is gone', async () => {
    const tape = memoryTape()
    let open = 0
    let most = 0
    const counted: SourceReader = {
      ...tape.reader,
      open: async (options) => {
        const source = await tape.reader.open(options)
        open += 1
        most = Math.max(most, open)
        return {
          ...source,
          close: async () => {
            open -= 1
            await source.close()
          },
        }
      },
    }
    const { receiver, taken, clock } = scene(counted)
    const [first, second] = [receiver(), receiver()]
    await clock.pass(20_000)
    tape.add('a')
    await clock.pass(10)
    await first.stop()
    tape.add('b')
    await clock.pass(5000)
    expect(await taken()).toEqual(['a', 'b'])
    expect(most).toBe(1)
    await second.stop()
  })

  it('refuses a batch without a position, where positions count', async () => {
    const { receiver, notices } = scene(readerOf([{ records: ['a'], position: none }]))
    const reading = receiver()
    await quiet()
    expect(notices[0]).toMatch(/the reader of words gives a batch without the position after it/)
    await reading.stop()
  })
})

function readerOf(batches: readonly SourceBatch[]): SourceReader {
  return {
    resumes: 'position',
    open: async () => {
      const left = [...batches]
      return { next: async () => left.shift(), acknowledge: async () => {}, close: async () => {} }
    },
  }
}

/** What happens to a step of the log: it may fail before it happened, or its answer be lost, and both may take a while. */
type Fate = 'done' | 'refused' | 'unanswered' | 'late' | 'slow'
const fates = fc.array(fc.constantFrom<Fate>('done', 'done', 'done', 'refused', 'unanswered', 'late', 'late', 'slow'), { maxLength: 60 })

function unlucky(log: Log, all: readonly Fate[]): Log {
  const left = [...all]
  return {
    ...log,
    take: async (batch) => {
      const fate = left.shift() ?? 'done'
      if (fate === 'refused') throw new Error('refused')
      // Whoever is sent later may come first.
      if (fate === 'late') for (let i = 0; i < 3; i++) await quiet()
      const taken = await log.take(batch)
      if (fate === 'unanswered') throw new Error('unanswered')
      if (fate === 'slow') for (let i = 0; i < 3; i++) await quiet()
      return taken
    },
    // The lease is for speed alone: two who both have it must do no harm.
    lease: async () => true,
  }
}

/** Reads a source with two receivers at a time, of whom one or the other is replaced now and then, while answers of the log get lost. */
async function readByMany(
  reader: SourceReader,
  all: readonly Fate[],
  stops: readonly number[],
  room = 1_000_000,
): Promise<readonly string[]> {
  const { receiver, taken, clock, log } = scene(reader, { stream: room })
  const between = unlucky(log, all)
  const counted: string[] = []
  /** Counts what there is, as workers do, and so makes room. */
  const work = async () => {
    for (const { sequence, ...entry } of await log.range('words', 1, 100_000)) {
      counted.push(...unframe(entry.payload))
      await log.commitStage({ stream: 'words', sequence, entry, deltas: [], writes: [], deadLetters: [] })
    }
  }
  let readers = [receiver({ log: between }), receiver({ log: between })]
  for (const steps of stops) {
    for (let i = 0; i < steps; i++) await quiet()
    const [oldest, ...others] = readers
    void oldest?.stop()
    readers = [...others, receiver({ log: between })]
    await clock.pass(50)
    await work()
  }
  for (let i = 0; i < 60; i++) {
    await clock.pass(1000)
    await work()
  }
  await Promise.all(readers.map((each) => each.stop()))
  return [...counted, ...(await taken())]
}

const rooms = fc.constantFrom(1, 20, 1_000_000)
const replaced = fc.array(fc.nat(8), { maxLength: 6 })

describe('laws of receivers', () => {
  it('once law: each record of a source with positions is taken once and in order, whoever reads, and whatever becomes of them', () =>
    fc.assert(
      fc.asyncProperty(fc.nat(40), fates, replaced, rooms, async (count, all, stops, room) => {
        const tape = memoryTape()
        tape.add(...many(count))
        expect(await readByMany(tape.reader, all, stops, room)).toEqual(many(count))
      }),
      { numRuns: 100 },
    ))

  it('once law: each record of a source with ids is taken once, also if it comes again', () =>
    fc.assert(
      fc.asyncProperty(fc.nat(40), fates, replaced, rooms, async (count, all, stops, room) => {
        const queue = memoryQueue()
        queue.add(...many(count))
        expect([...(await readByMany(queue.reader, all, stops, room))].sort()).toEqual(many(count).sort())
        expect(queue.left()).toBe(0)
      }),
      { numRuns: 100 },
    ))
})
