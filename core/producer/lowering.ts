import { isSome, type Option } from 'fp-ts/lib/Option.js'
import type { Operator, Push, TransformVerb } from '../graph/operator.ts'
import type { Windowing } from '../time/window.ts'

type KV = readonly [unknown, unknown]
type Fn = (a: never) => unknown

function operator(verb: TransformVerb, fn: unknown, keys: Operator['keys'], push: Operator['push'], needsTime = false): Operator {
  const operations = Object.freeze([Object.freeze(fn === undefined ? { verb } : { verb, fn })])
  return Object.freeze({ operations, verbs: Object.freeze([verb]), keys, needsTime, push })
}

const pairs = (verb: TransformVerb, fn: unknown, keys: Operator['keys'], push: (down: Push) => (pair: KV) => void): Operator =>
  operator(verb, fn, keys, push as Operator['push'])

// Each verb is written out, though one could be told by another: every call a step makes it pays for each record.
/** What every synchronous verb does to one element. */
export const operators = {
  map: (fn: Fn) => operator('map', fn, 'changed', (down) => (a) => down(fn(a as never))),
  filter: (keep: Fn) =>
    operator('filter', keep, 'kept', (down) => (a) => {
      if (keep(a as never)) down(a)
    }),
  collect: (fn: Fn) =>
    operator('collect', fn, 'changed', (down) => (a) => {
      const b = fn(a as never)
      if (b !== undefined) down(b)
    }),
  optionMap: (fn: Fn) =>
    operator('optionMap', fn, 'changed', (down) => (a) => {
      const b = fn(a as never) as Option<unknown>
      if (isSome(b)) down(b.value)
    }),
  flatMap: (fn: Fn) =>
    operator('flatMap', fn, 'changed', (down) => (a) => {
      for (const b of fn(a as never) as Iterable<unknown>) down(b)
    }),
  mapKeys: (fn: Fn) =>
    pairs(
      'mapKeys',
      fn,
      'changed',
      (down) =>
        ([k, v]) =>
          down([fn(k as never), v]),
    ),
  mapValues: (fn: Fn) =>
    pairs(
      'mapValues',
      fn,
      'kept',
      (down) =>
        ([k, v]) =>
          down([k, fn(v as never)]),
    ),
  flatMapKeys: (fn: Fn) =>
    pairs('flatMapKeys', fn, 'changed', (down) => ([k, v]) => {
      for (const j of fn(k as never) as Iterable<unknown>) down([j, v])
    }),
  flatMapValues: (fn: Fn) =>
    pairs('flatMapValues', fn, 'kept', (down) => ([k, v]) => {
      for (const w of fn(v as never) as Iterable<unknown>) down([k, w])
    }),
  filterKeys: (keep: Fn) =>
    pairs('filterKeys', keep, 'kept', (down) => (pair) => {
      if (keep(pair[0] as never)) down(pair)
    }),
  filterValues: (keep: Fn) =>
    pairs('filterValues', keep, 'kept', (down) => (pair) => {
      if (keep(pair[1] as never)) down(pair)
    }),
  collectKeys: (fn: Fn) =>
    pairs('collectKeys', fn, 'changed', (down) => ([k, v]) => {
      const j = fn(k as never)
      if (j !== undefined) down([j, v])
    }),
  collectValues: (fn: Fn) =>
    pairs('collectValues', fn, 'kept', (down) => ([k, v]) => {
      const w = fn(v as never)
      if (w !== undefined) down([k, w])
    }),
  keys: pairs(
    'keys',
    undefined,
    'changed',
    (down) =>
      ([k]) =>
        down(k),
  ),
  values: pairs(
    'values',
    undefined,
    'changed',
    (down) =>
      ([, v]) =>
        down(v),
  ),
  swap: pairs(
    'swap',
    undefined,
    'changed',
    (down) =>
      ([k, v]) =>
        down([v, k]),
  ),
  keyBy: (fn: Fn) => operator('keyBy', fn, 'changed', (down) => (a) => down([fn(a as never), a])),
  prepare: (fn: Fn) =>
    pairs(
      'prepare',
      fn,
      'kept',
      (down) =>
        ([k, v]) =>
          down([k, fn(v as never)]),
    ),
  withTime: operator('withTime', undefined, 'changed', (down, record) => (a) => down([a, record.time]), true),
  window: ({ windowsOf }: Windowing) =>
    operator(
      'window',
      windowsOf,
      'changed',
      (down, record) => (a) => {
        const [k, v] = a as KV
        for (const window of windowsOf(record.time)) down([[k, window], v])
      },
      true,
    ),
} as const
