import { type Codec, formatOf } from '../../codec/codec.ts'
import { map } from '../../codec/map.ts'
import { tuple } from '../../codec/tuple.ts'
import { type Aggregation, aggregation } from '../aggregation.ts'
import { Adding, checkedHalfLife, type Eras, eraOf, faded, weighed } from './decay.ts'
import { type DecayOptions, fading, timeOf } from './decayed.ts'
import { type Expansion, expansion } from './expansion.ts'
import { finite } from './finite.ts'

type Kept<K> = readonly [time: number, entries: ReadonlyMap<K, Eras>]

/** Values that fade together. */
export interface DecayedMap<K> {
  /** What is left of each, at this time; the largest first. */
  readonly values: ReadonlyMap<K, number>
  /** The latest time at which something was added. */
  readonly time: number
  readonly halfLife: number
}

/**
 * A table of sums that fade together: trends under one key of the store. What has not been added to for 128 half-lives, at
 * the latest, is let go of, so the table holds what is current. It is read and written whole, so this is for some
 * hundreds of entries at a time.
 *
 * Takes `[key, value, time]`; all else as with `decayed`.
 *
 * ```ts
 * import { codec, store } from 'tanager'
 * import { contramap, decayedMap } from 'tanager/algebra'
 * interface Hit { readonly page: string; readonly at: number }
 * const trending = store('trending', {
 *   key: codec.string,
 *   sum: contramap(decayedMap(codec.string, { halfLife: 600_000 }), (hit: Hit) => [hit.page, 1, hit.at] as const),
 * })
 * ```
 */
export function decayedMap<K>(
  key: Codec<K>,
  options: DecayOptions,
): Aggregation<Kept<K>, readonly [key: K, value: number, time: number], DecayedMap<K>> {
  const halfLife = checkedHalfLife('decayedMap', options.halfLife)
  const identity: (key: K) => unknown = key.native ? (k) => k : key.encode

  const total = (values: readonly Kept<K>[]): Kept<K> => {
    const time = values.reduce((latest, [time]) => Math.max(latest, time), Number.NEGATIVE_INFINITY)
    const last = eraOf(time, halfLife)
    const cells = new Map<unknown, { readonly key: K; readonly adding: Adding }>()
    for (const [time, entries] of values) {
      const era = eraOf(time, halfLife)
      for (const [key, eras] of entries) {
        const id = identity(key)
        let cell = cells.get(id)
        if (cell === undefined) {
          cell = { key, adding: new Adding(last) }
          cells.set(id, cell)
        }
        cell.adding.add(era, eras)
      }
    }
    const all = new Map<K, Eras>()
    for (const { key, adding } of cells.values()) {
      const { eras } = adding
      if (eras[0].length > 0 || eras[1].length > 0) all.set(key, eras)
    }
    return [time, all]
  }

  return aggregation<Kept<K>, readonly [key: K, value: number, time: number], DecayedMap<K>>({
    id: `decayedMap(${formatOf(key)},${halfLife})`,
    value: tuple<[number, ReadonlyMap<K, Eras>]>(finite, map(key, tuple<[Expansion, Expansion]>(expansion, expansion))),
    semigroup: { concat: (a, b) => total([a, b]) },
    commutative: true,
    prepare: ([key, value, time]) => {
      const weight = weighed(fading(value), timeOf(time, halfLife), halfLife)
      return [time, weight.length === 0 ? new Map() : new Map([[key, [weight, []]]])]
    },
    present: ([time, entries]) => {
      const values = [...entries].map(([key, eras]) => [key, faded(eras, time, halfLife)] as const)
      return { values: new Map(values.sort(([, a], [, b]) => b - a)), time, halfLife }
    },
    concatMany: total,
  })
}
