import { Ord } from 'fp-ts/lib/number.js'
import { codec, store } from 'tanager'
import { max, sum } from 'tanager/algebra'
import {
  batched,
  cached,
  coalescing,
  convert,
  fallback,
  idempotent,
  type MergeableStore,
  memoryStore,
  mergeableStoreOf,
  readable,
  readThrough,
  retrying,
} from 'tanager/store'
import { describe, test } from 'vitest'
import { mergeableStoreLaws } from '../../../../testing/laws/store/mergeable-laws.ts'
import { readableStoreLaws } from '../../../../testing/laws/store/readable-laws.ts'
import { HandClock } from '../../engine/hand-clock.ts'

const key = codec.string
const counters = () => memoryStore(store('counters', { key, sum }))
const keys = ['a', 'b', 'c']
const values = [1, 2, -1]
const clock = new HandClock()

/** A combinator changes how a store is asked, not what it answers: each keeps the laws of the store below it. */
const stores: Readonly<Record<string, () => MergeableStore<string, number>>> = {
  batched: () => batched(counters(), { largest: 2 }),
  cached: () => cached(counters(), { key, entries: 2, absent: true, expire: { after: 5, clock } }),
  coalescing: () => coalescing(counters(), { key }),
  retrying: () => retrying(counters(), { key, clock }),
  convert: () => convert(counters(), { key: { encode: (text: string) => `:${text}` } }),
  'all of them, one over the other': () => {
    const converted = convert(counters(), { key: { encode: (text: string) => codec.tuple(codec.string).encode([text]) } })
    return cached(coalescing(batched(retrying(converted, { key, clock })), { key }), { key, entries: 10 })
  },
  'a store from its multi forms': () => {
    const { multiGet, multiPut, multiMerge } = counters()
    return mergeableStoreOf({
      idempotent: false,
      multiGet: (asked) => multiGet(asked)(),
      multiPut: (entries) => multiPut(entries)(),
      multiMerge: (entries) => multiMerge(entries)(),
    })
  },
}

for (const [what, open] of Object.entries(stores)) {
  describe(what, () => {
    const suite = mergeableStoreLaws({ open, aggregation: sum, keys, values, refused: ['\ud800'] })
    for (const { name, check } of suite) test(name, check)
  })
}

describe('retrying, merges too', () => {
  const highest = max(Ord)
  const open = () => retrying(idempotent(memoryStore(store('highs', { key, sum: highest }))), { key, clock, merges: true })
  for (const { name, check } of mergeableStoreLaws({ open, aggregation: highest, keys, values })) test(name, check)
})

const ages = new Map([['ann', 41]])
const trial = { known: [...ages], unknown: ['bob'] }

describe('reading with a second store to fall back to', () => {
  for (const { name, check } of readableStoreLaws({ ...trial, open: () => fallback(readable(ages), readable(new Map())) }))
    test(name, check)
  for (const { name, check } of readableStoreLaws({
    ...trial,
    open: () => fallback(readable(new Map()), readable(ages), { absent: true }),
  })) {
    test(`where the first has nothing: ${name}`, check)
  }
})

describe('reading through a cache', () => {
  for (const { name, check } of readableStoreLaws({ ...trial, open: () => readThrough(counters(), readable(ages)) })) test(name, check)
})
