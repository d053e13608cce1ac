import { describe, expect, it } from 'vitest'
import { aggregation } from '../../../core/algebra/aggregation.ts'
import { sum } from '../../../core/algebra/index.ts'
import { int } from '../../../core/codec/int.ts'
import { string } from '../../../core/codec/string.ts'
import { unframe } from '../../../core/engine/frame.ts'
import type { Log, Pointer } from '../../../core/engine/log.ts'
import { job } from '../../../core/job.ts'
import { source } from '../../../core/producer/fluent.ts'
import { store } from '../../../core/slot/slot.ts'
import { handEngine } from './hand-engine.ts'

const words = source('words', { item: string })
const numbers = source('numbers', { item: int })
const counts = store('counts', { key: string, sum })
const total = store('total', { key: string, sum })

const counting = job('counting', words.map((word) => [word, 1] as const).sumByKey(counts))
const chained = job(
  'chained',
  words
    .map((word) => [word, 1] as const)
    .sumByKey(counts)
    .map(([, { delta }]) => ['all', delta] as const)
    .sumByKey(total),
)

type Hand = ReturnType<typeof handEngine>

/** Batches through their stage, each a batch of its own, and the scheduler's memory wiped. */
async function inInbox(hand: Hand, batches: readonly (readonly string[])[]): Promise<void> {
  for (const batch of batches) await hand.stage('words', await hand.append('words', batch))
  hand.told.length = 0
}

const positions = async ({ log }: Hand) => (await log.progress()).stores.get('counts')?.map(({ position, pending }) => [position, pending])

describe('a drain', () => {
  it('merges all that waits with one read and one write of each key', async () => {
    const calls: string[] = []
    const hand = handEngine(counting, {
      between: (log) => ({
        ...log,
        readValuesAt: async (store, partition, position, keys) => {
          calls.push(`read ${keys.join(' ')}`)
          return log.readValuesAt(store, partition, position, keys)
        },
        commitSum: async (commit) => {
          calls.push(`commit ${commit.entries.length}: ${commit.puts.flat().join(' ')}`)
          return log.commitSum(commit)
        },
      }),
    })
    await inInbox(hand, [['a', 'b'], ['a', 'c'], ['a']])
    expect(await hand.drain('counts')).toEqual({ status: 'done' })
    expect(calls).toEqual(['read a b c', 'commit 3: a 3 b 1 c 1'])
  })

  it('takes no more than its limits in one step, but always something', async () => {
    const steps: number[] = []
    const between = (log: Log): Log => ({
      ...log,
      commitSum: async (commit) => {
        steps.push(commit.entries.length)
        return log.commitSum(commit)
      },
    })
    const batches = Array.from({ length: 6 }, (_, i) => [`key-${i}`, `other-${i}`])
    const byKeys = handEngine(counting, { between, limits: { drainKeys: 4 } })
    await inInbox(byKeys, batches)
    await byKeys.drain('counts')
    expect(steps.splice(0)).toEqual([2, 2, 2])
    const byBytes = handEngine(counting, { between, limits: { drainBytes: 1 } })
    await inInbox(byBytes, batches)
    await byBytes.drain('counts')
    expect(steps.splice(0)).toEqual([1, 1, 1, 1, 1, 1])
    const oneKey = handEngine(counting, { between, limits: { drainKeys: 1 } })
    await inInbox(oneKey, batches)
    await oneKey.drain('counts')
    expect(steps).toEqual([1, 1, 1, 1, 1, 1])
  })

  it('tells the scheduler where it stopped when its turn is over', async () => {
    const hand = handEngine(counting, {
      limits: { drainBytes: 1, turn: 15 },
      between: (log, clock) => ({
        ...log,
        readInbox: async (...args) => {
          await clock.pass(10)
          return log.readInbox(...args)
        },
      }),
    })
    await inInbox(hand, [['a'], ['b'], ['c'], ['d'], ['e']])
    expect(await hand.drain('counts')).toEqual({ status: 'done' })
    expect(hand.told).toEqual([{ kind: 'sum', store: 'counts', partition: 0, position: 2 }])
    await hand.runAll()
    expect(await hand.held('counts')).toEqual({ a: '1', b: '1', c: '1', d: '1', e: '1' })
    expect(await positions(hand)).toEqual([[5, 0]])
  })

  it('has nothing to say of an empty inbox', async () => {
    const hand = handEngine(counting)
    expect(await hand.drain('counts')).toEqual({ status: 'done' })
    expect(hand.told).toEqual([])
  })

  it('changes nothing if another has been there since it looked', async () => {
    let meanwhile: (() => Promise<unknown>) | undefined
    const hand = handEngine(counting, {
      between: (log) => ({
        ...log,
        readValuesAt: async (...args) => {
          const values = await log.readValuesAt(...args)
          const act = meanwhile
          meanwhile = undefined
          await act?.()
          return values
        },
      }),
    })
    await inInbox(hand, [['a']])
    meanwhile = () => hand.drain('counts')
    expect(await hand.drain('counts')).toEqual({ status: 'done' })
    expect(await hand.held('counts')).toEqual({ a: '1' })
    expect(await positions(hand)).toEqual([[1, 0]])
  })

  it('comes back later when the output is full, and goes on when there is room', async () => {
    const hand = handEngine(chained, { limits: { drainBytes: 1, handBack: 7 }, room: { stream: 5 } })
    await inInbox(hand, [['a'], ['b']])
    const others = [{ kind: 'stage', stream: 'counts', sequence: 1 }]
    const next = { kind: 'sum', store: 'counts', partition: 0, position: 1 }
    expect(await hand.drain('counts')).toEqual({ status: 'done' })
    expect(await hand.held('counts')).toEqual({ a: '1' })
    expect(hand.told).toEqual([...others, next])
    expect(await hand.drain('counts', 0, 1)).toEqual({ status: 'later', milliseconds: 7 })
    await hand.stage('counts', 1)
    expect(await hand.drain('counts', 0, 1)).toEqual({ status: 'done' })
    await hand.runAll()
    expect(await hand.held('total')).toEqual({ all: '2' })
  })

  it('waits for room once, however often it was told of: else those who would make room hardly have their turn', async () => {
    const hand = handEngine(chained, { limits: { drainBytes: 1 }, room: { stream: 5 } })
    await inInbox(hand, [['a'], ['b'], ['c']])
    await hand.drain('counts')
    const told = ({ kind, ...place }: Pointer) => ('position' in place ? [`${kind} at ${place.position}`] : [])
    // Of those told of before, which all come at their time, none comes again.
    for (const position of [0, 0, 0]) expect(await hand.drain('counts', 0, position)).toEqual({ status: 'done' })
    expect(new Set(hand.told.flatMap(told))).toEqual(new Set(['sum at 1']))
    expect(await hand.drain('counts', 0, 1)).toMatchObject({ status: 'later' })
  })

  it('tells of what it changed, with the true total before', async () => {
    const hand = handEngine(chained)
    await inInbox(hand, [
      ['a', 'a'],
      ['a', 'b'],
    ])
    await hand.drain('counts')
    await inInbox(hand, [['a']])
    await hand.drain('counts')
    const [first, second] = await hand.log.range('counts', 1, 10)
    expect([...unframe(first?.payload ?? ''), ...unframe(second?.payload ?? '')]).toEqual(['["a",3]', '["b",1]', '["a",1,3]'])
  })
})

