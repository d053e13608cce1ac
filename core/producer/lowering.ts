import { isSome, type Option } from 'fp-ts/lib/Option.js'
import type { Operator, Push, TransformVerb } from '../graph/operator.ts'
import type { Windowing } from '../time/window.ts'

type KV = readonly [unknown, unknown]
type Fn = (a: never) => unknown

function operator(verb: TransformVerb, keys: Operator['keys'], push: Operator['push'], needsTime = false): Operator {
  return Object.freeze({ verbs: Object.freeze([verb]), keys, needsTime, push })
}

const pairs = (verb: TransformVerb, keys: Operator['keys'], push: (down: Push) => (pair: KV) => void): Operator =>
  operator(verb, keys, push as Operator['push'])

// Each verb is written out, though one could be told by another: every call a step makes it pays for each record.
/** What every synchronous verb does to one element. */
export const operators = {
  map: (fn: Fn) => operator('map', 'changed', (down) => (a) => down(fn(a as never))),
  filter: (keep: Fn) => operator('filter', 'kept', (down) => (a) => { if (keep(a as never)) down(a) }),
  collect: (fn: Fn) => operator('collect', 'changed', (down) => (a) => { const b = fn(a as never); if (b !== undefined) down(b) }),
  optionMap: (fn: Fn) => operator('optionMap', 'changed', (down) => (a) => { const b = fn(a as never) as Option<unknown>; if (isSome(b)) down(b.value) }),
  flatMap: (fn: Fn) => operator('flatMap', 'changed', (down) => (a) => { for (const b of fn(a as never) as Iterable<unknown>) down(b) }),
  mapKeys: (fn: Fn) => pairs('mapKeys', 'changed', (down) => ([k, v]) => down([fn(k as never), v])),
  mapValues: (fn: Fn) => pairs('mapValues', 'kept', (down) => ([k, v]) => down([k, fn(v as never)])),
  flatMapKeys: (fn: Fn) => pairs('flatMapKeys', 'changed', (down) => ([k, v]) => { for (const j of fn(k as never) as Iterable<unknown>) down([j, v]) }),
  flatMapValues: (fn: Fn) => pairs('flatMapValues', 'kept', (down) => ([k, v]) => { for (const w of fn(v as never) as Iterable<unknown>) down([k, w]) }),
  filterKeys: (keep: Fn) => pairs('filterKeys', 'kept', (down) => (pair) => { if (keep(pair[0] as never)) down(pair) }),
  filterValues: (keep: Fn) => pairs('filterValues', 'kept', (down) => (pair) => { if (keep(pair[1] as never)) down(pair) }),
  collectKeys: (fn: Fn) => pairs('collectKeys', 'changed', (down) => ([k, v]) => { const j = fn(k as never); if (j !== undefined) down([j, v]) }),
  collectValues: (fn: Fn) => pairs('collectValues', 'kept', (down) => ([k, v]) => { const w = fn(v as never); if (w !== undefined) down([k, w]) }),
  keys: pairs('keys', 'changed', (down) => ([k]) => down(k)),
  values: pairs('values', 'changed', (down) => ([, v]) => down(v)),
  swap: pairs('swap', 'changed', (down) => ([k, v]) => down([v, k])),
  keyBy: (fn: Fn) => operator('keyBy', 'changed', (down) => (a) => down([fn(a as never), a])),
  prepare: (fn: Fn) => pairs('prepare', 'kept', (down) => ([k, v]) => down([k, fn(v as never)])),
  withTime: operator('withTime', 'changed', (down, record) => (a) => down([a, record.time]), true),
  window: ({ windowsOf }: Windowing) =>
    operator('window', 'changed', (down, record) => (a) => {
      const [k, v] = a as KV
      for (const window of windowsOf(record.time)) down([[k, window], v])
    }, true),
} as const
