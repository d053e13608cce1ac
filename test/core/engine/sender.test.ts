import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { unframe } from '../../../core/engine/frame.ts'
import type { Append, Appended, Log, Pointer } from '../../../core/engine/log.ts'
import { type Cut, Sender } from '../../../core/engine/sender.ts'
import { Stream } from '../../../platforms/simulation/log/stream.ts'
import { HandClock, quiet } from './hand-clock.ts'

const plenty = Number.POSITIVE_INFINITY

/** A log of streams, a clock turned by hand, and a sender before them; `append` may be replaced. */
function setUp({ room = () => plenty, cut = {} }: { readonly room?: () => number; readonly cut?: Partial<Cut> } = {}) {
  const streams = new Map<string, Stream>()
  const appended: Append[] = []
  const enqueued: (readonly Pointer[])[] = []
  const clock = new HandClock()
  const streamOf = (name: string) => {
    const stream = streams.get(name) ?? new Stream()
    streams.set(name, stream)
    return stream
  }
  const taken: Append[] = []
  const lost: (readonly [stream: string, batches: number])[] = []
  const parts = {
    append: async (batch: Append): Promise<Appended> => {
      appended.push(batch)
      const answer = streamOf(batch.stream).append(batch, room())
      if (answer.status === 'appended') taken.push(batch)
      return answer
    },
    enqueue: async (pointers: readonly Pointer[]) => {
      enqueued.push(pointers)
    },
  }
  const sender = new Sender({
    log: { append: (batch) => parts.append(batch) } as Pick<Log, 'append'> as Log,
    scheduler: { enqueue: (pointers) => parts.enqueue(pointers) },
    clock,
    writer: 'w',
    cut: () => ({ batchRecords: 100, batchLength: 1000, ...cut }),
    lost: (stream, batches) => lost.push([stream, batches]),
  })
  const batches = (stream: string) => {
    const { waiting } = streamOf(stream)
    return waiting.map((sequence) => unframe(streamOf(stream).read(sequence)?.payload ?? ''))
  }
  /** The log forgets all of a stream but its first batches, as after a failover to a replica that was behind. */
  const goBack = (stream: string, left: number) => {
    streams.delete(stream)
    const kept = taken.filter((batch) => batch.stream === stream).slice(0, left)
    taken.splice(0, taken.length, ...taken.filter((batch) => batch.stream !== stream), ...kept)
    for (const batch of kept) streamOf(stream).append(batch, plenty)
  }
  return { sender, parts, appended, enqueued, clock, batches, lost, goBack }
}

/** A promise and the ways to end it. */
function deferred<T>() {
  let resolve: (value: T) => void = () => {}
  let reject: (error: unknown) => void = () => {}
  const promise = new Promise<T>((yes, no) => {
    resolve = yes
    reject = no
  })
  return { promise, resolve, reject }
}

