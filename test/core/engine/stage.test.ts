import { describe, expect, it } from 'vitest'
import { aggregation } from '../../../core/algebra/aggregation.ts'
import { sum } from '../../../core/algebra/index.ts'
import { string } from '../../../core/codec/string.ts'
import { job } from '../../../core/job.ts'
import { source } from '../../../core/producer/fluent.ts'
import { store } from '../../../core/slot/slot.ts'
import { handEngine } from './hand-engine.ts'

const words = source('words', { item: string })
const others = source('others', { item: string })
const counts = store('counts', { key: string, sum })
const text = store('text', { key: string, sum: aggregation<string>({ value: string, semigroup: { concat: (a, b) => a + b } }) })

const counting = job('counting', words.map((word) => [word, 1] as const).sumByKey(counts))
const ordered = job(
  'ordered',
  words
    .merge(others)
    .map((word) => ['all', word] as const)
    .sumByKey(text),
)

const drainOf = (store: string, position: number) => ({ kind: 'sum', store, partition: 0, position })

describe('a stage', () => {
  it('commits a batch once, whoever runs it', async () => {
    const hand = handEngine(counting)
    await hand.append('words', ['a', 'a', 'b'])
    for (let i = 0; i < 3; i++) expect(await hand.stage('words', 1)).toEqual({ status: 'done' })
    expect(hand.told).toEqual([drainOf('counts', 0)])
    await hand.runAll()
    expect(await hand.held('counts')).toEqual({ a: '2', b: '1' })
  })

  it('tells of an inbox only if nobody was told of it', async () => {
    const hand = handEngine(counting)
    for (const word of ['a', 'b']) await hand.stage('words', await hand.append('words', [word]))
    expect(hand.told.splice(0)).toEqual([drainOf('counts', 0)])
    await hand.drain('counts')
    await hand.stage('words', await hand.append('words', ['c']))
    expect(hand.told).toEqual([drainOf('counts', 2)])
  })

  it('hands its batch back when an inbox is full, and leaves no trace', async () => {
    const hand = handEngine(counting, { limits: { handBack: 9 }, room: { inbox: 5 } })
    await hand.append('words', ['a'])
    await hand.append('words', ['b'])
    await hand.stage('words', 1)
    expect(await hand.stage('words', 2)).toEqual({ status: 'later', milliseconds: 9 })
    expect((await hand.log.progress()).streams.get('words')).toMatchObject({ watermark: 1, backlog: 1, records: 1 })
    await hand.drain('counts')
    expect(await hand.stage('words', 2)).toEqual({ status: 'done' })
  })

  it('refuses what its plan does not know: a worker of another plan takes it', async () => {
    const hand = handEngine(counting)
    await expect(hand.stage('gone', 1)).rejects.toMatchObject({ code: 'unknown-slot' })
    await expect(hand.drain('gone')).rejects.toMatchObject({ code: 'unknown-slot' })
    await expect(hand.run({ kind: 'sink', sink: 'gone', sequence: 1 })).rejects.toMatchObject({ code: 'unknown-slot' })
  })
})

describe('a stage before an ordered store', () => {
  it('tells of an inbox when there is something in it that may be merged', async () => {
    const hand = handEngine(ordered)
    for (const word of ['a', 'b', 'c']) await hand.append('words', [word])
    await hand.stage('words', 3)
    await hand.stage('words', 2)
    expect(hand.told).toEqual([])
    await hand.drain('text')
    expect(await hand.held('text')).toEqual({})
    await hand.stage('words', 1)
    expect(hand.told).toEqual([drainOf('text', 0)])
    await hand.drain('text')
    expect(await hand.held('text')).toEqual({ all: 'abc' })
  })

  // The last batch to come adds nothing to this inbox, but its mark sets free what waits there.
  it('tells of an inbox that its mark sets free, though it adds nothing to it', async () => {
    const odd = job(
      'odd',
      words
        .filter((word) => word !== 'none')
        .map((word) => ['all', word] as const)
        .sumByKey(text),
    )
    const hand = handEngine(odd)
    for (const word of ['none', 'b']) await hand.append('words', [word])
    await hand.stage('words', 2)
    expect(hand.told).toEqual([])
    await hand.stage('words', 1)
    expect(hand.told).toEqual([drainOf('text', 0)])
  })

  it('does not wait for one stream to merge what came of another', async () => {
    const hand = handEngine(ordered)
    await hand.append('words', ['a'])
    await hand.append('words', ['b'])
    await hand.append('others', ['x'])
    await hand.stage('words', 2)
    await hand.stage('others', 1)
    expect(hand.told).toEqual([drainOf('text', 0)])
    await hand.drain('text')
    expect(await hand.held('text')).toEqual({ all: 'x' })
  })

  // Everything in the full inbox waits for the one batch that the full inbox would turn away.
  it('lets in the batch that all others wait for, however full the inbox is', async () => {
    const hand = handEngine(ordered, { room: { inbox: 20 } })
    for (const word of ['a', 'b', 'c', 'd']) await hand.append('words', [word])
    await hand.stage('words', 2)
    await hand.stage('words', 3)
    expect(await hand.stage('words', 4)).toMatchObject({ status: 'later' })
    expect(await hand.stage('words', 1)).toEqual({ status: 'done' })
    await hand.runAll()
    await hand.stage('words', 4)
    await hand.runAll()
    expect(await hand.held('text')).toEqual({ all: 'abcd' })
  })

  it('turns away the next batch, too, while there is something to merge', async () => {
    const hand = handEngine(ordered, { room: { inbox: 10 } })
    for (const word of ['a', 'b']) await hand.append('words', [word])
    await hand.stage('words', 1)
    expect(await hand.stage('words', 2)).toMatchObject({ status: 'later' })
  })
})
