import { type Estimate, exactly, type Frequent } from '../estimate.ts'
import { byText, type Keys } from '../key.ts'
import type { Shape } from './options.ts'
import { estimateOf } from './table.ts'
import type { CountMin } from './value.ts'

/** What a Count-Min sketch can be asked. */
export interface Frequencies<K> {
  /** How many keys were counted, exactly. */
  readonly total: number
  /** The keys with at least the share asked for, the most frequent first; none if none was asked for. */
  readonly heavyHitters: readonly Frequent<K>[]
  /** How often a key came. The estimate is the upper bound. */
  readonly count: (key: K) => Estimate
}

export function frequenciesOf<K>(value: CountMin, shape: Shape, keys: Keys<K>): Frequencies<K> {
  const total = value.kind === 'one' ? value.count : value.total
  const countOf = (text: string) => countIn(value, text, shape)
  return Object.freeze({
    total,
    heavyHitters: heavyHittersOf(value, total, shape, countOf, keys),
    count: (key: K) => countOf(keys.write(key)),
  })
}

function countIn(value: CountMin, key: string, shape: Shape): Estimate {
  if (value.kind === 'one') return exactly(value.key === key ? value.count : 0)
  if (value.kind === 'few') return exactly(value.counts.get(key) ?? 0)
  const estimate = estimateOf(key, value.cells, shape)
  // The truth is a whole number.
  const min = Math.max(0, Math.ceil(estimate - shape.epsilon * value.total))
  return Object.freeze({ estimate, min, max: estimate, confidence: 1 - shape.delta })
}

function heavyHittersOf<K>(
  value: CountMin,
  total: number,
  { share }: Shape,
  countOf: (text: string) => Estimate,
  keys: Keys<K>,
): readonly Frequent<K>[] {
  if (share === 0) return Object.freeze([])
  const found = [...candidatesOf(value)]
    .map((text) => ({ text, count: countOf(text) }))
    .filter(({ count }) => count.estimate >= share * total)
    .sort((a, b) => b.count.estimate - a.count.estimate || byText(a.text, b.text))
  return Object.freeze(found.map(({ text, count }) => Object.freeze({ key: keys.read(text), count })))
}

function candidatesOf(value: CountMin): Iterable<string> {
  if (value.kind === 'one') return [value.key]
  return value.kind === 'few' ? value.counts.keys() : value.candidates
}