describe('send', () => {
  it('puts what is sent in the same turn into one batch', async () => {
    const { sender, batches, enqueued } = setUp()
    expect(await Promise.all([sender.send('s', ['a']), sender.send('s', ['b', 'c']), sender.send('s', ['d'])])).toEqual([1, 1, 1])
    expect(batches('s')).toEqual([['a', 'b', 'c', 'd']])
    await sender.close()
    expect(enqueued).toEqual([[{ kind: 'stage', stream: 's', sequence: 1 }]])
  })

  it('gathers what comes while a batch is under way into the next', async () => {
    const { sender, parts, batches } = setUp()
    const { append } = parts
    const gate = deferred<void>()
    parts.append = async (batch) => {
      await gate.promise
      return append(batch)
    }
    const first = sender.send('s', ['a'])
    await quiet()
    const others = [sender.send('s', ['b']), sender.send('s', ['c'])]
    await quiet()
    const last = sender.send('s', ['d'])
    gate.resolve()
    expect(await Promise.all([first, ...others, last])).toEqual([1, 2, 2, 2])
    expect(batches('s')).toEqual([['a'], ['b', 'c', 'd']])
  })

  it('cuts by records and by length, and answers the batch of the last record', async () => {
    const { sender, batches } = setUp({ cut: { batchRecords: 3, batchLength: 10 } })
    const answers = await Promise.all([
      sender.send('s', ['a', 'b']),
      sender.send('s', ['c', 'd']),
      sender.send('s', ['x'.repeat(20), 'e', 'f']),
    ])
    expect(answers).toEqual([1, 2, 3])
    expect(batches('s')).toEqual([
      ['a', 'b', 'c'],
      ['d', 'x'.repeat(20)],
      ['e', 'f'],
    ])
  })

  it('keeps every record in its order, however sends and cuts fall', async () => {
    const sends = fc.array(fc.record({ texts: fc.array(fc.string({ maxLength: 5 }), { maxLength: 8 }), waits: fc.nat(3) }), {
      maxLength: 20,
    })
    await fc.assert(
      fc.asyncProperty(sends, fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 12 }), async (all, batchRecords, batchLength) => {
        const { sender, batches } = setUp({ cut: { batchRecords, batchLength } })
        const answers: Promise<number>[] = []
        for (const { texts, waits } of all) {
          answers.push(sender.send('s', texts))
          for (let i = 0; i < waits; i++) await undefined
        }
        const sequences = await Promise.all(answers)
        const sent = batches('s')
        expect(sent.flat()).toEqual(all.flatMap(({ texts }) => texts))
        // Each answer is the batch in which the sender's last record is.
        let upTo = 0
        for (const [i, { texts }] of all.entries()) {
          upTo += texts.length
          if (texts.length > 0) expect(sent.slice(0, sequences[i]).flat().length).toBeGreaterThanOrEqual(upTo)
          if (texts.length > 0) expect(sent.slice(0, (sequences[i] as number) - 1).flat().length).toBeLessThan(upTo)
        }
      }),
    )
  })

  // The moment between a lane's last look at its queue and its end is one microtask wide: try them all.
  it.each(Array.from({ length: 30 }, (_, i) => [i]))(
    'takes what is sent %i microtasks after the batch before has arrived',
    async (microtasks) => {
      const { sender, parts, batches, enqueued } = setUp()
      const { append } = parts
      const gate = deferred<void>()
      parts.append = async (batch) => {
        await gate.promise
        return append(batch)
      }
      void sender.send('s', ['a'])
      await quiet()
      gate.resolve()
      for (let i = 0; i < microtasks; i++) await undefined
      void sender.send('s', ['b'])
      await quiet()
      expect(batches('s').flat()).toEqual(['a', 'b'])
      expect(enqueued.flat()).toHaveLength(2)
    },
  )

  it('does not keep one stream waiting for another', async () => {
    const { sender, parts, batches } = setUp()
    const { append } = parts
    parts.append = async (batch) => (batch.stream === 'full' ? { status: 'full' } : append(batch))
    void sender.send('full', ['a'])
    expect(await sender.send('free', ['b'])).toBe(1)
    expect([batches('full'), batches('free')]).toEqual([[], [['b']]])
  })

  it('sends nothing for no records', async () => {
    const { sender, appended } = setUp()
    expect(await sender.send('s', [])).toBe(0)
    expect(appended).toEqual([])
  })

  it('refuses to send once closed, and closes when all is sent and told', async () => {
    const { sender, parts, batches, enqueued } = setUp()
    const gate = deferred<void>()
    const { enqueue } = parts
    parts.enqueue = async (pointers) => {
      await gate.promise
      return enqueue(pointers)
    }
    const sent = [sender.send('s', ['a']), sender.sendOnce('s', ['b'], 'mine', 1)]
    let closed = false
    const closing = sender.close().then(() => {
      closed = true
    })
    await expect(sender.send('s', ['c'])).rejects.toMatchObject({ code: 'closed' })
    await expect(sender.sendOnce('s', ['c'], 'mine', 2)).rejects.toMatchObject({ code: 'closed' })
    await Promise.all(sent)
    await quiet()
    expect(closed).toBe(false)
    gate.resolve()
    await closing
    expect(batches('s').flat().sort()).toEqual(['a', 'b'])
    expect(enqueued.flat()).toHaveLength(2)
  })
})

