import { type Estimate, exactly, type Frequent } from '../estimate.ts'
import type { Keys } from '../key.ts'
import { whole } from '../parameter.ts'
import { mostUnseen, type SpaceSaver } from './value.ts'

/** A key among the most frequent. */
export interface Ranked<K> extends Frequent<K> {
  /** Whether it surely belongs to as many as were asked for: no other key can have come more often. */
  readonly guaranteed: boolean
}

/** What a SpaceSaver can be asked. */
export interface Ranking<K> {
  /** How many keys were counted, exactly. */
  readonly total: number
  /** How often a key came. The estimate is the upper bound. */
  readonly count: (key: K) => Estimate
  /** The so many most frequent keys, the most frequent first: all that are known, unless told how many. */
  readonly top: (size?: number) => readonly Ranked<K>[]
}

export function rankingOf<K>(value: SpaceSaver, capacity: number, keys: Keys<K>): Ranking<K> {
  const unseen = mostUnseen(value, capacity)
  return Object.freeze({
    total: value.kind === 'one' ? value.count : value.total,
    count: (key: K) => countOf(value, keys.write(key), unseen),
    top: (size = capacity) => topOf(value, whole('how many to list', size, { from: 0, to: Number.MAX_SAFE_INTEGER }), unseen, keys),
  })
}

function countOf(value: SpaceSaver, key: string, unseen: number): Estimate {
  if (value.kind === 'one') return exactly(value.key === key ? value.count : 0)
  const at = value.keys.indexOf(key)
  return at === -1 ? between(0, unseen) : between(lowerOf(value, at), value.counts[at] as number)
}

function topOf<K>(value: SpaceSaver, size: number, unseen: number, keys: Keys<K>): readonly Ranked<K>[] {
  if (value.kind === 'one') {
    const only = { key: keys.read(value.key), count: exactly(value.count), guaranteed: true }
    return Object.freeze(size === 0 ? [] : [Object.freeze(only)])
  }
  // The most that any key not among them may have.
  const next = value.counts[size] ?? unseen
  return Object.freeze(
    value.keys.slice(0, size).map((text, at) => {
      const count = between(lowerOf(value, at), value.counts[at] as number)
      return Object.freeze({ key: keys.read(text), count, guaranteed: count.min >= next })
    }),
  )
}

function lowerOf(value: Exclude<SpaceSaver, { kind: 'one' }>, at: number): number {
  return (value.counts[at] as number) - (value.errors[at] as number)
}

function between(min: number, max: number): Estimate {
  return Object.freeze({ estimate: max, min, max, confidence: 1 })
}
