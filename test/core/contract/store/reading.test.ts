import { isLeft, left, right } from 'fp-ts/lib/Either.js'
import { none, type Option, some } from 'fp-ts/lib/Option.js'
import { codec, job, service, source, store } from 'tanager'
import { sum } from 'tanager/algebra'
import { memory } from 'tanager/memory'
import {
  batched,
  cached,
  coalescing,
  convert,
  fallback,
  memoryStore,
  promised,
  type ReadableStore,
  readable,
  readableStoreOf,
  readThrough,
  retrying,
  StoreError,
  serviceOf,
} from 'tanager/store'
import { describe, expect, it } from 'vitest'
import { quiet } from '../../engine/hand-clock.ts'
import { away, spied } from './spy.ts'

const key = codec.string
const counters = () => memoryStore(store('counters', { key, sum }))
const down = readable<string, number>(() => Promise.reject(new Error('no route')))
const lasting = new StoreError('decode', 'cannot be read', { retryable: false })

describe('a batched store', () => {
  it('asks for what is asked in one turn together, in calls of a size', async () => {
    const { spy, calls } = spied(counters())
    const store = batched(spy, { largest: 2 })
    const [one, two, many] = await Promise.all([store.get('a')(), store.get('a')(), store.multiGet(['b', 'c', 'd'])()])
    expect(calls).toEqual([
      ['get', ['a', 'a']],
      ['get', ['b', 'c']],
      ['get', ['d']],
    ])
    expect([one, two, many]).toEqual([right(none), right(none), [right(none), right(none), right(none)]])
    await store.get('e')()
    expect(calls.length).toBe(4)
  })

  it('waits for more where it is told to, and asks all the same where waiting fails', async () => {
    const { spy, calls } = spied(counters())
    const store = batched(spy, { gather: quiet })
    const first = store.get('a')()
    await Promise.resolve()
    await Promise.all([first, store.get('b')()])
    expect(calls).toEqual([['get', ['a', 'b']]])
    const hasty = batched(spy, {
      gather: () => {
        throw new Error('no time')
      },
    })
    expect(await hasty.get('a')()).toEqual(right(none))
  })

  it('lets a call that fails cost its own keys only', async () => {
    const { spy } = spied(counters(), (_, key) => (key === 'b' ? 'failed' : 'done'))
    const store = batched(spy)
    expect(await Promise.all([store.get('a')(), store.get('b')()])).toEqual([right(none), left(away)])
  })
})

describe('a coalescing store', () => {
  it('asks once for a key that is asked for twice', async () => {
    const { spy, calls } = spied(counters())
    const store = coalescing(spy, { key })
    await Promise.all([store.get('a')(), store.multiGet(['a', 'b', 'b'])(), store.get('b')()])
    expect(calls).toEqual([
      ['get', ['a']],
      ['get', ['b']],
    ])
    await store.get('a')()
    expect(calls.length).toBe(3)
  })

  it('does not answer with what was on its way before a write', async () => {
    const kept = counters()
    const answers: (() => void)[] = []
    const late = readableStoreOf<string, number>({
      multiGet: async (keys) => {
        const found = await kept.multiGet(keys)()
        await new Promise<void>((resolve) => answers.push(resolve))
        return found
      },
    })
    const store = coalescing({ ...kept, ...late }, { key })
    const before = store.get('a')()
    await quiet()
    await store.put('a', some(1))()
    const after = store.get('a')()
    await quiet()
    answers[0]?.()
    expect(await before).toEqual(right(none))
    // What is under way since the write is joined still.
    const joined = store.get('a')()
    await quiet()
    answers[1]?.()
    expect(await Promise.all([after, joined])).toEqual([right(some(1)), right(some(1))])
    expect(answers.length).toBe(2)
  })

  it('gives a failure to all who wait, and asks anew after it', async () => {
    const { spy, calls } = spied(counters(), (_call, _key, times) => (times === 1 ? 'failed' : 'done'))
    const store = coalescing(spy, { key })
    expect(await Promise.all([store.get('a')(), store.get('a')()])).toEqual([left(away), left(away)])
    expect(await store.get('a')()).toEqual(right(none))
    expect(calls.length).toBe(2)
  })
})

