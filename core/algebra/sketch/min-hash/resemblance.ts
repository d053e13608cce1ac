import { TanagerError } from '../../../error.ts'
import { type Estimate, exactly } from '../estimate.ts'
import { hashes, hashesOf, type MinHash } from './value.ts'

const confidence = 0.99

/** What a MinHash can be asked. */
export interface Resemblance {
  /** How many different keys the set has: exactly, as long as there are fewer than the sketch holds. */
  readonly size: Estimate
  /**
   * The share of all keys of both sets that is in both, from 0 to 1 (the Jaccard index); NaN of two empty sets.
   *
   * @param other what another sketch of the same size shows
   */
  readonly similarity: (other: Resemblance) => Estimate
}

/** Whose least hashes a shown sketch has: not for its readers, only for one another. */
const shown = new WeakMap<object, { readonly value: MinHash; readonly size: number }>()

export function resemblanceOf(value: MinHash, size: number): Resemblance {
  const resemblance: Resemblance = Object.freeze({
    size: sizeOf(value, size),
    similarity: (other: Resemblance) => similarityOf(hashesOf(value), hashesShownBy(other, size), size),
  })
  shown.set(resemblance, { value, size })
  return resemblance
}

function hashesShownBy(other: Resemblance, size: number): readonly number[] {
  const found = shown.get(other)
  if (found?.size === size) return hashesOf(found.value)
  throw new TanagerError('invalid-option', 'these two cannot be compared', {
    value: found === undefined ? other : `a MinHash of size ${found.size}`,
    allowed: `what a MinHash of size ${size} shows`,
  })
}

/**
 * Of the least hashes of the union, drawn from it as by lot, how many are in both. The bounds are Hoeffding's, which hold
 * for draws without repetition too.
 */
function similarityOf(a: readonly number[], b: readonly number[], size: number): Estimate {
  // Where neither has left anything out, this is the whole union.
  const whole = a.length < size && b.length < size
  const most = whole ? a.length + b.length : size
  let both = 0
  let drawn = 0
  let i = 0
  let j = 0
  while (drawn < most && (i < a.length || j < b.length)) {
    const x = a[i] ?? Number.POSITIVE_INFINITY
    const y = b[j] ?? Number.POSITIVE_INFINITY
    if (x === y) both += 1
    if (x <= y) i += 1
    if (y <= x) j += 1
    drawn += 1
  }
  const estimate = both / drawn
  if (whole) return exactly(estimate)
  const margin = Math.sqrt(Math.log(2 / (1 - confidence)) / (2 * drawn))
  return Object.freeze({ estimate, min: Math.max(0, estimate - margin), max: Math.min(1, estimate + margin), confidence })
}

/**
 * From how close together the least hashes lie (Bar-Yossef et al., 2002; the estimate without bias is Beyer's, 2007), with
 * three standard deviations to both sides.
 */
function sizeOf(value: MinHash, size: number): Estimate {
  const all = hashesOf(value)
  if (all.length < size) return exactly(all.length)
  const estimate = (size - 1) / (((all[size - 1] as number) + 1) / hashes)
  const spread = 3 / Math.sqrt(size - 2)
  return Object.freeze({
    estimate,
    min: Math.max(size, Math.floor(estimate * (1 - spread))),
    max: Math.ceil(estimate * (1 + spread)),
    confidence,
  })
}
