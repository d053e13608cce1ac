import { strict as assert } from 'node:assert'
import { inspect } from 'node:util'
import { afterEach, describe, expect, expectTypeOf, it, vi } from 'vitest'
import { encoded } from '../../../core/contract/encoded.ts'
import { Inbox } from '../../../platforms/simulation/log/inbox.ts'
import { Partition } from '../../../platforms/simulation/log/partition.ts'
import { Stream } from '../../../platforms/simulation/log/stream.ts'
import { driver } from '../../../testing/driver/driver.ts'
import { adding, counting, everything } from './jobs.ts'

const names = new Map([['a', 'Anna']])

describe('pipe', () => {
  it('is over when all that is due has happened', async () => {
    const app = driver(everything, { names })
    await app.pipe('words', ['a', 'b', 'a'])
    expect(app.stores).toEqual({
      counts: new Map([
        ['a', 2],
        ['b', 1],
      ]),
      total: new Map([['all', 3]]),
      text: new Map([['all', 'aba']]),
    })
    assert.deepStrictEqual(app.sinks, { out: ['Anna', 'b', 'Anna'] })
    expect(app.now).toBe(0)
  })

  it('sends what is given as one batch, or in as many as it is told', async () => {
    const [whole, cut] = [driver(counting), driver(counting, {}, { batchRecords: 2 })]
    for (const app of [whole, cut]) await app.pipe('words', new Set(['a', 'b', 'c', 'd', 'e']))
    expect([whole, cut].map((app) => app.watermark('words').head)).toEqual([1, 3])
    expect([...cut.stores.counts]).toHaveLength(5)
  })

  it('sends nothing of nothing', async () => {
    const app = driver(counting)
    await app.pipe('words', [])
    expect([app.watermark('words').head, app.history]).toEqual([0, []])
  })

  it('has batches wait where a stream is full', async () => {
    const app = driver(counting, {}, { room: { stream: 1 } })
    app.crash()
    for (const word of ['a', 'b']) await app.pipe('words', [word])
    expect(app.watermark('words')).toMatchObject({ head: 1, backlog: 1 })
    await app.restart()
    await app.advanceTime(250)
    expect([app.watermark('words').head, app.stores.counts.size]).toEqual([2, 2])
  })

  it('takes records that come bit by bit, and records as they are written', async () => {
    const app = driver(adding)
    await app.pipe(
      'numbers',
      (async function* () {
        yield 1
        yield 2
      })(),
    )
    await app.pipe('numbers', encoded(['3', 'four']))
    expect(app.stores.total.get('all')).toBe(6)
    expect(app.deadLetters).toMatchObject([{ stream: 'numbers', node: 'numbers', sequence: 2, index: 1, record: 'four' }])
  })

  it('sends nothing if one of the records cannot be written', async () => {
    const app = driver(adding)
    await expect(app.pipe('numbers', [1, 0.5])).rejects.toMatchObject({ code: 'encode' })
    await expect(app.pipe('numbers', 'ab' as never)).rejects.toMatchObject({ code: 'invalid-binding' })
    await app.pipe('numbers', [2])
    expect([app.stores.total.get('all'), app.watermark('numbers').head]).toEqual([2, 1])
  })
})