describe('a store to fall back to', () => {
  const copy = readable(new Map([['a', 1]]))

  it('is asked where the first fails, and believed', async () => {
    expect(await fallback(down, copy).multiGet(['a', 'b'])()).toEqual([right(some(1)), right(none)])
  })

  it('is not asked where the first says that there is nothing', async () => {
    expect(await fallback(readable(new Map<string, number>()), copy).get('a')()).toEqual(right(none))
  })

  it('is asked there too if it holds what the first does not; that it has nothing says nothing for a first that fails', async () => {
    const both = fallback(readable(new Map<string, number>()), copy, { absent: true })
    expect(await both.multiGet(['a', 'b'])()).toEqual([right(some(1)), right(none)])
    const [found, unknown] = await fallback(down, copy, { absent: true }).multiGet(['a', 'b'])()
    expect(found).toEqual(right(some(1)))
    expect(unknown).toMatchObject({ left: { message: 'no route', retryable: true } })
  })

  it('tells of both where both fail', async () => {
    const failed = await fallback(
      down,
      readable<string, number>(() => Promise.reject(lasting)),
    ).get('a')()
    expect(failed).toMatchObject({ left: { message: 'no route; and the store to fall back to: cannot be read', retryable: true } })
  })
})

describe('reading through a cache', () => {
  it('asks the store for what the cache does not have, and gives it to the cache', async () => {
    const cache = counters()
    const { spy, calls } = spied(counters())
    await spy.multiPut([
      ['a', some(1)],
      ['b', some(2)],
    ])()
    const store = readThrough(cache, spy)
    for (let i = 0; i < 2; i++) expect(await store.multiGet(['a', 'c', 'b'])()).toEqual([right(some(1)), right(none), right(some(2))])
    expect(calls.slice(1)).toEqual([
      ['get', ['a', 'c', 'b']],
      ['get', ['c']],
    ])
    expect(cache.entries()).toEqual([
      ['a', 1],
      ['b', 2],
    ])
  })

  it('lets a cache that fails cost nothing, and keeps no failure', async () => {
    const { spy: broken } = spied(counters(), () => 'failed')
    expect(await readThrough(broken, readable(new Map([['a', 1]]))).get('a')()).toEqual(right(some(1)))
    const cache = counters()
    expect(isLeft(await readThrough(cache, down).get('a')())).toBe(true)
    expect(cache.entries()).toEqual([])
  })
})

