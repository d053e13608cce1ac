import { isLeft, left, right } from 'fp-ts/lib/Either.js'
import { Ord } from 'fp-ts/lib/number.js'
import { isSome, none, type Option, some } from 'fp-ts/lib/Option.js'
import { aggregation, codec, store } from 'tanager'
import { max, sparseSum, sum } from 'tanager/algebra'
import { type Answers, type MergeableStore, memoryStore, type ReadableStore, readable, StoreError } from 'tanager/store'
import { describe, expect, it, test } from 'vitest'
import { mergeableStoreLaws } from '../../../../testing/laws/store/mergeable-laws.ts'
import { readableStoreLaws } from '../../../../testing/laws/store/readable-laws.ts'
import { storeLaws } from '../../../../testing/laws/store/store-laws.ts'
import { failing } from './failing.ts'

const seed = 1
const keys = ['a', 'b', 'c']
const refused = ['\ud800']

const counters = (aggregated = sum) => memoryStore(store('counters', { key: codec.string, sum: aggregated }))

const joined = aggregation<string>({
  value: codec.string,
  semigroup: { concat: (a, b) => a + b },
})
const texts = () => memoryStore(store('texts', { key: codec.string, sum: joined }))
const highest = max(Ord)
const highs = () => memoryStore(store('highs', { key: codec.string, sum: highest }))

describe('the memory store', () => {
  const suites = {
    'of sums': mergeableStoreLaws({ open: () => counters(), aggregation: sum, keys, values: [1, 2, -1, 0], refused, runs: 100 }),
    'of sums that let zeros go': mergeableStoreLaws({
      open: () => counters(sparseSum),
      aggregation: sparseSum,
      keys,
      values: [1, 2, -1, 0],
      refused,
    }),
    'of what does not commute': mergeableStoreLaws({ open: texts, aggregation: joined, keys, values: ['x', 'y', 'z'], refused }),
    'of maxima': mergeableStoreLaws({ open: highs, aggregation: highest, keys, values: [1, 2, 3], refused }),
    'as a store': storeLaws({ open: () => counters(), keys, values: [1, 2, 3], refused }),
  }
  for (const [what, suite] of Object.entries(suites)) for (const { name, check } of suite) test(`${what}: ${name}`, check)
})

describe('a map that is read', () => {
  for (const { name, check } of readableStoreLaws({ open: () => readable(new Map([['ann', 1]])), known: [['ann', 1]], unknown: ['bob'] })) {
    test(name, check)
  }
})

type Counters = MergeableStore<string, number>
type Reads = ReadableStore<string, number>

/** A store with something about it that is not as it should be. */
const wrong = (change: (good: Counters) => Partial<Counters>) => () => {
  const good = counters()
  return { ...good, ...change(good) }
}

const later = () => new Promise((resolve) => setImmediate(resolve))
const zeroed = (answer: Answers<Option<number>>[number]) => (isLeft(answer) || isSome(answer.right) ? answer : right(some(0)))

const brokenReads: readonly (readonly [what: string, law: string, sentence: RegExp, change: (good: Counters) => Partial<Reads>])[] = [
  [
    'leaves out what is not there',
    'multiGet',
    /multiGet\(\["b"\]\) gives 0 answers to 1 questions/,
    ({ multiGet }) => ({ multiGet: (asked) => async () => (await multiGet(asked)()).filter((each) => isLeft(each) || isSome(each.right)) }),
  ],
  [
    'answers a key that comes twice once',
    'multiGet',
    /multiGet\(\["a", "a"\]\) gives 1 answers to 2 questions/,
    ({ multiGet }) => ({ multiGet: (asked) => multiGet([...new Set(asked)]) }),
  ],
  [
    'answers in an order of its own',
    'multiGet',
    /answer 0 of multiGet\(\["b", "a"\]\) is some\(1\), not none/,
    ({ multiGet }) => ({ multiGet: (asked) => multiGet([...asked].sort()) }),
  ],
  [
    'does not tell absent from 0',
    'get',
    /get\("b"\) is some\(0\), not none/,
    ({ get }) => ({ get: (key) => async () => zeroed(await get(key)()) }),
  ],
  [
    'answers something for nothing',
    'no keys',
    /multiGet\(\[\]\) gives 1 answers to 0 questions/,
    ({ multiGet }) => ({ multiGet: (asked) => (asked.length > 0 ? multiGet(asked) : async () => [right(none)]) }),
  ],
  [
    'lets one key fail the others',
    'refused',
    /answer 0 of multiGet\(.*\) is "failed", not "some"/,
    ({ multiGet }) => ({
      multiGet: (asked) => async () => {
        const answers = await multiGet(asked)()
        return answers.find(isLeft) === undefined ? answers : asked.map(() => answers.find(isLeft) as Answers<never>[number])
      },
    }),
  ],
  [
    'rejects',
    'refused',
    /it failed: no such key/,
    ({ get }) => ({ get: (key) => (refused.includes(key) ? () => Promise.reject(new Error('no such key')) : get(key)) }),
  ],
]

