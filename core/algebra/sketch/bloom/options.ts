import { TanagerError } from '../../../error.ts'
import { fraction, whole } from '../parameter.ts'

export interface BloomOptions {
  /** How many keys it is made for: from 1 to 100,000,000. It takes more, and errs more. */
  readonly capacity: number
  /** How often it may take a key that never came for one that did, with `capacity` keys in it: from 0.000001 to 0.5. */
  readonly falsePositives: number
}

/** The number of bits, and how many of them each key sets. */
export interface Shape {
  readonly bits: number
  readonly perKey: number
  /** Up to this many set bits are kept as a list of their places: it is shorter. One key always is. */
  readonly few: number
}

const mostBits = 2 ** 30

export function shapeOf(options: BloomOptions): Shape {
  const capacity = whole('capacity', options.capacity, { from: 1, to: 1e8 })
  const falsePositives = fraction('falsePositives', options.falsePositives, { from: 1e-6, to: 0.5 })
  // Whole bytes, and enough of them that a handful of keys does not fill it.
  const bits = Math.max(64, 8 * Math.ceil((capacity * Math.log(1 / falsePositives)) / Math.LN2 ** 2 / 8))
  if (bits > mostBits) {
    throw new TanagerError('invalid-option', 'capacity and falsePositives ask for too large a filter', {
      value: `${bits} bits`,
      allowed: `at most ${mostBits}`,
    })
  }
  const perKey = Math.round(Math.log2(1 / falsePositives))
  return Object.freeze({ bits, perKey, few: Math.max(perKey, Math.floor(bits / 32)) })
}
