import fc from 'fast-check'
import { isLeft, right } from 'fp-ts/lib/Either.js'
import { none, some } from 'fp-ts/lib/Option.js'
import { codec, store } from 'tanager'
import { sum } from 'tanager/algebra'
import { cached, memoryStore } from 'tanager/store'
import { describe, expect, it } from 'vitest'
import { HandClock, quiet } from '../../engine/hand-clock.ts'
import { spied } from './spy.ts'

const key = codec.string
const counters = () => memoryStore(store('counters', { key, sum }))

describe('a cached store', () => {
  it('asks once', async () => {
    const { spy, calls } = spied(counters())
    await spy.put('a', some(1))()
    const store = cached(spy, { key, entries: 10 })
    expect(await store.get('a')()).toEqual(right(some(1)))
    expect(await store.multiGet(['a', 'b', 'a'])()).toEqual([right(some(1)), right(none), right(some(1))])
    expect(calls.slice(1)).toEqual([
      ['get', ['a']],
      ['get', ['b']],
    ])
  })

  it('remembers what is absent only if it is told to', async () => {
    const [forgets, remembers] = [spied(counters()), spied(counters())]
    const stores = [cached(forgets.spy, { key, entries: 10 }), cached(remembers.spy, { key, entries: 10, absent: true })]
    for (const store of stores) for (let i = 0; i < 3; i++) expect(await store.get('a')()).toEqual(right(none))
    expect([forgets.calls.length, remembers.calls.length]).toEqual([3, 1])
  })

  it('keeps as many as it may, those used last', async () => {
    const { spy, calls } = spied(counters())
    const store = cached(spy, { key, entries: 2, absent: true })
    for (const each of ['a', 'b', 'a', 'c', 'a', 'b']) await store.get(each)()
    expect(calls.map(([, keys]) => keys[0])).toEqual(['a', 'b', 'c', 'b'])
  })

  it('forgets what is too old, counted from when it was asked', async () => {
    const clock = new HandClock()
    const { spy, calls } = spied(counters(), async () => {
      await clock.sleep(30)
      return 'done' as const
    })
    const store = cached(spy, { key, entries: 10, absent: true, expire: { after: 100, clock } })
    const first = store.get('a')()
    await clock.pass(30)
    await first
    await clock.pass(69)
    await store.get('a')()
    expect(calls.length).toBe(1)
    await clock.pass(1)
    const second = store.get('a')()
    await clock.pass(30)
    await second
    expect(calls.length).toBe(2)
  })

  it('never remembers a failure', async () => {
    const { spy, calls } = spied(counters(), (_call, _key, times) => (times === 1 ? 'failed' : 'done'))
    const store = cached(spy, { key, entries: 10, absent: true })
    expect(isLeft(await store.get('a')())).toBe(true)
    expect(await store.get('a')()).toEqual(right(none))
    expect(calls.length).toBe(2)
  })

  it('forgets what is written through it, also by a write that failed', async () => {
    const { spy } = spied(counters(), (call) => (call === 'merge' ? 'unanswered' : 'done'))
    const store = cached(spy, { key, entries: 10, absent: true })
    await store.get('a')()
    await store.put('a', some(1))()
    expect(await store.get('a')()).toEqual(right(some(1)))
    expect(isLeft(await store.merge('a', 2)())).toBe(true)
    expect(await store.get('a')()).toEqual(right(some(3)))
  })

  it('does not remember an answer of before a write that came after it', async () => {
    const kept = counters()
    let answer = () => {}
    let slow = true
    const { spy } = spied(kept, (call) => {
      if (call !== 'get' || !slow) return 'done' as const
      slow = false
      // What it answers is read before the write: see below.
      return new Promise((resolve) => {
        answer = () => resolve('done')
      })
    })
    // Reads at once, answers late.
    const early = {
      ...spy,
      multiGet: (keys: readonly string[]) => async () => {
        const found = await kept.multiGet(keys)()
        await spy.multiGet(keys)()
        return found
      },
    }
    const store = cached(early, { key, entries: 10, absent: true })
    const reading = store.get('a')()
    await quiet()
    await store.put('a', some(1))()
    answer()
    expect(await reading).toEqual(right(none))
    expect(await store.get('a')()).toEqual(right(some(1)))
  })

  it('reads what it wrote, whatever is under way', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom('a', 'b'), fc.constantFrom('get', 'put', 'merge')), { maxLength: 12 }),
        fc.infiniteStream(fc.nat({ max: 3 })),
        async (steps, turns) => {
          const waits = turns[Symbol.iterator]()
          const some_ = spied(counters(), async () => {
            for (let n = waits.next().value as number; n > 0; n--) await Promise.resolve()
            return 'done' as const
          })
          const store = cached(some_.spy, { key, entries: 1, absent: true })
          await Promise.all(
            steps.map(async ([each, step], i) => {
              if (step === 'get') await store.get(each)()
              else if (step === 'put') await store.put(each, some(i))()
              else await store.merge(each, i)()
            }),
          )
          // Once all is done, what is remembered is what is there.
          for (const each of ['a', 'b']) expect(await store.get(each)()).toEqual(await some_.spy.get(each)())
        },
      ),
    )
  })

  it('refuses no room', () => {
    expect(() => cached(counters(), { key, entries: 0 })).toThrow('cached: entries; got 0; allowed: a whole number above 0')
    const expire = { after: Number.NaN, clock: Date }
    expect(() => cached(counters(), { key, entries: 1, expire })).toThrow('cached: expire.after')
    // @ts-expect-error: the codec of other keys.
    cached(counters(), { key: codec.int, entries: 1 })
  })

  it('tells keys apart by their text', async () => {
    const pair = codec.tuple(codec.string, codec.int)
    const { spy, calls } = spied(memoryStore(store('pairs', { key: pair, sum })))
    const pairs = cached(spy, { key: pair, entries: 10, absent: true })
    await pairs.get(['a', 1])()
    await pairs.get(['a', 1])()
    expect(calls.length).toBe(1)
    expect(isLeft(await pairs.get(['\ud800', 1])())).toBe(true)
    expect(calls.length).toBe(1)
  })
})
