import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keysOf } from '../../platforms/bullmq/keys.ts'
import { redisLog } from '../../platforms/bullmq/redis-log.ts'
import { type KeySpace, keySpace } from '../redis/redis.ts'
import { modelLog, partitionsOf, plan, type Question, questions, Replay, type Room, roomOf } from './conformance.ts'
import type { Log } from './log.ts'

let space: KeySpace
beforeAll(async () => {
  space = await keySpace()
})
afterAll(() => space.close())

type Mutate = (log: Log, room: Room) => void

let logs = 0
const room = fc.record({ stream: fc.integer({ min: 1, max: 4 }), inbox: fc.integer({ min: 1, max: 6 }) })

/** How often each question was answered how. */
const answers = new Map<string, number>()

/** Asks a fresh log in Redis and a fresh model the same, until they differ; answers where they did. */
async function difference(asked: readonly Question[], limits: Room, mutate?: Mutate) {
  logs += 1
  const model = modelLog(limits)
  mutate?.(model, limits)
  const keys = keysOf(space.prefix, `log-${logs}`)
  const real = redisLog({
    redis: space.client,
    keys,
    plan,
    partitions: partitionsOf,
    room: roomOf(limits),
    delivers: () => false,
    now: () => 0,
  })
  const replay = new Replay(model, real)
  for (const [place, question] of [...asked, { ask: 'pending' } as const, { ask: 'progress' } as const].entries()) {
    const answer = await replay.ask(question)
    const status = (answer.real as { readonly status?: string } | undefined)?.status
    if (status !== undefined) answers.set(`${question.ask}: ${status}`, (answers.get(`${question.ask}: ${status}`) ?? 0) + 1)
    if (!isDeepStrictEqual(answer.model, answer.real)) return { place, question, ...answer }
  }
  return undefined
}

describe('the log of the model and the log in Redis', () => {
  it('answer the same to whatever they are asked', async () => {
    await fc.assert(
      fc.asyncProperty(questions, room, async (asked, limits) => {
        expect(await difference(asked, limits)).toBeUndefined()
      }),
      { numRuns: 150 },
    )
    // All there is to answer was answered, and not just once.
    for (const [ask, statuses] of Object.entries({
      append: ['appended', 'repeated', 'gap', 'full'],
      commitStage: ['committed', 'already', 'full'],
      commitSum: ['committed', 'stale', 'full'],
    })) {
      for (const status of statuses) expect.soft(answers.get(`${ask}: ${status}`) ?? 0, `${ask}: ${status}`).toBeGreaterThan(3)
    }
  })

  // One that tells nothing apart would agree to everything.
  it.each<readonly [string, Mutate]>([
    [
      'takes a number again',
      (log) => {
        log.isRepeated = () => false
      },
    ],
    [
      'overlooks a gap',
      (log) => {
        log.isGap = () => false
      },
    ],
    [
      'takes what a stream has no room for',
      (log) => {
        log.isFull = () => false
      },
    ],
    [
      'takes what an inbox has no room for',
      (log) => {
        log.hasRoom = () => true
      },
    ],
    [
      'forgets what is ahead of the watermark',
      (log) => {
        log.advance = ({ watermark }, sequence) => {
          watermark.now = Math.max(watermark.now, sequence)
        }
      },
    ],
    [
      'adds early entries at once',
      (log) => {
        log.mayEnter = () => true
      },
    ],
    [
      'sets entries free the wrong way round',
      (log) => {
        const freed = log.freed.bind(log)
        log.freed = (watermark) => [...freed(watermark)].reverse()
      },
    ],
    [
      'knows of no next in line',
      (log, { inbox }) => {
        log.hasRoom = ({ length }) => length < inbox
      },
    ],
    [
      'merges from any position, whatever stands there',
      (log) => {
        log.isAt = () => true
        log.isLast = () => true
      },
    ],
    [
      'commits any batch of a number',
      (log) => {
        log.isIt = () => true
      },
    ],
    [
      'merges whatever stands at a position',
      (log) => {
        log.isLast = () => true
      },
    ],
    [
      'reads the values of any position',
      (log) => {
        log.valuesAt = ({ values }) => values
      },
    ],
    [
      'takes an unknown writer for a new one',
      (log) => {
        log.isLost = () => false
      },
    ],
    [
      'emits into an output that is full',
      (log) => {
        log.hasRoomAfter = () => true
      },
    ],
    [
      'tells of every inbox',
      (log) => {
        log.untold = (place) => log.fedBy(place)
      },
    ],
  ])('are told apart if the model %s', async (_name, mutate) => {
    const errors: unknown[] = []
    const found = await fc.check(
      fc.asyncProperty(questions, room, async (asked, limits) => {
        const different = await difference(asked, limits, mutate).catch((error: unknown) => {
          errors.push(error)
        })
        return different === undefined
      }),
      { numRuns: 300, endOnFailure: true },
    )
    // To fail is not to tell apart.
    expect(errors).toEqual([])
    expect(found.failed).toBe(true)
  })
})
