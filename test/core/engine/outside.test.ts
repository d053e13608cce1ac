import fc from 'fast-check'
import { codec, job, source, store } from 'tanager'
import { sum } from 'tanager/algebra'
import { describe, expect, it } from 'vitest'
import type { Log } from '../../../core/engine/log.ts'
import type { Job } from '../../../core/job.ts'
import { OutsideStore } from '../../platforms/bullmq/outside-store.ts'
import { handEngine } from './hand-engine.ts'

const words = source('words', { item: codec.string })
const counts = store('counts', { key: codec.string, sum })
const total = store('total', { key: codec.string, sum })
// The totals of one store are kept outside; what it passes on is summed inside, and must come to the same.
const chained = job(
  'chained',
  words
    .map((word) => [word, word === 'x' ? Number.MAX_SAFE_INTEGER : 1] as const)
    .sumByKey(counts)
    .map(([, { delta }]) => ['all', delta] as const)
    .sumByKey(total),
) as unknown as Job

/** Dies, or does not hear of it, at the steps that are asked for. */
function dying(log: Log, dies: () => 'before' | 'after' | undefined): Log {
  return {
    ...log,
    commitSum: async (commit) => {
      const when = commit.store === 'counts' ? dies() : undefined
      if (when === 'before') throw new Error('died before the second step')
      const done = await log.commitSum(commit)
      if (when === 'after') throw new Error('died after the second step')
      return done
    },
  }
}

async function untilDone(run: () => Promise<{ readonly status: string }>): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const outcome = await run().catch(() => undefined)
    if (outcome?.status === 'done') return
  }
  throw new Error('it never ends')
}

describe('totals in a store outside', () => {
  it('once law: count each record once, and pass each change on once, wherever workers die', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 8 }),
        fc.infiniteStream(fc.constantFrom<'done' | 'refused' | 'unanswered'>('done', 'done', 'refused', 'unanswered')),
        fc.infiniteStream(fc.constantFrom('before', 'after', undefined, undefined)),
        fc.constantFrom(1, 30, 10_000),
        async (batches, fates, deaths, drainBytes) => {
          const outside = new OutsideStore<string, number>(() => fates.next().value)
          const hand = handEngine(chained, {
            partitions: 2,
            stores: { counts: outside as never },
            limits: { drainBytes },
            between: (log) => dying(log, () => deaths.next().value),
          })
          for (const batch of batches) {
            await hand.stage('words', await hand.append('words', batch))
            if (batch.includes('a')) await hand.drain('counts', 0).catch(() => {})
          }
          for (const partition of [0, 1]) await untilDone(() => hand.drain('counts', partition))
          // Who died after the second step told nobody of what it left to do: that is the reconciler's.
          hand.told.push(...(await hand.log.pending(1000)).pointers)
          await hand.runAll()
          const sent = batches.flat()
          const expected = Object.fromEntries(['a', 'b', 'c'].map((word) => [word, sent.filter((each) => each === word).length]))
          const held: Record<string, number> = { a: 0, b: 0, c: 0 }
          for await (const [key, value] of outside.entries()) held[key] = value
          expect(held).toEqual(expected)
          expect(await hand.held('total')).toEqual({ all: String(sent.length) })
        },
      ),
      { numRuns: 200 },
    ))

  it('bury a delta once that they cannot take', async () => {
    let first = true
    const outside = new OutsideStore<string, number>()
    const hand = handEngine(chained, {
      stores: { counts: outside as never },
      between: (log) => dying(log, () => (first ? 'before' : undefined)),
    })
    await hand.stage('words', await hand.append('words', ['x']))
    await hand.stage('words', await hand.append('words', ['x', 'a']))
    await expect(hand.drain('counts')).rejects.toThrow('died before')
    first = false
    await hand.drain('counts')
    expect(await hand.log.deadLetters({ limit: 9 })).toMatchObject([{ node: 'merge', record: `["x",${Number.MAX_SAFE_INTEGER}]` }])
    expect(outside.commits).toHaveLength(1)
  })

  it.each([
    ['is behind: brought back from a copy', 0],
    ['is further ahead than one step: the log has lost its tail', 9],
  ])('are not merged into a store that %s', async (_why, position) => {
    const outside = new OutsideStore<string, number>()
    const hand = handEngine(chained, { stores: { counts: outside as never } })
    await hand.stage('words', await hand.append('words', ['a']))
    await hand.drain('counts')
    outside.move(0, position)
    await hand.stage('words', await hand.append('words', ['a']))
    await expect(hand.drain('counts')).rejects.toMatchObject({
      code: 'store-mismatch',
      message: expect.stringContaining(`the store has merged ${position} entries, the log has let go of 1`),
    })
    expect(outside.commits).toHaveLength(1)
  })
})
