import { bigint } from '../codec/bigint.ts'
import { float } from '../codec/float.ts'
import { int } from '../codec/int.ts'
import { TanagerError } from '../error.ts'
import { type Aggregation, aggregation } from './aggregation.ts'

function exact(a: number, b: number): number {
  const total = a + b
  // Every double this large is a whole number, but not every whole number this large is a double: counts would stop counting.
  if (total > Number.MAX_SAFE_INTEGER || total < Number.MIN_SAFE_INTEGER) {
    throw new TanagerError('overflow', 'a sum of numbers has left the range in which they are exact', {
      value: total,
      allowed: `±${Number.MAX_SAFE_INTEGER}`,
      remedy: 'Use sumBigInt.',
    })
  }
  return total
}

/**
 * Adds numbers. Exact for whole numbers up to 2^53, and refuses to go beyond; fractions are doubles, whose last digits
 * depend on the order of adding.
 *
 * ```ts
 * import { codec, store } from 'tanager'
 * import { sum } from 'tanager/algebra'
 * const clicks = store('clicks', { key: codec.string, sum })
 * ```
 */
export const sum: Aggregation<number> = aggregation({ id: 'sum', value: float, semigroup: { concat: exact }, commutative: true })

/**
 * Adds numbers, as `sum` does, and lets go of a key whose total comes back to 0: for what is added and taken away again,
 * such as how many words occur n times.
 */
export const sparseSum: Aggregation<number> = aggregation({
  ...sum,
  id: 'sparseSum',
  value: float,
  isEmpty: (total: number) => total === 0,
})

/** Adds whole numbers of any size. */
export const sumBigInt: Aggregation<bigint> = aggregation({
  id: 'sumBigInt',
  value: bigint,
  semigroup: { concat: (a: bigint, b: bigint) => a + b },
  commutative: true,
})

/** Counts what it is given, whatever that is; for `aggregateByKey`. */
export const count: Aggregation<number, unknown> = aggregation({
  id: 'count',
  value: int,
  semigroup: { concat: exact },
  commutative: true,
  prepare: (_input: unknown) => 1,
})
