import { describe, expect, it } from 'vitest'
import { aggregation } from '../../../core/algebra/aggregation.ts'
import { sum } from '../../../core/algebra/index.ts'
import { string } from '../../../core/codec/string.ts'
import { receiptOfAll, type SettleOptions, settle } from '../../../core/engine/settle.ts'
import { job } from '../../../core/job.ts'
import { source } from '../../../core/producer/fluent.ts'
import { sink, store } from '../../../core/slot/slot.ts'
import { quiet } from './hand-clock.ts'
import { handEngine } from './hand-engine.ts'

const words = source('words', { item: string })
const others = source('others', { item: string })
const counts = store('counts', { key: string, sum })
const total = store('total', { key: string, sum })
const text = store('text', { key: string, sum: aggregation<string>({ value: string, semigroup: { concat: (a, b) => a + b } }) })

const chained = job(
  'chained',
  words
    .map((word) => [word, 1] as const)
    .sumByKey(counts)
    .map(([, { delta }]) => ['all', delta] as const)
    .sumByKey(total),
)
const ordered = job(
  'ordered',
  words
    .merge(others)
    .map((word) => ['all', word] as const)
    .sumByKey(text),
)

const written = (name: string) => sink(name, { item: string })
const writing = job(
  'writing',
  words
    .write(written('near'))
    .write(written('kept'))
    .map((word) => [word, 1] as const)
    .sumByKey(counts)
    .map(([word]) => word)
    .write(written('far')),
)
const nowhere = { write: async () => {} }

type Hand = ReturnType<typeof handEngine>

/** A wait for a receipt, and whether it is over. */
function waiting({ log, clock, plan }: Hand, receipt: Readonly<Record<string, number>>, options: SettleOptions = {}) {
  const state = { over: false, error: undefined as unknown }
  void settle(log, clock, plan, receipt, options).then(
    () => {
      state.over = true
    },
    (error: unknown) => {
      state.over = true
      state.error = error
    },
  )
  return state
}

