import fc from 'fast-check'
import { isSome } from 'fp-ts/lib/Option.js'
import { codec, job, source, store } from 'tanager'
import { sum } from 'tanager/algebra'
import { describe, expect, it } from 'vitest'
import type { Log } from '../../../core/engine/log.ts'
import type { Job } from '../../../core/job.ts'
import { contents } from '../../platforms/bullmq/deployed.ts'
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

const amounts = source('amounts', { item: codec.tuple(codec.string, codec.int) })
const added = job(
  'added',
  amounts
    .sumByKey(counts)
    .map(([, { delta }]) => ['all', delta] as const)
    .sumByKey(total),
) as unknown as Job

async function untilDone(run: () => Promise<{ readonly status: string }>): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const outcome = await run().catch(() => undefined)
    if (outcome?.status === 'done') return
  }
  throw new Error('it never ends')
}

function sumsOf(pairs: readonly (readonly [string, number])[]): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const [key, n] of pairs) sums[key] = (sums[key] ?? 0) + n
  return sums
}

const without0 = (sums: Readonly<Record<string, number>>) => Object.fromEntries(Object.entries(sums).filter(([, n]) => n !== 0))

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

  it('nothing vanishes: what they refuse is among the dead letters, delta by delta, and counts once the store takes it', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.integer({ min: -3, max: 9 })), { minLength: 1, maxLength: 5 }), {
          minLength: 1,
          maxLength: 10,
        }),
        fc.record({
          // No key of its kind, a column that is too small, and a second index that the two of a pair share.
          key: fc.constantFrom('a', undefined),
          most: fc.constantFrom(4, 12, 1000),
          pair: fc.constantFrom(['b', 'c'], [] as string[]),
        }),
        // Bad luck comes to an end: who looks at each delta asks so often that some of it would hit every try.
        fc.array(fc.constantFrom<'done' | 'refused' | 'unanswered'>('done', 'done', 'done', 'refused', 'unanswered'), { maxLength: 60 }),
        fc.array(fc.constantFrom('before', 'after', undefined, undefined), { maxLength: 20 }),
        fc.constantFrom(30, 10_000),
        async (batches, { key: unknown, most, pair }, luck, ends, drainBytes) => {
          const [fates, deaths] = [[...luck], [...ends]]
          const outside = new OutsideStore<string, number>(() => fates.shift() ?? 'done')
          const hand = handEngine(added, {
            stores: { counts: outside as never },
            limits: { drainBytes },
            between: (log) => dying(log, () => deaths.shift()),
          })
          outside.unfit = (key, value, others) => {
            if (key === unknown) return 'no such key'
            if (isSome(value) && value.value > most) return `more than ${most}`
            return pair.includes(key) && others.some((other) => other !== key && pair.includes(other)) ? 'one of a pair' : undefined
          }
          const work = async () => {
            await untilDone(() => hand.drain('counts'))
            hand.told.push(...(await hand.log.pending(1000)).pointers)
            await hand.runAll().catch(() => {})
          }
          for (const batch of batches) {
            const records = batch.map((record) => JSON.stringify(record))
            await hand.stage('amounts', await hand.append('amounts', records))
            if (batch.length > 2) await hand.drain('counts').catch(() => {})
          }
          await work()

          const sent = sumsOf(batches.flat())
          const letters = await hand.log.deadLetters({ limit: 1000 })
          const refused = sumsOf(letters.map(({ record }) => JSON.parse(record) as [string, number]))
          const held = async () => Object.fromEntries(await contents(outside.entries()))
          const kept = await held()
          for (const key of ['a', 'b', 'c', 'd']) expect((kept[key] ?? 0) + (refused[key] ?? 0)).toBe(sent[key] ?? 0)
          for (const letter of letters) {
            expect(letter).toMatchObject({ node: 'merge', stream: 'counts' })
            expect(letter.error).toMatch(
              /the store counts does not take what comes to the key ".": (no such key|more than \d+|one of a pair)/,
            )
          }
          if (unknown !== undefined) expect(kept).not.toHaveProperty(unknown)
          expect(Math.max(0, ...Object.values(kept))).toBeLessThanOrEqual(most)
          // Nobody is refused for company.
          if (most === 1000 && pair.length === 0)
            expect(Object.keys(refused)).toEqual(unknown !== undefined && unknown in sent ? [unknown] : [])
          const passedOn = Object.values(kept).reduce((sum, each) => sum + each, 0)
          expect(Number((await hand.held('total')).all ?? 0)).toBe(passedOn)

          outside.unfit = () => undefined
          for (const { id } of letters) expect(await hand.log.retryDeadLetter(id)).toBeDefined()
          await work()
          expect(without0(await held())).toEqual(without0(sent))
          expect(await hand.log.deadLetters({ limit: 9 })).toEqual([])
          expect(Number((await hand.held('total')).all ?? 0)).toBe(Object.values(sent).reduce((sum, each) => sum + each, 0))
        },
      ),
      { numRuns: 300 },
    ))

  it('wait until they take what they refuse, if they cannot tell what that is', async () => {
    const outside = new OutsideStore<string, number>()
    const { at, multiGet, commit, entries } = outside
    const hand = handEngine(added, { stores: { counts: { at, multiGet, commit, entries: entries.bind(outside) } as never } })
    outside.unfit = (key) => (key === 'a' ? 'no such key' : undefined)
    await hand.stage('amounts', await hand.append('amounts', ['["a",1]', '["b",1]']))
    await expect(hand.drain('counts')).rejects.toMatchObject({ code: 'refused' })
    outside.unfit = () => undefined
    await hand.drain('counts')
    expect(await hand.log.deadLetters({ limit: 9 })).toEqual([])
    expect(outside.commits).toHaveLength(1)
  })

  it('bury nothing for a failure that says nothing of what they were given', async () => {
    const outside = new OutsideStore<string, number>(() => 'refused')
    outside.unfit = () => 'nothing at all'
    const hand = handEngine(added, { stores: { counts: outside as never } })
    await hand.stage('amounts', await hand.append('amounts', ['["a",1]']))
    await expect(hand.drain('counts')).rejects.toThrow('the store is away')
    expect(await hand.log.deadLetters({ limit: 9 })).toEqual([])
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
