import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sum } from '../../../core/algebra/index.ts'
import { string } from '../../../core/codec/string.ts'
import { atHand } from '../../../core/engine/at-hand.ts'
import type { Pointer } from '../../../core/engine/log.ts'
import { partitionOf } from '../../../core/engine/partition.ts'
import { job } from '../../../core/job.ts'
import { source } from '../../../core/producer/fluent.ts'
import { sink, store } from '../../../core/slot/slot.ts'
import { handEngine } from './hand-engine.ts'

const words = source('words', { item: string })
const counts = store('counts', { key: string, sum })
const kept = sink('kept', { item: string })
const counting = job(
  'counting',
  words
    .write(kept)
    .map((word) => [word, 1] as const)
    .sumByKey(counts),
)
const delivered = { kept: { write: async () => {} } }

/** One whose first batch has gone all the way: how long inboxes are is known. */
async function drained(records: readonly string[]) {
  const hand = handEngine(counting, { drainsAtHand: true, partitions: 4, sinks: delivered })
  await hand.append('words', records)
  await hand.stage('words', 1)
  expect(hand.told).toContainEqual(expect.objectContaining({ kind: 'sum' }))
  await hand.runAll()
  return hand
}

const sumOf = (partition: number): Pointer => ({ kind: 'sum', store: 'counts', partition, position: 0 })
const stageOf = (sequence: number): Pointer => ({ kind: 'stage', stream: 'words', sequence })

function told() {
  const all: Pointer[] = []
  return { all, enqueue: async (pointers: readonly Pointer[]) => void all.push(...pointers) }
}

describe('drains at hand', () => {
  it('are run by whoever commits: what was added is merged when its batch is done, and no scheduler hears of it', async () => {
    const hand = await drained(['a'])
    await hand.append('words', ['a', 'b', 'c', 'd', 'a'])
    expect(await hand.stage('words', 2)).toEqual({ status: 'done' })
    expect(await hand.held('counts')).toEqual({ a: '3', b: '1', c: '1', d: '1' })
    expect(hand.told).toEqual([{ kind: 'sink', sink: 'kept', sequence: 2 }])
  })

  it('are told of where inboxes are long, and as long as nobody has looked', async () => {
    const hand = await drained(['a'.repeat(3000)])
    await hand.append('words', ['a'])
    await hand.stage('words', 2)
    expect(hand.told).toContainEqual({ kind: 'sum', store: 'counts', partition: partitionOf('a', 4), position: 0 })
  })

  it.each([
    ['fails', () => Promise.reject(new Error('the store is away'))],
    ['has no room', async () => ({ status: 'later', milliseconds: 50 }) as const],
  ])('that %s is told of, beside all that is no drain', async (_what, run) => {
    const far = told()
    await atHand(far, run, () => true).enqueue([stageOf(1), sumOf(0)])
    expect(far.all).toEqual([stageOf(1), sumOf(0)])
  })

  it('are waited for where the scheduler cannot be told of the rest', async () => {
    let drained = false
    const run = async () => {
      await new Promise((resolve) => setImmediate(resolve))
      drained = true
      return { status: 'done' } as const
    }
    const away = { enqueue: () => Promise.reject(new Error('Redis is away')) }
    await atHand(away, run, () => true).enqueue([stageOf(1), sumOf(0)])
    expect(drained).toBe(true)
  })

  it('come to what they come to when they are told of, however batches are cut, run and repeated', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.constantFrom('a', 'b', 'c', 'long'.repeat(600)), { minLength: 1, maxLength: 4 }), {
          minLength: 1,
          maxLength: 8,
        }),
        fc.array(fc.array(fc.nat(7), { minLength: 1, maxLength: 4 }), { maxLength: 10 }),
        async (batches, groups) => {
          const hand = handEngine(counting, { drainsAtHand: true, partitions: 3 })
          for (const records of batches) await hand.append('words', records)
          for (const group of groups) await Promise.all(group.map((pick) => hand.stage('words', (pick % batches.length) + 1)))
          hand.told.push(...batches.map((_, i) => stageOf(i + 1)))
          await hand.runAll()
          const right: Record<string, number> = {}
          for (const word of batches.flat()) right[word] = (right[word] ?? 0) + 1
          expect(await hand.held('counts')).toEqual(Object.fromEntries(Object.entries(right).map(([word, n]) => [word, `${n}`])))
        },
      ),
    ))
})