describe('a store that somebody wrote by hand', () => {
  const rejecting: ReadableStore<string, number> = {
    get: () => () => Promise.reject(new Error('torn')),
    multiGet: () => () => Promise.reject(new Error('torn')),
  }
  const silent: ReadableStore<string, number> = { ...rejecting, multiGet: () => async () => [] }
  const over: Readonly<Record<string, (store: ReadableStore<string, number>) => ReadableStore<string, number>>> = {
    batched: (store) => batched(store),
    cached: (store) => cached(store, { key, entries: 10 }),
    coalescing: (store) => coalescing(store, { key }),
    convert: (store) => convert(store, { value: { decode: (value) => value } }),
    fallback: (store) => fallback(store, store),
    readThrough: (store) => readThrough(counters(), store),
    retrying: (store) => retrying(store, { clock: { now: Date.now, sleep: () => Promise.reject(new Error('no time')) } }),
  }

  it.each(Object.entries(over))('may reject, or answer nothing, under %s', async (_what, combine) => {
    for (const [store, what] of [
      [rejecting, 'torn'],
      [silent, '0 answers to 2 keys'],
    ] as const) {
      const failed = { left: { message: expect.stringContaining(what) } }
      expect(await combine(store).multiGet(['a', 'b'])()).toMatchObject([failed, failed])
    }
  })

  it('may be of a class', async () => {
    class Ages {
      readonly #ages = new Map([['ann', 41]])
      get(name: string) {
        return readable(this.#ages).get(name)
      }
      multiGet(names: readonly string[]) {
        return readable(this.#ages).multiGet(names)
      }
    }
    for (const combine of Object.values(over)) expect(await combine(new Ages()).get('ann')()).toEqual(right(some(41)))
    expect(await promised(new Ages()).get('ann')).toBe(41)
  })
})

describe('what may be read as a store', () => {
  it('is a client’s reader, a transactional store, a Map, a function', async () => {
    const reader = {
      multiGet: async (keys: readonly string[]): Promise<readonly Option<number>[]> => keys.map((text) => some(text.length)),
    }
    expect(await readable(reader).get('abc')()).toEqual(right(some(3)))
    expect(await readable((text: string) => text.length).multiGet(['a', 'bc'])()).toEqual([right(some(1)), right(some(2))])
    expect(await readable(new Map([['a', 1]])).get('b')()).toEqual(right(none))
    expect(() => readable(3 as never)).toThrow('the service given to readable')
  })

  it('fails every key where it answers too little', async () => {
    const answers = await readable<string, number>({ multiGet: async () => [none] }).multiGet(['a', 'b'])()
    for (const answer of answers) {
      expect(answer).toMatchObject({
        left: { code: 'invalid-binding', retryable: false, message: expect.stringContaining('got "1 answers to 2 keys"') },
      })
    }
  })

  it('keeps the code of what failed, and knows what will fail again', async () => {
    expect(await down.get('a')()).toMatchObject({ left: { code: 'service', retryable: true, message: 'no route' } })
    expect(await counters().get('\ud800')()).toMatchObject({ left: { code: 'encode', retryable: false } })
  })
})

describe('a store as the service of a job', () => {
  it('answers its keys', async () => {
    const { words, found, joined } = joinedJob()
    const { stores } = await memory()
      .on(joined)
      .run({ words: ['a', 'b'], found: serviceOf(readable(new Map([['a', 5]]))) })
    expect(stores.sums).toEqual(new Map([['all', 5]]))
    expect([words.node, found.kind]).toEqual([words.node, 'service'])
  })

  it('fails the batch with what failed', async () => {
    await expect(serviceOf(down).multiGet(['a'])).rejects.toThrow('no route')
  })
})

function joinedJob() {
  const words = source('words', { item: codec.string })
  const found = service('found', { key: codec.string, value: codec.int })
  const sums = store('sums', { key: codec.string, sum })
  const pairs = words.map((word) => [word, 0] as const).leftJoin(found)
  const joined = job('joined', pairs.map(([, [, value]]) => ['all', value._tag === 'Some' ? value.value : 0] as const).sumByKey(sums))
  return { words, found, joined }
}

describe('a store as promises', () => {
  it('does all that the store does', async () => {
    const clicks = promised(counters())
    expect(await clicks.merge('a', 2)).toBeUndefined()
    expect(await clicks.merge('a', 3)).toBe(2)
    await clicks.multiPut([
      ['b', 7],
      ['a', undefined],
    ])
    expect(await clicks.multiGet(['a', 'b'])).toEqual([undefined, 7])
    expect(
      await clicks.multiMerge([
        ['b', 1],
        ['b', 1],
      ]),
    ).toEqual([7, 8])
    await clicks.put('b', undefined)
    expect(await clicks.get('b')).toBeUndefined()
  })

  it('has no more than the store has, and rejects', async () => {
    const reads = promised(down)
    expect(Object.keys(reads)).toEqual(['get', 'multiGet'])
    await expect(reads.get('a')).rejects.toThrow(StoreError)
    await expect(reads.multiGet(['a'])).rejects.toThrow('no route')
  })
})
