import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aggregation } from '../../../core/algebra/aggregation.ts'
import { sum } from '../../../core/algebra/index.ts'
import { string } from '../../../core/codec/string.ts'
import { unframe } from '../../../core/engine/frame.ts'
import { job } from '../../../core/job.ts'
import { source } from '../../../core/producer/fluent.ts'
import { service, sink, store } from '../../../core/slot/slot.ts'
import { handEngine } from './hand-engine.ts'

const words = source('words', { item: string })
const counts = store('counts', { key: string, sum })
const kept = sink('kept', { item: string })
const text = store('text', { key: string, sum: aggregation<string>({ value: string, semigroup: { concat: (a, b) => a + b } }) })

const counting = job(
  'counting',
  words
    .map((word) => {
      if (word === 'bad') throw new Error('no such word')
      return word
    })
    .write(kept)
    .map((word) => [word, 1] as const)
    .sumByKey(counts),
)

const batches = fc.array(fc.array(fc.constantFrom('a', 'b', 'c', 'bad', 'two\nlines'), { minLength: 1, maxLength: 6 }), {
  minLength: 1,
  maxLength: 8,
})

type Hand = ReturnType<typeof handEngine>

/** All that there is in the end. */
async function left({ log, held }: Hand) {
  const sinks = (await log.range('kept', 1, 99)).flatMap(({ payload }) => unframe(payload))
  const dead = (await log.deadLetters({ limit: 99 })).map(({ sequence, index, record, error }) => `${sequence} ${index} ${record} ${error}`)
  const { head, watermark, backlog, records } = (await log.progress()).streams.get('words') as NonNullable<
    ReturnType<Awaited<ReturnType<typeof log.progress>>['streams']['get']>
  >
  return { held: await held('counts'), sinks: sinks.sort(), dead: dead.sort(), progress: { head, watermark, backlog, records } }
}

describe('batches that are run together', () => {
  it('come to what they come to one by one, in whatever groups, and however often', () =>
    fc.assert(
      fc.asyncProperty(
        batches,
        fc.array(fc.array(fc.nat(7), { minLength: 1, maxLength: 8 }), { maxLength: 6 }),
        fc.integer({ min: 1, max: 30 }),
        async (all, groups, togetherLength) => {
          const alone = handEngine(counting)
          const hand = handEngine(counting, { limits: { togetherLength } })
          for (const each of [alone, hand]) for (const records of all) await each.append('words', records)
          for (let sequence = 1; sequence <= all.length; sequence++) await alone.stage('words', sequence)
          const every = all.map((_, i) => i + 1)
          for (const group of [...groups.map((picks) => picks.map((pick) => (pick % all.length) + 1)), every]) {
            const outcomes = await hand.together('words', group)
            expect(outcomes).toEqual(group.map(() => ({ status: 'done' })))
          }
          for (const each of [alone, hand]) await each.runAll()
          expect(await left(hand)).toEqual(await left(alone))
        },
      ),
    ))

  it('add to a key once, whatever each of them adds', async () => {
    const hand = handEngine(counting)
    for (let n = 0; n < 3; n++) await hand.append('words', ['a', 'b', 'a'])
    await hand.together('words', [3, 1, 2])
    const { entries } = await hand.log.readInbox('counts', 0, 1000)
    expect(entries.map(({ payload }) => payload)).toEqual(['Ca\nb\n[6,3]'])
  })

  it('are left to be run one by one where one of them was committed meanwhile', async () => {
    let meanwhile = async () => {}
    const hand = handEngine(counting, {
      between: (log) => ({
        ...log,
        commitStage: async (commit) => {
          const first = meanwhile
          meanwhile = async () => {}
          await first()
          return log.commitStage(commit)
        },
      }),
    })
    for (let n = 0; n < 2; n++) await hand.append('words', ['a'])
    meanwhile = async () => {
      await hand.stage('words', 2)
    }
    expect(await hand.together('words', [1, 2])).toEqual([undefined, undefined])
    expect(await hand.together('words', [1, 2])).toEqual([{ status: 'done' }, { status: 'done' }])
    await hand.runAll()
    expect(await hand.held('counts')).toEqual({ a: '2' })
  })

  it('are handed back together where there is no room', async () => {
    const hand = handEngine(counting, { limits: { handBack: 9 }, room: { inbox: 5 } })
    for (let n = 0; n < 3; n++) await hand.append('words', ['a'])
    await hand.stage('words', 1)
    const later = { status: 'later', milliseconds: 9 }
    expect(await hand.together('words', [2, 3])).toEqual([later, later])
  })

  it('ask no service, and feed no store that wants them in order', () => {
    const names = service('names', { key: string, value: string })
    const asking = job(
      'asking',
      words
        .map((word) => [word, 1] as const)
        .leftJoin(names)
        .mapValues(([n]) => n)
        .sumByKey(counts),
    )
    const ordered = job('ordered', words.map((word) => ['all', word] as const).sumByKey(text))
    expect([counting, asking, ordered].map((each) => handEngine(each as never).joins('words'))).toEqual([true, false, false])
  })
})