describe('what there is to see', () => {
  it('stays as it was seen', async () => {
    const app = driver(everything, { names })
    await app.pipe('words', ['a'])
    const { stores, sinks, deadLetters, emissions, history } = app
    const then = structuredClone({ stores: { ...stores }, sinks: { ...sinks }, deadLetters, emissions: { ...emissions }, history })
    await app.pipe('words', ['a', 'b'])
    expect({ stores, sinks, deadLetters, emissions, history }).toEqual(then)
    expect(app.stores).not.toEqual(stores)
  })

  it('can be compared and printed by whoever runs a test', async () => {
    const app = driver(counting)
    await app.pipe('words', ['a'])
    expect(inspect(app.stores)).toBe("{ counts: Map(1) { 'a' => 1 } }")
    expect(JSON.stringify(app.sinks)).toBe('{}')
    expect(await Promise.resolve(app.stores)).toEqual(app.stores)
    expect(() => expect(app.stores).toEqual({ counts: new Map() })).toThrow(expect.objectContaining({ name: 'AssertionError' }))
    expect(() => assert.deepEqual(app.stores, { counts: new Map() })).toThrow(expect.objectContaining({ name: 'AssertionError' }))
  })

  it('emissions: what a store has passed on, one by one', async () => {
    const app = driver(everything, { names })
    for (const words of [['a'], ['a', 'a']]) await app.pipe('words', words)
    expect(app.emissions).toEqual({
      counts: [
        ['a', { before: { _tag: 'None' }, delta: 1 }],
        ['a', { before: { _tag: 'Some', value: 1 }, delta: 2 }],
      ],
      total: [],
      text: [],
    })
  })

  it('watermark: of a source, and of a store that is read', async () => {
    const app = driver(everything, { names })
    app.crash({ before: 'commitStage', of: 'words' })
    await app.pipe('words', ['a'])
    await app.pipe('words', ['b'])
    expect(app.watermark('words')).toEqual({ head: 2, watermark: 0, backlog: 1, records: 1 })
    // The second is not merged where order counts.
    expect([app.stores.counts.get('b'), app.stores.text.get('all')]).toEqual([1, undefined])
    await app.advanceTime(1000)
    expect(app.watermark('words')).toEqual({ head: 2, watermark: 2, backlog: 0, records: 2 })
    expect(app.stores.text.get('all')).toBe('ab')
    expect(app.watermark('counts').watermark).toBe(2)
    expect(() => app.watermark('text')).toThrow('nobody reads what text passes on, so it is no stream; allowed: words, counts')
  })

  it('dead letters, with the step that refused them', async () => {
    const app = driver(adding)
    await app.pipe('numbers', [12, 13])
    expect(app.deadLetters).toMatchObject([{ node: 'lucky', record: '13', error: 'unlucky', at: 0 }])
    expect(app.stores.total.get('all')).toBe(12)
  })

  it('what stores held before, and what a bound sink was given', async () => {
    const written: unknown[] = []
    const write = async (items: readonly string[], { sequence }: { readonly sequence: number }) => {
      written.push([sequence, ...items])
    }
    const app = driver(everything, { names, counts: new Map([['a', 41]]), out: { write } })
    expect(app.stores.counts.get('a')).toBe(41)
    await app.pipe('words', ['a'])
    expect([app.stores.counts.get('a'), app.sinks.out, written]).toEqual([42, ['Anna'], [[1, 'Anna']]])
  })
})

describe('crash', () => {
  it('of all: what is piped waits until they come back', async () => {
    const app = driver(counting)
    app.crash()
    await app.pipe('words', ['a'])
    await app.advanceTime(60_000)
    expect([app.stores.counts.size, app.watermark('words')]).toEqual([0, { head: 1, watermark: 0, backlog: 1, records: 0 }])
    await app.restart()
    expect(app.stores.counts).toEqual(new Map([['a', 1]]))
  })

  it('before a step: it has not happened, and others do it once they know', async () => {
    const app = driver(counting)
    app.crash({ before: 'commitStage' })
    await app.pipe('words', ['a'])
    expect(app.history.slice(-1)).toEqual(['    0 ms  worker 1: dies waiting for commitStage words 1'])
    expect(app.watermark('words').watermark).toBe(0)
    await app.advanceTime(999)
    expect(app.stores.counts.size).toBe(0)
    await app.advanceTime(1)
    expect(app.stores.counts).toEqual(new Map([['a', 1]]))
    expect(app.history).toContain(' 1000 ms  worker 2: begins stage words 1')
  })

  it('after a step: it has happened, and nobody has heard of it', async () => {
    const app = driver(counting)
    app.crash({ after: 'commitSum', of: 'counts' })
    await app.pipe('words', ['a'])
    expect(app.history.at(-1)).toMatch(/ 0 ms {2}worker 1: commitSum counts \d 0: committed, and nobody hears it$/)
    expect(app.stores.counts).toEqual(new Map([['a', 1]]))
    await app.restart()
    await app.advanceTime(60_000)
    expect(app.stores.counts).toEqual(new Map([['a', 1]]))
  })

  it('of a client: it sends again what it has not heard of', async () => {
    const app = driver(counting)
    app.crash({ after: 'append' })
    await app.pipe('words', ['a'])
    expect(app.history.filter((line) => line.includes('append')).map((line) => line.slice(10))).toEqual([
      'client of words: dies waiting for append words client of words 1',
      'client of words: append words client of words 1: appended, and nobody hears it',
      'client of words: append words client of words 1: repeated',
    ])
    expect(app.stores.counts).toEqual(new Map([['a', 1]]))
  })

  it('of a worker that nobody replaces, one after the other', async () => {
    const app = driver(counting, {}, { workers: 2 })
    for (const word of ['a', 'b', 'c']) {
      app.crash({ before: 'read' })
      await app.pipe('words', [word])
    }
    // Two have died, and there is nobody left for the third.
    await app.advanceTime(60_000)
    expect([app.stores.counts.size, app.armed]).toEqual([0, ['crash before read']])
    await app.restart()
    await app.restart()
    expect([...app.stores.counts.keys()].sort()).toEqual(['a', 'b', 'c'])
  })
})

