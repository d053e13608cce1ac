import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sum } from '../../../core/algebra/index.ts'
import { string } from '../../../core/codec/string.ts'
import { Crowding } from '../../../core/engine/crowding.ts'
import { job } from '../../../core/job.ts'
import { source } from '../../../core/producer/fluent.ts'
import { store } from '../../../core/slot/slot.ts'
import { handEngine } from './hand-engine.ts'

const words = source('words', { item: string })
const counts = store('counts', { key: string, sum })

/** An engine whose inboxes hold little, and what it does in vain. */
function crowded(inbox: number, partitions = 1) {
  const did = { run: 0, refused: 0, read: 0 }
  const counting = job(
    'counting',
    words
      .map((word) => {
        did.run += 1
        return [word, 1] as const
      })
      .sumByKey(counts),
  )
  const hand = handEngine(counting, {
    partitions,
    room: { inbox },
    between: (log) => ({
      ...log,
      read: (...args) => {
        did.read += 1
        return log.read(...args)
      },
      commitStage: async (commit) => {
        const committed = await log.commitStage(commit)
        if (committed.status === 'full') did.refused += 1
        return committed
      },
    }),
  })
  return { hand, did }
}

const picks = fc.array(fc.oneof({ weight: 4, arbitrary: fc.nat(9) }, { weight: 1, arbitrary: fc.constant('drain' as const) }), {
  maxLength: 60,
})

describe('a stage whose inboxes are full', () => {
  it('neither reads nor runs a batch again until there is room', async () => {
    const { hand, did } = crowded(5)
    for (const word of ['a', 'b', 'c']) await hand.append('words', [word])
    expect(await hand.stage('words', 1)).toEqual({ status: 'done' })
    for (let i = 0; i < 5; i++) {
      expect(await hand.stage('words', 2)).toMatchObject({ status: 'later' })
      expect(await hand.together('words', [2, 3])).toMatchObject([{ status: 'later' }, { status: 'later' }])
    }
    expect(did).toMatchObject({ run: 2, refused: 1 })
    await hand.drain('counts')
    expect(await hand.stage('words', 2)).toEqual({ status: 'done' })
    expect(did).toMatchObject({ run: 3, refused: 1 })
  })

  it('runs no more than one batch in vain for each drain', () =>
    fc.assert(
      fc.asyncProperty(picks, async (all) => {
        const { hand, did } = crowded(5)
        for (let n = 0; n < 10; n++) await hand.append('words', [`word ${n}`])
        for (const pick of all) await (pick === 'drain' ? hand.drain('counts') : hand.stage('words', pick + 1))
        expect(did.refused).toBeLessThanOrEqual(1 + all.filter((pick) => pick === 'drain').length)
      }),
    ))

  it('counts each batch once, however they crowd', () =>
    fc.assert(
      fc.asyncProperty(fc.array(picks, { maxLength: 8 }), fc.integer({ min: 1, max: 60 }), async (groups, inbox) => {
        const { hand } = crowded(inbox, 2)
        for (let n = 0; n < 10; n++) await hand.append('words', [`word ${n}`, 'all'])
        for (const group of groups) {
          await Promise.all(
            group.map((pick) =>
              pick === 'drain' ? Promise.all([hand.drain('counts', 0), hand.drain('counts', 1)]) : hand.stage('words', pick + 1),
            ),
          )
        }
        hand.told.push(...Array.from({ length: 10 }, (_, n) => ({ kind: 'stage', stream: 'words', sequence: n + 1 }) as const))
        await hand.runAll()
        expect(await hand.held('counts')).toEqual({
          all: '10',
          ...Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`word ${n}`, '1'])),
        })
      }),
    ))

  it('lets the next one pass where the one before it failed', async () => {
    const crowding = new Crowding(new Set(['counts']))
    crowding.saw({ status: 'full', where: 'inbox', name: 'counts', partition: 0 })
    const log = { hasRoom: async () => true }
    const failing = crowding.pass(log, () => Promise.reject(new Error('Redis is away')), 'later')
    const next = crowding.pass(log, async () => 'done', 'later')
    await expect(failing).rejects.toThrow('Redis is away')
    expect(await next).toBe('done')
  })

  it('looks at no ordered inbox: the batch that all others wait for is let in although it is full', async () => {
    const crowding = new Crowding(new Set(['counts']))
    crowding.saw({ status: 'full', where: 'inbox', name: 'text', partition: 0 })
    const log = { hasRoom: () => Promise.reject(new Error('not to be asked')) }
    expect(await crowding.pass(log, async () => 'done', 'later')).toBe('done')
  })
})