describe('a full stream', () => {
  it('is asked again after a while, longer each time, under the same number', async () => {
    let room = 0
    const { sender, parts, appended, clock } = setUp({ room: () => room })
    const { append } = parts
    const asked: number[] = []
    parts.append = (batch) => {
      asked.push(clock.now())
      return append(batch)
    }
    let answer: number | undefined
    void sender.send('s', ['a']).then((sequence) => {
      answer = sequence
    })
    await clock.pass(1000)
    const waits = asked.slice(1).map((time, i) => time - (asked[i] as number))
    expect(waits.slice(0, 6)).toEqual([5, 10, 20, 40, 80, 160])
    expect(Math.max(...waits)).toBe(250)
    expect(answer).toBeUndefined()
    room = 1
    await clock.pass(250)
    expect(answer).toBe(1)
    expect(new Set(appended.map(({ writer, writerSequence }) => `${writer} ${writerSequence}`))).toEqual(new Set(['w/0 1']))
  })

  it('takes what came while it was full in few batches', async () => {
    let room = 0
    const { sender, batches, clock } = setUp({ room: () => room })
    const answers = [sender.send('s', ['a'])]
    await clock.pass(20)
    answers.push(sender.send('s', ['b']))
    await clock.pass(20)
    answers.push(sender.send('s', ['c', 'd']))
    room = plenty
    await clock.pass(250)
    expect(await Promise.all(answers)).toEqual([1, 1, 1])
    expect(batches('s')).toEqual([['a', 'b', 'c', 'd']])
  })

  it('is given up when time is up: what was not accepted is not sent any more', async () => {
    let room = 0
    const { sender, batches, clock } = setUp({ room: () => room })
    const given = sender.send('s', ['a', 'b'], { timeout: 100 })
    const patient = sender.send('s', ['c'])
    given.catch(() => {})
    await clock.pass(100)
    await expect(given).rejects.toMatchObject({ code: 'timeout' })
    await expect(given).rejects.toThrow('0 of 2 records accepted')
    room = plenty
    await clock.pass(250)
    expect(await patient).toBe(1)
    expect(batches('s')).toEqual([['c']])
  })

  it('keeps what it accepted of a send that gave up', async () => {
    let room = 1
    const { sender, batches, clock } = setUp({ room: () => room, cut: { batchRecords: 2 } })
    const given = sender.send('s', ['a', 'b', 'c'], { timeout: 100 })
    given.catch(() => {})
    await clock.pass(100)
    await expect(given).rejects.toThrow('2 of 3 records accepted')
    room = plenty
    const next = sender.send('s', ['d'])
    await clock.pass(250)
    expect(await next).toBe(2)
    expect(batches('s')).toEqual([['a', 'b'], ['d']])
  })

  it('does not keep a sender from closing once everybody has given up', async () => {
    const { sender, clock } = setUp({ room: () => 0 })
    sender.send('s', ['a'], { timeout: 50 }).catch(() => {})
    sender.sendOnce('s', ['b'], 'mine', 1, { timeout: 50 }).catch(() => {})
    let closed = false
    const closing = sender.close().then(() => {
      closed = true
    })
    await clock.pass(1000)
    expect(closed).toBe(true)
    await closing
    expect(clock.sleepers).toBe(0)
  })

  it('leaves no timer behind when there was room after all', async () => {
    const { sender, clock } = setUp()
    await sender.send('s', ['a'], { timeout: 60_000 })
    await sender.sendOnce('s', ['b'], 'mine', 1, { timeout: 60_000 })
    await quiet()
    expect(clock.sleepers).toBe(0)
  })
})

describe('a send that fails', () => {
  it('fails all that wait, and what comes next is a new writer: nobody knows whether the batch arrived', async () => {
    const { sender, parts, appended, batches } = setUp({ cut: { batchRecords: 2 } })
    const { append } = parts
    parts.append = async (batch) => {
      await append(batch)
      throw new Error('the answer was lost')
    }
    const sent = [sender.send('s', ['a']), sender.send('s', ['b', 'c', 'd']), sender.send('s', ['e'])]
    for (const each of sent) await expect(each).rejects.toThrow('the answer was lost')
    parts.append = append
    expect(await sender.send('s', ['f'])).toBe(2)
    expect(appended.map(({ writer, writerSequence }) => [writer, writerSequence])).toEqual([
      ['w/0', 1],
      ['w/1', 1],
    ])
    expect(batches('s')).toEqual([['a', 'b'], ['f']])
  })

  it('is not one whose pointer the scheduler did not take: the reconciler finds it', async () => {
    const { sender, parts } = setUp()
    parts.enqueue = async () => {
      throw new Error('no connection')
    }
    expect(await sender.send('s', ['a'])).toBe(1)
    expect(await sender.send('s', ['b'])).toBe(2)
    await sender.close()
  })
})