describe('other faults', () => {
  it('fail: a service, so often, until a later attempt', async () => {
    const app = driver(everything, { names })
    app.fail('names', { times: 2 })
    await app.pipe('words', ['a'])
    expect([app.sinks.out, app.armed]).toEqual([[], ['failure of names']])
    await app.advanceTime(20)
    expect([app.sinks.out, app.armed]).toEqual([[], []])
    await app.advanceTime(40)
    expect([app.sinks.out, app.stores.counts.get('a'), app.failed]).toEqual([['Anna'], 1, []])
  })

  it('fail: as often as it is tried, and it is set aside', async () => {
    const app = driver(everything, { names })
    app.fail('names', { times: 3 })
    await app.pipe('words', ['a'])
    await app.advanceTime(60_000)
    await app.pipe('words', ['b'])
    expect(app.failed).toMatchObject([{ pointer: { kind: 'stage', stream: 'words', sequence: 1 } }])
    expect(app.failed[0]?.error).toContain('the service names cannot be reached')
    expect([app.sinks.out, app.watermark('words')]).toMatchObject([['b'], { head: 2, watermark: 0 }])
  })

  it('fail: a sink, which is given the same again', async () => {
    const tokens: number[] = []
    const app = driver(everything, { names, out: { write: async (_, { sequence }) => void tokens.push(sequence) } })
    app.crash({ after: 'write' })
    await app.pipe('words', ['a'])
    app.fail('out')
    await app.restart()
    expect([tokens, app.sinks.out]).toEqual([[1], ['Anna']])
    await app.advanceTime(20)
    expect([tokens, app.sinks.out, app.watermark('words').watermark]).toEqual([[1, 1], ['Anna'], 1])
  })

  it('lose: found again by the reconciler', async () => {
    const app = driver(everything, { names })
    app.lose('counts')
    await app.pipe('words', ['a'])
    expect(app.history.filter((line) => /scheduler: loses sum counts \d at 0$/.test(line))).toHaveLength(1)
    await app.advanceTime(999)
    expect([app.stores.counts.size, app.sinks.out]).toEqual([0, ['Anna']])
    await app.advanceTime(1)
    expect([app.stores.counts.get('a'), app.stores.total.get('all')]).toEqual([1, 1])
  })

  it('double: work that is given out twice', async () => {
    const app = driver(counting)
    app.double()
    await app.pipe('words', ['a'])
    expect(app.history).toContain('    0 ms  scheduler: takes stage words 1, twice')
    expect(app.history.filter((line) => line.includes('begins stage words 1'))).toHaveLength(2)
    expect(app.stores.counts).toEqual(new Map([['a', 1]]))
  })

  it.each([
    ['commitStage', 'already'],
    ['commitSum', 'stale'],
  ] as const)('holdUp before %s: two at the same work', async (before, answer) => {
    const app = driver(counting)
    app.holdUp({ before, milliseconds: 70 })
    await app.pipe('words', ['a'])
    expect(app.stores.counts).toEqual(new Map([['a', 1]]))
    await app.advanceTime(70)
    expect(app.history.filter((line) => line.startsWith('   70 ms  worker 1:'))[0]).toMatch(new RegExp(`${before} .*: ${answer}$`))
    expect(app.stores.counts).toEqual(new Map([['a', 1]]))
  })
})

// A driver that could not show a mistake would be of no use.
describe('a protocol that does not check', () => {
  afterEach(() => {
    vi.restoreAllMocks()
  })

  it('whether a batch is committed already counts it twice', async () => {
    vi.spyOn(Stream.prototype, 'isCommitted').mockReturnValue(false)
    vi.spyOn(Stream.prototype, 'isThere').mockReturnValue(true)
    const app = driver(counting)
    app.holdUp({ before: 'commitStage', milliseconds: 10 })
    await app.pipe('words', ['a'])
    await app.advanceTime(10)
    expect(app.stores.counts).toEqual(new Map([['a', 2]]))
  })

  it('whether somebody else has merged since loses what they have', async () => {
    vi.spyOn(Partition.prototype, 'isAt').mockReturnValue(true)
    vi.spyOn(Inbox.prototype, 'isThere').mockReturnValue(true)
    const app = driver(counting)
    app.holdUp({ before: 'commitSum', milliseconds: 10 })
    for (let i = 0; i < 3; i++) await app.pipe('words', ['a'])
    await app.advanceTime(10)
    expect(app.stores.counts).toEqual(new Map([['a', 1]]))
  })

  it('whether a batch was sent before counts it twice', async () => {
    vi.spyOn(Stream.prototype, 'isRepeated').mockReturnValue(false)
    const app = driver(counting)
    app.crash({ after: 'append' })
    await app.pipe('words', ['a'])
    await app.advanceTime(1000)
    expect(app.stores.counts).toEqual(new Map([['a', 2]]))
  })
})

