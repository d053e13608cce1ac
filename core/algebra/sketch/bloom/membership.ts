import { type Estimate, exactly } from '../estimate.ts'
import type { Keys } from '../key.ts'
import { places } from '../places.ts'
import { has } from './merge.ts'
import type { Shape } from './options.ts'
import { type Bloom, setIn } from './value.ts'

/** What a Bloom filter can be asked. */
export interface Membership<K> {
  /** Whether the key may be in it. A no is certain; a yes is wrong with the probability `falsePositives`. */
  readonly mayHave: (key: K) => boolean
  /** How likely a yes is for a key that is not in it, as full as it is now. */
  readonly falsePositives: number
  /** How many different keys are in it. */
  readonly size: Estimate
}

export function membershipOf<K>(value: Bloom, shape: Shape, keys: Keys<K>): Membership<K> {
  const { bits, perKey } = shape
  const set = setIn(value)
  return Object.freeze({
    mayHave: (key: K) => {
      const wanted = new Int32Array(perKey)
      places(keys.write(key), bits, wanted, 0, perKey)
      return wanted.every((place) => (value.kind === 'few' ? hasPlace(value.places, place) : has(value.bytes, place)))
    },
    falsePositives: (set / bits) ** perKey,
    size: sizeOf(set, shape),
  })
}

function hasPlace(places: Int32Array, wanted: number): boolean {
  let low = 0
  let high = places.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((places[middle] as number) < wanted) low = middle + 1
    else high = middle
  }
  return places[low] === wanted
}

/**
 * As many keys as would set that many bits on average (Swamidass and Baldi, 2007), and three standard deviations to both
 * sides: how many of `bits` boxes `perKey * n` balls leave empty is all but normally distributed.
 */
function sizeOf(set: number, { bits, perKey }: Shape): Estimate {
  if (set === 0) return exactly(0)
  // A full filter has seen enough keys for that, and nobody knows how many more.
  const load = -Math.log1p(-Math.min(set, bits - 0.5) / bits)
  const estimate = (load * bits) / perKey
  const spread = 3 * deviationOf(load, bits, perKey)
  return Object.freeze({
    estimate,
    // No key sets more bits than its own.
    min: Math.max(Math.ceil(set / perKey), Math.floor(estimate - spread)),
    max: set === bits ? Number.POSITIVE_INFINITY : Math.ceil(estimate + spread),
    confidence: 0.997,
  })
}

function deviationOf(load: number, bits: number, perKey: number): number {
  // Of the number of empty boxes, over how fast that number falls with each key.
  const empty = Math.exp(-load)
  const variance = bits * empty * (1 - (1 + load) * empty)
  return Math.sqrt(Math.max(0, variance)) / (perKey * empty)
}