describe('a store that is read is caught where it', () => {
  it.each(brokenReads)('%s', async (_what, law, sentence, change) => {
    const open = async () => {
      const good = counters()
      await good.put('a', some(1))()
      return { ...good, ...change(good) }
    }
    const found = await failing(readableStoreLaws({ open, known: [['a', 1]], unknown: ['b'], refused, seed }))
    expect(found[law]).toMatch(sentence)
  })
})

const shaky = new StoreError('service', 'away', { retryable: true })

const brokenWrites: readonly (readonly [what: string, law: string, sentence: RegExp, change: (good: Counters) => Partial<Counters>])[] = [
  [
    'forgets a put',
    'put',
    /after put\("a", some\(-?\d\)\), get\("a"\) is none, not some/,
    () => ({ put: () => async () => right(undefined) }),
  ],
  [
    'keeps what was removed',
    'put',
    /get\(".*"\) is some\(-?\d\), not none/,
    ({ put }) => ({ put: (key, value) => (isSome(value) ? put(key, value) : async () => right(undefined)) }),
  ],
  [
    'writes to another key too',
    'put',
    /get\(".*"\) is some/,
    ({ put }) => ({
      put: (key, value) => async () => {
        await put('a', value)()
        return put(key, value)()
      },
    }),
  ],
  [
    'lets the first of two puts stay',
    'multiPut',
    /multiGet\(.*\) after multiPut\(\[\[(.*), .*\], \[\1, .*\]\]\) is/,
    ({ multiPut }) => ({
      multiPut: (entries) => async () => {
        await multiPut([...entries].reverse())()
        return entries.map(() => right(undefined))
      },
    }),
  ],
  [
    'puts before it is asked to',
    'lazy',
    /before a put that was not run is some\(\d\), not none/,
    ({ put }) => ({
      put: (key, value) => {
        const done = put(key, value)()
        return () => done
      },
    }),
  ],
  [
    'answers what it answered the first time',
    'lazy',
    /get\(".*"\) run again after it was is none, not some/,
    ({ get }) => ({
      get: (key) => {
        let answer: ReturnType<ReturnType<typeof get>> | undefined
        return () => {
          answer ??= get(key)()
          return answer
        }
      },
    }),
  ],
  [
    'lets one key fail the others',
    'refused',
    /answer 1 of multiPut of .* is "failed", not "done"/,
    ({ multiPut }) => ({
      multiPut: (entries) => async () => {
        const answers = await multiPut(entries)()
        return answers.find(isLeft) === undefined ? answers : answers.map(() => left(shaky))
      },
    }),
  ],
  ['has another way to get one', 'get', /answer 0 of get of each of .* is none, not some/, () => ({ get: () => async () => right(none) })],
]

describe('a store that is written is caught where it', () => {
  it.each(brokenWrites)('%s', async (_what, law, sentence, change) => {
    const found = await failing(storeLaws<string, number>({ open: wrong(change), keys, values: [1, 2, 3], refused, seed }))
    expect(found[law]).toMatch(sentence)
  })

  it.each(brokenReads.filter(([, law]) => law === 'multiGet' || law === 'no keys'))(
    '%s, as it may be read',
    async (_what, law, _, change) => {
      expect(await failing(storeLaws<string, number>({ open: wrong(change), keys, values: [1, 2, 3], seed }))).toHaveProperty([law])
    },
  )
})

