import { isPlainObject } from '../../core/codec/plain.ts'
import { same } from './same.ts'

/**
 * Whether two results differ in nothing but the last digits of fractions, which depend on the order of adding. Whole
 * numbers that a double holds exactly are never forgiven a difference, nor is anything that is no number.
 *
 * @param terms what the results were made of: what is left of large numbers that cancel out is as wrong as those were large
 * @param tolerance how far apart they may be, as a part of the largest number in that place, or of 1
 * @param slack how far apart they may be in any case: what was lost on the way, where nobody knows which numbers were in that place
 */
export function nearly(a: unknown, b: unknown, terms: readonly unknown[], tolerance: number, slack = 0): boolean {
  let rounded = 0
  const walk = (x: unknown, y: unknown, others: readonly unknown[]): boolean => {
    if (typeof x === 'number' && typeof y === 'number') {
      if (same(x, y)) return true
      if (!(Number.isFinite(x) && Number.isFinite(y)) || (Number.isSafeInteger(x) && Number.isSafeInteger(y))) return false
      const sizes = others.filter((other) => typeof other === 'number' && Number.isFinite(other)) as number[]
      rounded += 1
      return Math.abs(x - y) <= Math.max(slack, tolerance * Math.max(1, ...[x, y, ...sizes].map(Math.abs)))
    }
    if (isList(x) && isList(y)) {
      return x.length === y.length && Array.from(x).every((each, i) => walk(each, y[i], partsOf(others, i)))
    }
    if (x instanceof Map && y instanceof Map) {
      const inside = (key: unknown) => others.flatMap((other) => (other instanceof Map && other.has(key) ? [other.get(key)] : []))
      return x.size === y.size && [...x].every(([key, each]) => y.has(key) && walk(each, y.get(key), inside(key)))
    }
    if (isPlainObject(x) && isPlainObject(y)) {
      const names = Object.keys(x)
      if (names.length !== Object.keys(y).length) return false
      return names.every((name) => Object.hasOwn(y, name) && walk(x[name], y[name], partsOf(others, name)))
    }
    // What is of a class may keep numbers where they cannot be seen: only the very same is the same.
    return typeof x === 'object' && x !== null && !(x instanceof Date) ? x === y : same(x, y)
  }
  // Without a fraction that differs it is something else that does, the order of a list of names, say.
  return tolerance > 0 && walk(a, b, terms) && rounded > 0
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || value instanceof Float64Array || value instanceof Float32Array
}

function partsOf(values: readonly unknown[], name: PropertyKey): readonly unknown[] {
  return values.flatMap((value) =>
    typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? [(value as Record<PropertyKey, unknown>)[name]] : [],
  )
}