describe('time', () => {
  it('moves only when it is told to', async () => {
    const app = driver(counting)
    await app.pipe('words', ['a'])
    await app.restart()
    expect(app.now).toBe(0)
    await app.advanceTime(0.5)
    await app.advanceTime(0)
    expect(app.now).toBe(0.5)
  })

  it('takes no time where there is nothing to do', async () => {
    const app = driver(counting)
    await app.pipe('words', ['a'])
    const { length } = app.history
    await app.advanceTime(365 * 24 * 3_600_000)
    expect(app.history).toHaveLength(length)
    app.lose()
    await app.pipe('words', ['a'])
    await app.advanceTime(999)
    expect(app.stores.counts.get('a')).toBe(1)
    await app.advanceTime(1)
    expect(app.stores.counts.get('a')).toBe(2)
  })

  it('does not go back', async () => {
    const app = driver(counting)
    for (const wrong of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
      await expect(app.advanceTime(wrong)).rejects.toMatchObject({ code: 'invalid-option' })
    }
  })
})

describe('mistakes', () => {
  it('of a name are compile errors, and say which there are', async () => {
    const app = driver(everything, { names })
    const unknown = (allowed: string) => expect.objectContaining({ code: 'unknown-slot', message: expect.stringContaining(allowed) })
    // @ts-expect-error a source of that name there is none
    await expect(app.pipe('word', [])).rejects.toEqual(unknown('no source word; allowed: words'))
    // @ts-expect-error what it takes are strings
    await app.pipe('words', [1]).catch(() => {})
    // @ts-expect-error it is a store
    await expect(app.pipe('counts', [])).rejects.toEqual(unknown('no source counts; allowed: words'))
    // @ts-expect-error
    expect(() => app.stores.count).toThrow(unknown('no store count; allowed: counts, total, text'))
    // @ts-expect-error
    expect(() => app.sinks.counts).toThrow(unknown('no sink counts; allowed: out'))
    // @ts-expect-error
    expect(() => app.emissions.out).toThrow(unknown('allowed: counts, total, text'))
    // @ts-expect-error
    expect(() => app.watermark('out')).toThrow(unknown('allowed: words, counts, total, text'))
    // @ts-expect-error
    expect(() => app.fail('counts')).toThrow(unknown('no service or sink counts; allowed: names, out'))
    // @ts-expect-error
    expect(() => app.lose('names')).toThrow(unknown('no source or store or sink names'))
    // @ts-expect-error
    expect(() => app.crash({ before: 'read', of: 'word' })).toThrow(unknown('has no'))
    // @ts-expect-error a step of that name there is none
    app.crash({ before: 'commit' })
    // @ts-expect-error before or after, not both
    app.crash({ before: 'read', after: 'read' })
    expectTypeOf(app.stores.counts).toEqualTypeOf<ReadonlyMap<string, number>>()
    expectTypeOf(app.sinks.out).toEqualTypeOf<readonly string[]>()
  })

  it('of bindings', () => {
    // @ts-expect-error the service is not bound
    expect(() => driver(everything)).toThrow(expect.objectContaining({ code: 'missing-binding' }))
    // @ts-expect-error a source is not bound
    expect(() => driver(counting, { words: [] })).toThrow('words is a source, which a driver is given bit by bit')
    expect(() => driver(counting, {}, { workers: 0 })).toThrow(expect.objectContaining({ code: 'invalid-option' }))
    expect(() => driver(counting, {}, { batchRecords: 0 })).toThrow(expect.objectContaining({ code: 'invalid-option' }))
  })

  it('of a step that was not awaited', async () => {
    const app = driver(counting)
    const piped = app.pipe('words', ['a'])
    expect(() => app.stores).toThrow("job counting: stores while pipe('words', …) is not over. Wait for it: await app.pipe('words', …)")
    await expect(app.advanceTime(1)).rejects.toMatchObject({ code: 'usage' })
    expect(() => app.crash()).toThrow(expect.objectContaining({ code: 'usage' }))
    await piped
    expect(app.stores.counts.get('a')).toBe(1)
  })

  it('of a job that does not come to an end', async () => {
    const app = driver(counting, {}, { steps: 5 })
    await expect(app.pipe('words', ['a'])).rejects.toMatchObject({ code: 'timeout' })
    expect(app.history.length).toBeGreaterThan(3)
  })
})
