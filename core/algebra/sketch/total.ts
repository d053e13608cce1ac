import { TanagerError } from '../../error.ts'

/** The sum of two counts, as long as it is exact. */
export function totalOf(a: number, b: number): number {
  const total = a + b
  if (total <= Number.MAX_SAFE_INTEGER) return total
  throw new TanagerError('overflow', 'a sketch has counted to the end of the whole numbers that are exact', {
    value: total,
    allowed: `up to ${Number.MAX_SAFE_INTEGER}`,
  })
}
