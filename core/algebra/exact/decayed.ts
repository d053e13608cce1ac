import { tuple } from '../../codec/tuple.ts'
import { TanagerError } from '../../error.ts'
import { type Aggregation, aggregation } from '../aggregation.ts'
import { Adding, checkedHalfLife, type Decayed, type Eras, eraOf, faded, weighed } from './decay.ts'
import { type Expansion, expansion } from './expansion.ts'
import { finite } from './finite.ts'

export interface DecayOptions {
  /** After how long half of a value is left, in the unit of the times: milliseconds, if they are event times. */
  readonly halfLife: number
}

type Kept = readonly [time: number, latest: Expansion, before: Expansion]

const largest = 2 ** 900

/** A value that can fade without overflow, or an error. */
export function fading(value: number): number {
  if (Number.isFinite(value) && Math.abs(value) <= largest) return value
  throw new TanagerError('encode', 'a decayed value cannot take this number', { value, allowed: 'numbers from -2^900 to 2^900' })
}

/** A time with a place among half-lives, or an error. */
export function timeOf(time: number, halfLife: number): number {
  if (Number.isFinite(time) && Number.isSafeInteger(Math.trunc(time / halfLife))) return time
  throw new TanagerError('encode', 'a decayed value cannot take this time', {
    value: time,
    allowed: 'finite numbers, up to 2^53 half-lives',
  })
}

/**
 * A sum that fades: what was added a half-life ago counts half, and so on. Shows what is going on now, without windows:
 * `valueAt` tells what is left at a later time. Algebird's `DecayedValue`.
 *
 * Takes pairs `[value, time]`, as the verb `withTime` makes them, in any order: late ones fade by their own time. Values are
 * from -2^900 to 2^900, and `-0` is 0; NaN and the infinities cost their record.
 *
 * Totals do not depend on the order of merging. Each input is rounded once, when it is weighed; what came more than 64 to 128
 * half-lives before the last is forgotten.
 *
 * ```ts
 * import { codec, store } from 'tanager'
 * import { decayed, valueAt } from 'tanager/algebra'
 * const heat = decayed({ halfLife: 60_000 })
 * const heatOfPage = store('heat-of-page', { key: codec.string, sum: heat })
 * const now = heat.present([[8, 0], [1, 60_000]].map(([v, t]) => heat.prepare([v!, t!])).reduce(heat.semigroup.concat))
 * valueAt(now, 120_000) // 2.5: a quarter of 8, half of 1
 * ```
 */
export function decayed(options: DecayOptions): Aggregation<Kept, readonly [value: number, time: number], Decayed> {
  const halfLife = checkedHalfLife('decayed', options.halfLife)
  const total = (values: readonly Kept[]): Kept => {
    const adding = new Adding(Number.NEGATIVE_INFINITY)
    let latest = Number.NEGATIVE_INFINITY
    for (const [time, ...eras] of values) {
      adding.add(eraOf(time, halfLife), eras)
      if (time > latest) latest = time
    }
    return [latest, ...adding.eras]
  }
  return aggregation<Kept, readonly [value: number, time: number], Decayed>({
    id: `decayed(${halfLife})`,
    value: tuple<[number, Expansion, Expansion]>(finite, expansion, expansion),
    semigroup: { concat: (a, b) => total([a, b]) },
    commutative: true,
    prepare: ([value, time]) => [timeOf(time, halfLife), weighed(fading(value), time, halfLife), []],
    present: ([time, ...eras]) => ({ value: faded(eras as Eras, time, halfLife), time, halfLife }),
    concatMany: total,
  })
}