describe('a log that has lost what it had accepted', () => {
  it('is sent on to: the batch in hand goes again as a new writer, and what was lost is told', async () => {
    const { sender, appended, batches, lost, enqueued, goBack } = setUp()
    for (const text of ['a', 'b', 'c', 'd']) await sender.send('s', [text])
    goBack('s', 2)
    expect(await Promise.all([sender.send('s', ['e']), sender.send('s', ['f'])])).toEqual([3, 3])
    expect(await sender.send('s', ['g'])).toBe(4)
    expect(batches('s')).toEqual([['a'], ['b'], ['e', 'f'], ['g']])
    expect(lost).toEqual([['s', 2]])
    expect(appended.slice(4).map(({ writer, writerSequence }) => [writer, writerSequence])).toEqual([
      ['w/0', 5],
      ['w/1', 1],
      ['w/1', 2],
    ])
    await sender.close()
    expect(enqueued.flat().slice(4)).toEqual([
      { kind: 'stage', stream: 's', sequence: 3 },
      { kind: 'stage', stream: 's', sequence: 4 },
    ])
  })

  it('says so each time, and of each stream apart', async () => {
    const { sender, batches, lost, goBack } = setUp()
    for (const text of ['a', 'b']) for (const stream of ['s', 't']) await sender.send(stream, [text])
    goBack('s', 1)
    await sender.send('t', ['c'])
    await sender.send('s', ['c'])
    await sender.send('s', ['d'])
    goBack('s', 2)
    await sender.send('s', ['e'])
    expect(lost).toEqual([
      ['s', 1],
      ['s', 1],
    ])
    expect([batches('s'), batches('t')]).toEqual([
      [['a'], ['c'], ['e']],
      [['a'], ['b'], ['c']],
    ])
  })

  it('may be full just then: the batch waits under its new number', async () => {
    let room = plenty
    const { sender, batches, lost, goBack, clock } = setUp({ room: () => room })
    for (const text of ['a', 'b', 'c']) await sender.send('s', [text])
    goBack('s', 1)
    room = 0
    const waiting = sender.send('s', ['d'])
    await clock.pass(20)
    room = plenty
    await clock.pass(20)
    expect(await waiting).toBe(2)
    expect(batches('s')).toEqual([['a'], ['d']])
    expect(lost).toEqual([['s', 2]])
  })

  it('is not one that kept the batch in hand and lost only its answer', async () => {
    const { sender, parts, batches, goBack, lost } = setUp()
    const { append } = parts
    for (const text of ['a', 'b', 'c']) await sender.send('s', [text])
    // As the connection does it: the answer does not come, the connection ends, the same command goes to whoever is there now.
    parts.append = async (batch) => {
      parts.append = append
      await append(batch)
      goBack('s', 4)
      return append(batch)
    }
    expect(await sender.send('s', ['d'])).toBe(4)
    expect(batches('s').flat()).toEqual(['a', 'b', 'c', 'd'])
    expect(lost).toEqual([])
  })

  it('keeps every record once and in order, but for those it was told are lost, wherever the log goes back', async () => {
    const steps = fc.array(
      fc.oneof(
        { weight: 4, arbitrary: fc.record({ send: fc.array(fc.integer(), { minLength: 1, maxLength: 5 }) }) },
        fc.record({ back: fc.nat(3) }),
      ),
      { maxLength: 20 },
    )
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const { sender, batches, lost, goBack } = setUp({ cut: { batchRecords: 2 } })
        let next = 0
        const forgotten = new Set<string>()
        let dropped = 0
        // A writer of which the log knows nothing any more is new to it, and is not told: its first batch stays.
        let first = 0
        for (const step of all) {
          if ('send' in step) {
            const texts = step.send.map(() => String(next++))
            await sender.send('s', texts)
            continue
          }
          const there = batches('s')
          const left = Math.min(there.length, Math.max(first + 1, there.length - step.back))
          for (const text of there.slice(left).flat()) forgotten.add(text)
          dropped += there.length - left
          if (left < there.length) first = left
          goBack('s', left)
          await sender.send('s', [String(next++)])
        }
        expect(batches('s').flat()).toEqual(Array.from({ length: next }, (_, i) => String(i)).filter((text) => !forgotten.has(text)))
        expect(lost.reduce((sum, [, batches]) => sum + batches, 0)).toBe(dropped)
      }),
    )
  })

  it('fails a batch that is numbered first and refused all the same: going on would go on for ever', async () => {
    const { sender, parts } = setUp()
    parts.append = async () => ({ status: 'gap', last: 3 })
    await expect(sender.send('s', ['a'])).rejects.toMatchObject({ code: 'writer-gap' })
  })
})

