import { array } from '../../codec/array.ts'
import { type Codec, cannotDecode, cannotEncode, ofJson } from '../../codec/codec.ts'
import { float } from '../../codec/float.ts'

// A sum of doubles without any rounding, as in "Adaptive Precision Floating-Point Arithmetic and Fast Robust Geometric
// Predicates" (Shewchuk, 1997): several doubles that do not overlap and whose sum, were it written out, is the exact one.
// Two or three do for almost any data.
//
// The alternatives: a compensated sum (Kahan, Neumaier) is a little quicker, but what it comes to depends on the order of
// adding, so that workers and batch sizes would show in totals. A superaccumulator (Neal) is as exact as this, and holds
// some 270 bytes for every key, however plain its numbers.

/**
 * An exact sum: the nearest double, then the nearest to what that leaves, and so on. One sum has one such list, whatever
 * it was added up from. The empty list is 0.
 */
export type Expansion = readonly number[]

/** A sum that is being added up: doubles that do not overlap, the smallest first. */
export type Partials = number[]

/** Adds a number, in place. Exact as long as nothing overflows. */
export function add(partials: Partials, x: number): void {
  let kept = 0
  let sum = x
  for (let i = 0; i < partials.length; i++) {
    const y = partials[i] as number
    const high = sum + y
    const part = high - sum
    const low = sum - (high - part) + (y - part)
    if (low !== 0) partials[kept++] = low
    sum = high
  }
  if (sum !== 0) partials[kept++] = sum
  if (partials.length !== kept) partials.length = kept
}

// 2^27 + 1 cuts a double into halves of 26 bits, whose products are exact (Veltkamp, Dekker).
const splitter = 134_217_729

/** Adds a product, in place. Exact as long as nothing overflows and no part of the product is smaller than 2^-1074. */
export function addProduct(partials: Partials, a: number, b: number): void {
  const product = a * b
  add(partials, product)
  const error = productError(a, b, product)
  if (error !== 0) add(partials, error)
}

/** What `a * b` has lost to rounding. */
export function productError(a: number, b: number, product: number): number {
  const bigA = splitter * a
  const highA = bigA - (bigA - a)
  const lowA = a - highA
  const bigB = splitter * b
  const highB = bigB - (bigB - b)
  const lowB = b - highB
  return lowA * lowB - (product - highA * highB - lowA * highB - highA * lowB)
}

/** Adds an exact sum to one that is being added up. */
export function addAll(partials: Partials, expansion: Expansion): void {
  if (partials.length > 0) for (const part of expansion) add(partials, part)
  else for (let i = expansion.length - 1; i >= 0; i--) partials.push(expansion[i] as number)
}

/** The exact sum, in the one way it is written. Uses up what it is given. */
export function settled(partials: Partials): Expansion {
  const expansion: number[] = []
  while (partials.length > 1) {
    const nearest = nearestTo(partials)
    expansion.push(nearest)
    add(partials, -nearest)
  }
  if (partials.length === 1) expansion.push(partials[0] as number)
  return expansion
}

/** The exact sum of two. */
export function added(a: Expansion, b: Expansion): Expansion {
  if (a.length === 0) return b
  if (b.length === 0) return a
  const partials: Partials = []
  addAll(partials, a)
  addAll(partials, b)
  return settled(partials)
}

/** The double nearest to a sum of doubles that do not overlap; of two that are equally near, the even one. */
function nearestTo(partials: Partials): number {
  let at = partials.length - 1
  let high = partials[at] as number
  let low = 0
  while (at > 0 && low === 0) {
    const y = partials[--at] as number
    const sum = high + y
    low = y - (sum - high)
    high = sum
  }
  // Just between two doubles, as far as these two parts go: then the rest decides.
  if (at > 0 && (low < 0 ? (partials[at - 1] as number) < 0 : low > 0 && (partials[at - 1] as number) > 0)) {
    const twice = low * 2
    const other = high + twice
    if (other - high === twice) return other
  }
  return high
}

const numbers = array(float)
const allowed = 'an exact sum: finite numbers, each of them the nearest to what is left of it'

/** Exact sums, as JSON arrays of numbers. Lists that only look like one are refused. */
export const expansion: Codec<Expansion> = ofJson<Expansion>(
  'expansion',
  (value) => {
    if (!isSettled(value)) throw cannotEncode('expansion', value, allowed)
    return numbers.toJson(value)
  },
  (json) => {
    const value = numbers.fromJson(json)
    if (!isSettled(value)) throw cannotDecode('expansion', value, allowed)
    return value
  },
)

function isSettled(value: Expansion): boolean {
  if (!(Array.isArray(value) && value.every((part) => Number.isFinite(part) && part !== 0))) return false
  if (value.length < 2) return true
  const partials: Partials = []
  for (const part of value) add(partials, part as number)
  const again = settled(partials)
  return again.length === value.length && again.every((part, i) => part === value[i])
}
