import { TanagerError } from '../../error.ts'
import { type Aggregation, aggregation } from '../aggregation.ts'
import { add, addAll, added, type Expansion, expansion, type Partials, settled } from './expansion.ts'

// 2^53 of these do not overflow.
const largest = 2 ** 970

/**
 * Adds numbers with fractions, exactly: a total is the double nearest to the true sum, and the same one in whatever order,
 * batches and partitions it was added up. `sum` is three to four times as quick, and right for whole numbers; of fractions
 * it loses a digit now and then.
 *
 * NaN, the infinities and numbers beyond ±2^970 (1e292) cost their record. `-0` counts as 0.
 *
 * What is kept is the sum without rounding, as an expansion (Shewchuk, 1997): mostly one to three doubles.
 *
 * ```ts
 * import { codec, store } from 'tanager'
 * import { sumFloat } from 'tanager/algebra'
 * const revenue = store('revenue', { key: codec.string, sum: sumFloat })
 * const total = [0.1, 0.2, 0.3, -0.6].map(sumFloat.prepare).reduce(sumFloat.semigroup.concat)
 * sumFloat.present(total) // 2.7755575615628914e-17, where 0.1 + 0.2 + 0.3 - 0.6 is 1.1102230246251565e-16
 * ```
 */
export const sumFloat: Aggregation<Expansion, number, number> = aggregation<Expansion, number, number>({
  id: 'sumFloat',
  value: expansion,
  semigroup: { concat: added },
  commutative: true,
  empty: Object.freeze([]),
  prepare: (x) => {
    if (!(Number.isFinite(x) && Math.abs(x) <= largest)) {
      throw new TanagerError('encode', 'sumFloat cannot add this number', { value: x, allowed: 'numbers from -2^970 to 2^970' })
    }
    return x === 0 ? [] : [x]
  },
  present: (exact) => exact[0] ?? 0,
  concatMany: (values) => {
    const partials: Partials = []
    for (const value of values) {
      if (value.length === 1) add(partials, value[0] as number)
      else addAll(partials, value)
    }
    return settled(partials)
  },
})