describe('a merge that goes wrong', () => {
  const exact = aggregation<number>({
    id: 'no thirteen',
    value: int,
    commutative: true,
    semigroup: {
      concat: (a, b) => {
        if (a + b === 13) throw new Error('unlucky')
        return a + b
      },
    },
  })

  it('costs the delta that goes wrong, and no other', async () => {
    const lucky = store('lucky', { key: string, sum: exact })
    const hand = handEngine(job('j', numbers.map((n) => ['all', n] as const).sumByKey(lucky)))
    for (const n of ['6', '7', '5', '1']) await hand.stage('numbers', await hand.append('numbers', [n]))
    await hand.drain('lucky')
    expect(await hand.held('lucky')).toEqual({ all: '12' })
    expect(await hand.log.deadLetters({ limit: 10 })).toMatchObject([
      { node: 'merge', stream: 'lucky', sequence: 0, record: '["all",7]', error: 'unlucky' },
    ])
  })

  // The sum of what is merged in one go may be too large to be written, though each total on the way can be.
  it('tells of each delta apart where together they cannot be told of', async () => {
    const most = Number.MAX_SAFE_INTEGER
    const whole = store('whole', {
      key: string,
      sum: aggregation<number>({ value: int, commutative: true, semigroup: { concat: (a, b) => a + b } }),
    })
    const hand = handEngine(
      job(
        'j',
        numbers
          .map((n) => ['all', n] as const)
          .sumByKey(whole)
          .map(([, { delta }]) => ['seen', delta > 0 ? 1 : -1] as const)
          .sumByKey(total),
      ),
    )
    const batch = async (n: number) => hand.stage('numbers', await hand.append('numbers', [String(n)]))
    await batch(-10)
    await hand.drain('whole')
    await batch(most)
    await batch(5)
    await hand.drain('whole')
    expect(await hand.held('whole')).toEqual({ all: String(most - 5) })
    const [, second] = await hand.log.range('whole', 1, 10)
    expect(unframe(second?.payload ?? '')).toEqual([`["all",${most},-10]`, `["all",5,${most - 10}]`])
  })
})