describe('sendOnce', () => {
  it('remembers the last ten thousand writers, so that one for each request does not fill the memory', async () => {
    const { sender, appended } = setUp({ room: () => 1_000_000_000 })
    await sender.sendOnce('s', ['a'], 'first', 1)
    for (let n = 1; n < 10_000; n++) await sender.sendOnce('s', ['a'], `writer ${n}`, 1)
    await sender.sendOnce('s', ['b'], 'first', 2)
    expect(appended.at(-1)).toMatchObject({ writer: 'first', continues: true })
    // Now the oldest of all.
    await sender.sendOnce('s', ['b'], 'one more', 1)
    await sender.sendOnce('s', ['b'], 'writer 1', 2)
    expect(appended.at(-1)).toMatchObject({ writer: 'writer 1', continues: false })
  })

  it('counts a repetition once, and answers its number, or for one long past the last', async () => {
    const { sender, batches } = setUp()
    expect(await sender.sendOnce('s', ['a'], 'mine', 1)).toBe(1)
    expect(await sender.sendOnce('s', ['b'], 'mine', 2)).toBe(2)
    expect(await sender.sendOnce('s', ['b'], 'mine', 2)).toBe(2)
    await sender.sendOnce('s', ['c'], 'other', 1)
    expect(await sender.sendOnce('s', ['b'], 'mine', 2)).toBe(2)
    expect(await sender.sendOnce('s', ['a'], 'mine', 1)).toBe(3)
    expect(batches('s')).toEqual([['a'], ['b'], ['c']])
  })

  it('refuses to leave a gap, and says what is missing', async () => {
    const { sender, batches } = setUp()
    await sender.sendOnce('s', ['a'], 'mine', 7)
    await expect(sender.sendOnce('s', ['c'], 'mine', 9)).rejects.toMatchObject({ code: 'writer-gap' })
    await expect(sender.sendOnce('s', ['c'], 'mine', 9)).rejects.toThrow('number 9 after 7')
    expect(await sender.sendOnce('s', ['b'], 'mine', 8)).toBe(2)
    expect(await sender.sendOnce('s', ['c'], 'mine', 9)).toBe(3)
    expect(batches('s')).toEqual([['a'], ['b'], ['c']])
  })

  it('answers a repetition also when the stream is full', async () => {
    let room = plenty
    const { sender } = setUp({ room: () => room })
    await sender.sendOnce('s', ['a'], 'mine', 1)
    room = 0
    expect(await sender.sendOnce('s', ['a'], 'mine', 1)).toBe(1)
  })

  it('gives up when time is up, and may be said again', async () => {
    let room = 0
    const { sender, batches, clock } = setUp({ room: () => room })
    const given = sender.sendOnce('s', ['a'], 'mine', 1, { timeout: 30 })
    given.catch(() => {})
    await clock.pass(30)
    await expect(given).rejects.toMatchObject({ code: 'timeout' })
    room = plenty
    await clock.pass(1000)
    expect(batches('s')).toEqual([])
    expect(await sender.sendOnce('s', ['a'], 'mine', 1)).toBe(1)
  })
})
