import { left, right } from 'fp-ts/lib/Either.js'
import { Ord } from 'fp-ts/lib/number.js'
import { none, some } from 'fp-ts/lib/Option.js'
import { aggregation, codec, store } from 'tanager'
import { max, sum } from 'tanager/algebra'
import { backoff, type Clock, clockOf, idempotent, memoryStore, retrying } from 'tanager/store'
import { describe, expect, it, vi } from 'vitest'
import { HandClock } from '../../engine/hand-clock.ts'
import { away, spied } from './spy.ts'

const key = codec.string
const counters = () => memoryStore(store('counters', { key, sum }))
const highs = () => memoryStore(store('highs', { key, sum: max(Ord) }))
const plain = { key, first: 10, random: () => 1 }

/** Lets hours pass until a task has ended. */
async function ended<A>(clock: HandClock, task: Promise<A>): Promise<A> {
  let over = false
  const end = task.finally(() => {
    over = true
  })
  while (!over) await clock.pass(1000)
  return end
}

describe('a retrying store', () => {
  it('asks again for the keys that failed, after waits that double', async () => {
    const clock = new HandClock()
    const waits: number[] = []
    const slept: Clock = {
      now: clock.now,
      sleep: (ms, stop) => {
        waits.push(ms)
        return clock.sleep(ms, stop)
      },
    }
    const { spy, calls } = spied(counters(), (_call, each, times) => (each === 'b' && times < 4 ? 'failed' : 'done'))
    const answers = await ended(clock, retrying(spy, { ...plain, clock: slept }).multiGet(['a', 'b', 'c'])())
    expect(answers).toEqual([right(none), right(none), right(none)])
    expect(calls).toEqual([
      ['get', ['a', 'b', 'c']],
      ['get', ['b']],
      ['get', ['b']],
      ['get', ['b']],
    ])
    expect(waits).toEqual([10, 20, 40])
  })

  it('gives up after so many attempts, and at once where it cannot go well', async () => {
    const clock = new HandClock()
    const { spy, calls } = spied(counters(), () => 'failed')
    expect(await ended(clock, retrying(spy, { ...plain, clock, attempts: 3 }).get('a')())).toEqual(left(away))
    expect(calls.length).toBe(3)
    const answer = await retrying(counters(), { ...plain, clock }).get('\ud800')()
    expect(answer).toMatchObject({ left: { retryable: false } })
  })

  it('stops when it is told to', async () => {
    const clock = new HandClock()
    const stop = new AbortController()
    const { spy, calls } = spied(counters(), () => 'failed')
    const asking = retrying(spy, { ...plain, clock, stop: stop.signal }).get('a')()
    await clock.pass(0)
    stop.abort()
    expect(await asking).toEqual(left(away))
    expect(calls.length).toBe(1)
    expect(await retrying(spy, { ...plain, clock, stop: stop.signal }).get('a')()).toEqual(left(away))
    expect(calls.length).toBe(2)
  })

  it('puts again, which changes nothing', async () => {
    const clock = new HandClock()
    const kept = counters()
    const { spy } = spied(kept, (_call, _key, times) => (times < 3 ? 'unanswered' : 'done'))
    expect(await ended(clock, retrying(spy, { ...plain, clock }).put('a', some(5))())).toEqual(right(undefined))
    expect(kept.entries()).toEqual([['a', 5]])
  })

  it('does not put again what was put over in the same call', async () => {
    const clock = new HandClock()
    const kept = counters()
    let first = true
    const { spy } = spied(kept, () => {
      if (!first) return 'done'
      first = false
      return 'failed'
    })
    const entries = [
      ['a', some(1)],
      ['a', some(2)],
    ] as const
    const answers = await ended(clock, retrying(spy, { ...plain, clock }).multiPut(entries)())
    expect(answers).toEqual([left(away), right(undefined)])
    expect(kept.entries()).toEqual([['a', 2]])
  })

  it('never merges again what may have been merged', async () => {
    const clock = new HandClock()
    const kept = counters()
    const { spy, calls } = spied(kept, () => 'unanswered')
    expect(await retrying(spy, { ...plain, clock }).merge('a', 5)()).toEqual(left(away))
    expect(calls.length).toBe(1)
    expect(kept.entries()).toEqual([['a', 5]])
  })

  it('merges again where that is known to change nothing', async () => {
    const clock = new HandClock()
    const kept = highs()
    const { spy, calls } = spied(kept, (_call, _key, times) => (times < 3 ? 'unanswered' : 'done'))
    const answer = await ended(clock, retrying(idempotent(spy), { ...plain, clock, merges: true }).merge('a', 5)())
    // The value before has the delta in it: the first merge was done, and nobody was told.
    expect(answer).toEqual(right(some(5)))
    expect(calls.length).toBe(3)
    expect(kept.entries()).toEqual([['a', 5]])
  })

  it('is not told to merge again by mistake', () => {
    const clock = new HandClock()
    // @ts-expect-error: nothing says that merging again changes nothing.
    expect(() => retrying(counters(), { ...plain, clock, merges: true })).toThrow('the merges of this store are not idempotent')
    expect(() => idempotent(counters())).toThrow('not idempotent')
    // Merged again after another, the earlier of two would win.
    const latest = aggregation<number>({ value: codec.int, semigroup: { concat: (_, b) => b }, idempotent: true })
    expect(() => idempotent(memoryStore(store('latest', { key, sum: latest })))).toThrow('not idempotent')
    // @ts-expect-error: a store that is written needs to know its keys.
    retrying(counters(), { clock })
    expect(() => retrying(counters(), { ...plain, clock, attempts: 0 })).toThrow('retrying: attempts')
    expect(() => backoff({ first: 10, longest: 5 })).toThrow('backoff; got {"first":10,"longest":5}')
  })
})

describe('waits', () => {
  it('double up to the longest, and are cut by chance to no less than a half', () => {
    const [shortest, longest] = [0, 1].map((chance) => backoff({ first: 100, longest: 1000, random: () => chance }))
    expect([1, 2, 3, 4, 5, 2000].map((n) => longest?.(n))).toEqual([100, 200, 400, 800, 1000, 1000])
    expect([1, 2, 3, 4, 5, 2000].map((n) => shortest?.(n))).toEqual([50, 100, 200, 400, 500, 500])
  })
})

describe('the clock of a runtime', () => {
  it('tells its time and wakes by it', async () => {
    vi.useFakeTimers({ now: 5 })
    try {
      const clock = clockOf(globalThis)
      expect(clock.now()).toBe(5)
      const slept = clock.sleep(1000).then(() => clock.now())
      await vi.advanceTimersByTimeAsync(1000)
      expect(await slept).toBe(1005)
      const stop = new AbortController()
      const early = clock.sleep(1000, stop.signal)
      stop.abort(new Error('enough'))
      await expect(early).rejects.toThrow('enough')
      await expect(clock.sleep(1000, stop.signal)).rejects.toThrow('enough')
      expect(vi.getTimerCount()).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })
})