describe('settle', () => {
  it('waits until the batch has gone all the way down', async () => {
    const hand = handEngine(chained)
    const wait = waiting(hand, { words: await hand.append('words', ['a', 'b', 'a']) })
    const steps = [() => hand.stage('words', 1), () => hand.drain('counts'), () => hand.stage('counts', 1), () => hand.drain('total')]
    for (const step of steps) {
      await hand.clock.pass(1000)
      expect(wait.over).toBe(false)
      await step()
    }
    await hand.clock.pass(1000)
    expect(wait).toEqual({ over: true, error: undefined })
    expect(await hand.held('total')).toEqual({ all: '3' })
  })

  it('waits for all batches before it too, and for none after it', async () => {
    const hand = handEngine(chained)
    for (const word of ['a', 'b', 'c']) await hand.append('words', [word])
    const wait = waiting(hand, { words: 2 })
    await hand.stage('words', 2)
    await hand.runAll()
    await hand.clock.pass(1000)
    expect(wait.over).toBe(false)
    await hand.stage('words', 1)
    await hand.runAll()
    await hand.clock.pass(1000)
    expect(wait.over).toBe(true)
  })

  it('is over at once for a receipt of nothing', async () => {
    const hand = handEngine(chained)
    const [nothing, none] = [waiting(hand, {}), waiting(hand, { words: 0 })]
    await quiet()
    await hand.clock.pass(0)
    expect([nothing.over, none.over]).toEqual([true, true])
  })

  it('gives up when time is up, and says what it waits for', async () => {
    const hand = handEngine(chained)
    const wait = waiting(hand, { words: await hand.append('words', ['a']) }, { timeout: 100 })
    await hand.clock.pass(200)
    expect(wait.error).toMatchObject({ code: 'timeout' })
    expect(String(wait.error)).toContain('the stream words is not committed up to 1')
  })

  it('tells how far it is', async () => {
    const hand = handEngine(chained)
    const seen: number[] = []
    waiting(
      hand,
      { words: await hand.append('words', ['a']) },
      { onProgress: ({ streams }) => seen.push(streams.get('words')?.watermark ?? -1) },
    )
    await hand.clock.pass(10)
    await hand.stage('words', 1)
    await hand.clock.pass(100)
    expect(seen[0]).toBe(0)
    expect(seen.at(-1)).toBe(1)
  })

  // Entries of later batches lie in the inbox too; they are not what was asked for, and may lie there for good.
  it('does not wait for what an ordered store may not merge yet', async () => {
    const hand = handEngine(ordered)
    for (const word of ['a', 'b', 'c']) await hand.append('words', [word])
    await hand.append('others', ['x'])
    await hand.append('others', ['y'])
    await hand.stage('words', 1)
    await hand.stage('words', 3)
    await hand.stage('others', 2)
    await hand.runAll()
    const wait = waiting(hand, { words: 1 }, { timeout: 1000 })
    await hand.clock.pass(1000)
    expect(wait).toEqual({ over: true, error: undefined })
    expect(await hand.held('text')).toEqual({ all: 'a' })
  })

  // Counting must not take the entries of one stream for those of another that came to be merged first.
  it('waits for the entries that were there, not for as many others', async () => {
    const hand = handEngine(ordered, { limits: { drainBytes: 1, turn: 0 } })
    for (const other of ['x', 'y', 'z']) await hand.append('others', [other])
    await hand.stage('others', 2)
    await hand.stage('others', 3)
    await hand.stage('words', await hand.append('words', ['a']))
    const wait = waiting(hand, { words: 1 })
    await hand.clock.pass(100)
    await hand.stage('others', 1)
    for (let i = 0; i < 4; i++) {
      await hand.drain('text')
      await hand.clock.pass(100)
      const { all = '' } = (await hand.held('text')) as { all?: string }
      expect(wait.over).toBe(all.includes('a'))
    }
    expect(wait.over).toBe(true)
  })

  it('waits for what comes out at sinks that somebody delivers to, and for no other sink', async () => {
    const hand = handEngine(writing, { sinks: { near: nowhere, far: nowhere } })
    const delivers = (sink: string) => sink !== 'kept'
    const receipt = { words: await hand.append('words', ['a']) }
    const [all, none] = [waiting(hand, receipt, { delivers }), waiting(hand, receipt)]
    const sinkOf = (sink: string, sequence: number) => hand.run({ kind: 'sink', sink, sequence })
    const steps = [
      () => hand.stage('words', 1),
      () => hand.drain('counts'),
      () => sinkOf('near', 1),
      () => hand.stage('counts', 1),
      () => sinkOf('far', 1),
    ]
    for (const [at, step] of steps.entries()) {
      await hand.clock.pass(1000)
      expect([all.over, none.over]).toEqual([false, at > 3])
      await step()
    }
    await hand.clock.pass(1000)
    expect(all).toEqual({ over: true, error: undefined })
    expect((await hand.log.progress()).sinks.get('kept')).toMatchObject({ head: 1, watermark: 0 })
  })

  it('waits for no batch of a sink that came after', async () => {
    const hand = handEngine(writing, { sinks: { near: nowhere, far: nowhere } })
    await hand.stage('words', await hand.append('words', ['a']))
    const wait = waiting(hand, { words: 1 }, { delivers: (sink) => sink === 'near' })
    await hand.clock.pass(1000)
    await hand.drain('counts')
    await hand.stage('counts', 1)
    await hand.stage('words', await hand.append('words', ['b']))
    await hand.run({ kind: 'sink', sink: 'near', sequence: 1 })
    await hand.clock.pass(1000)
    expect(wait.over).toBe(true)
  })

  it('says which sink it waits for', async () => {
    const hand = handEngine(writing, { sinks: { near: nowhere, far: nowhere } })
    const wait = waiting(hand, { words: await hand.append('words', ['a']) }, { timeout: 100, delivers: (sink) => sink === 'far' })
    for (const step of [() => hand.stage('words', 1), () => hand.drain('counts'), () => hand.stage('counts', 1)]) await step()
    await hand.clock.pass(200)
    expect(String(wait.error)).toContain('the sink far has not taken everything after 100 ms')
  })

  it('knows how far everything is that was ever sent', async () => {
    const hand = handEngine(chained)
    await hand.append('words', ['a'])
    await hand.append('words', ['b'])
    expect(await receiptOfAll(hand.log)).toEqual({ words: 2, counts: 0 })
    await hand.stage('words', 1)
    await hand.runAll()
    expect(await receiptOfAll(hand.log)).toEqual({ words: 2, counts: 1 })
  })
})