const brokenMerges: readonly (readonly [what: string, law: string, sentence: RegExp, change: (good: Counters) => Partial<Counters>])[] = [
  [
    'answers the value after',
    'merge',
    /merge\("a", 2\) into none is some\(2\), not none/,
    ({ merge, get }) => ({
      merge: (key, delta) => async () => {
        await merge(key, delta)()
        return get(key)()
      },
    }),
  ],
  [
    'answers 0 for a key that was absent',
    'merge',
    /into none is some\(0\), not none/,
    ({ merge }) => ({ merge: (key, delta) => async () => zeroed(await merge(key, delta)()) }),
  ],
  [
    'puts the delta',
    'merge',
    /the total after merge\(.*\) into some\(.\) is some\(.\), not some/,
    ({ get, put }) => ({
      merge: (key, delta) => async () => {
        const before = await get(key)()
        await put(key, some(delta))()
        return before
      },
    }),
  ],
  [
    'answers the value before all of many',
    'multiMerge',
    /answer 1 of multiMerge\(\[\["(.)", 2\], \["\1", 2\]\]\) into \[\] is none, not some\(2\)/,
    ({ multiGet, multiMerge }) => ({
      multiMerge: (entries) => async () => {
        const before = await multiGet(entries.map(([key]) => key))()
        await multiMerge(entries)()
        return before
      },
    }),
  ],
  [
    'loses one of two that come together',
    'at once',
    /merged at once into .*: 2 into .*; that comes to some\(.\) in no order/,
    ({ get, put }) => ({
      merge: (key, delta) => async () => {
        const before = await get(key)()
        await later()
        await put(key, some(isLeft(before) || !isSome(before.right) ? delta : before.right.value + delta))()
        return before
      },
    }),
  ],
  [
    'merges before it is asked to',
    'lazy merge',
    /before a merge that was not run is some\(2\), not none/,
    ({ merge }) => ({
      merge: (key, delta) => {
        const done = merge(key, delta)()
        return () => done
      },
    }),
  ],
  [
    'merges once however often it is run',
    'lazy merge',
    /run twice is none, not some\(2\)/,
    ({ merge }) => ({
      merge: (key, delta) => {
        let done: ReturnType<ReturnType<typeof merge>> | undefined
        return () => {
          done ??= merge(key, delta)()
          return done
        }
      },
    }),
  ],
  ['says it is idempotent, and adds', 'idempotent', /2, 2 and 2 again, merged, is some\(6\), not some\(4\)/, () => ({ idempotent: true })],
]

describe('a store that merges is caught where it', () => {
  it.each(brokenMerges)('%s', async (_what, law, sentence, change) => {
    const suite = mergeableStoreLaws<string, number>({ open: wrong(change), aggregation: sum, keys, values: [2, 3], seed })
    expect((await failing(suite))[law]).toMatch(sentence)
  })

  it('keeps totals that are worth no more than none', async () => {
    const suite = mergeableStoreLaws({ open: () => counters(), aggregation: sparseSum, keys, values: [1, -1], seed })
    const found = await failing(suite)
    expect(found['empty totals']).toMatch(/get\("."\) after put of 0 is some\(0\), not none/)
    expect(found.merge).toMatch(/the total after merge/)
  })

  it('never answers', async () => {
    const open = wrong(() => ({ merge: () => () => new Promise(() => {}) }))
    const suite = mergeableStoreLaws<string, number>({ open, aggregation: sum, keys, values: [2, 3], seed, patience: 20, runs: 5 })
    expect((await failing(suite)).merge).toMatch(/no answer within 20 ms/)
  })

  it('writes its maxima last one wins, out of order', async () => {
    const open = () => {
      const good = highs()
      return {
        ...good,
        merge: (key: string, delta: number) => () =>
          good
            .put(key, some(delta))()
            .then(() => right(none)),
      }
    }
    const found = await failing(mergeableStoreLaws<string, number>({ open, aggregation: highest, keys, values: [1, 2, 3], seed }))
    expect(found).toHaveProperty('merge')
    expect(found).toHaveProperty('idempotent')
  })
})

test('each example has a store of its own, which is closed whatever is found', async () => {
  const lent = { opened: 0, closed: 0 }
  const open = () => {
    lent.opened += 1
    return wrong(() => ({ merge: () => () => Promise.reject(new Error('torn')) }))()
  }
  const close = () => {
    lent.closed += 1
  }
  const found = await failing(mergeableStoreLaws<string, number>({ open, close, aggregation: sum, keys, values: [2, 3], seed, runs: 10 }))
  expect(found.merge).toBe('mergeableStoreLaws: merge: it failed: torn\n(seed 1)')
  expect(lent.opened).toBeGreaterThan(50)
  expect(lent.closed).toBe(lent.opened)
})

test('a broken law comes with its smallest example, and under the same seed again', async () => {
  const open = wrong(({ put }) => ({ put: (key, value) => put(key, isSome(value) && value.value === 3 ? some(4) : value) }))
  const tried = () => failing(storeLaws<string, number>({ name: 'mine', open, keys, values: [1, 2, 3], seed: 7 }))
  const { put } = await tried()
  expect(put).toMatch(/^mine: put: after put\("(.)", some\(3\)\), get\("\1"\) is some\(4\), not some\(3\)\n\(seed 7\)$/)
  expect((await tried()).put).toBe(put)
})

test('laws can be left out, with a reason', async () => {
  const open = wrong(() => ({ merge: () => async () => right(none) }))
  const options = { open, aggregation: sum, keys, values: [2, 3], seed } as const
  const broken = Object.keys(await failing(mergeableStoreLaws<string, number>(options)))
  expect(broken).toEqual(['merge', 'at once', 'lazy merge'])
  const except = Object.fromEntries(broken.map((law) => [law, 'it counts nothing']))
  expect(await failing(mergeableStoreLaws<string, number>({ ...options, except }))).toEqual({})
  expect(() => mergeableStoreLaws<string, number>({ ...options, except: { merge: '' } })).toThrow('gives no reason')
})
