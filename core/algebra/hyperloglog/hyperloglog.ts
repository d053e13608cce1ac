import { bytes } from '../../codec/bytes.ts'
import { type Codec, cannotEncode, formatOf, of, refuse } from '../../codec/codec.ts'
import { type Aggregation, aggregation } from '../aggregation.ts'
import type { Estimate } from '../sketch/estimate.ts'
import { fraction, whole } from '../sketch/parameter.ts'
import { bounded } from './bounds.ts'
import { cardinality, ranksOf } from './cardinality.ts'
import { type Element, elementsBy, registerFor } from './element.ts'
import { fromRedisBytes, toRedisBytes } from './redis-bytes.ts'
import { isPrecision, isRegister, precisions } from './register.ts'
import { type HyperLogLog, merged, ofEntries, precisionIn } from './registers.ts'

export interface HyperLogLogOptions {
  /** 2^p registers, from 4 to 18: each step up halves the error's square and doubles the size. 14 unless told, as in Redis. */
  readonly p?: number
  /** In what share of all cases the truth is to lie within the bounds; 0.95 unless told. Of reading only. */
  readonly confidence?: number
}

/**
 * Counts how many different elements there are, in a few kilobytes however many: 12 at `p` 14, and less while they are
 * few. Elements are text or bytes; for values of another type give their codec as `by`, and they are counted by the text it
 * has for them (what it refuses, such as NaN for `codec.int`, costs its record).
 *
 * The estimate is off by 1.04 / sqrt(2^p) (standard error: 0.8 % at `p` 14, 1.6 % at 12, 3.3 % at 10), less if there are
 * few; `min` and `max` are what that makes at the given confidence. Hash, registers and estimator are those of Redis
 * (Flajolet et al. 2007, Heule et al. 2013, Ertl 2017): at `p` 14 a stored value is a HyperLogLog of Redis's own, and
 * `PFCOUNT` and `PFMERGE` agree with what is read here.
 *
 * Merging takes the greater of each register: associative, commutative and idempotent, so that records that come twice
 * count once. Of two precisions the greater is brought down to the smaller, exactly as if all had been counted with it.
 * Redis's layout has no checksum: bytes that are cut off, of no sense or newer are refused, but a bit that has
 * changed within a register is not seen.
 *
 * ```ts
 * import { codec, store } from 'tanager'
 * import { hyperLogLog } from 'tanager/algebra'
 * const visitors = store('visitors', { key: codec.string, sum: hyperLogLog({ by: codec.int }) })
 *
 * const sum = hyperLogLog()
 * const day = sum.semigroup.concat(sum.prepare('ann'), sum.prepare('bob'))
 * console.assert(sum.present(sum.semigroup.concat(day, day)).estimate === 2)
 * ```
 */
export function hyperLogLog(options?: HyperLogLogOptions): Aggregation<HyperLogLog, Element, Estimate>
export function hyperLogLog<A>(options: HyperLogLogOptions & { readonly by: Codec<A> }): Aggregation<HyperLogLog, A, Estimate>
export function hyperLogLog<A>(options: HyperLogLogOptions & { readonly by?: Codec<A> } = {}): Aggregation<HyperLogLog, A, Estimate> {
  const p = whole('p', options.p ?? 14, precisions)
  const confidence = fraction('confidence', options.confidence ?? 0.95, { from: 0.5, to: 1 - 1e-6 })
  const element = elementsBy(options.by)
  return aggregation({
    id: options.by === undefined ? `hyperLogLog(${p})` : `hyperLogLog(${p},${formatOf(options.by)})`,
    value: registersCodec,
    semigroup: { concat: (a: HyperLogLog, b: HyperLogLog) => merged([a, b]) },
    commutative: true,
    idempotent: true,
    empty: ofEntries(p, new Int32Array(0)),
    prepare: (value: A) => registerFor(element(value), p),
    concatMany: merged,
    present: (value) => {
      const ranks = ranksOf(value)
      const precision = precisionIn(value)
      return bounded(cardinality(ranks, precision), (1 << precision) - (ranks[0] as number), precision, confidence)
    },
  })
}

const id = 'hyperLogLog'
const allowed = 'what hyperLogLog prepares'

/** Redis's bytes, and in JSON their base64; one register alone is a number there, because most deltas are no more. */
const registersCodec: Codec<HyperLogLog> = of<HyperLogLog>({
  id,
  encode: (value) => bytes.encode(toRedisBytes(checked(value))),
  decode: (text) => fromRedisBytes(bytes.decode(text)),
  toJson: (value) => (typeof value === 'number' ? (checked(value) as number) : bytes.encode(toRedisBytes(checked(value)))),
  fromJson: (json) => {
    if (typeof json === 'number') return isRegister(json) ? json : refuse(id, json, 'a register of the precisions 4 to 18')
    return typeof json === 'string' ? fromRedisBytes(bytes.decode(json)) : refuse(id, json, 'a number or base64')
  },
  binary: { toBytes: (value) => toRedisBytes(checked(value)), fromBytes: fromRedisBytes },
})

/** A value may come from anywhere, if somebody sums without preparing. */
function checked(value: HyperLogLog): HyperLogLog {
  if (typeof value === 'number' ? isRegister(value) : isMany(value)) return value
  throw cannotEncode(id, value, allowed)
}

function isMany(value: Exclude<HyperLogLog, number>): boolean {
  if (typeof value !== 'object' || value === null || !isPrecision(value.p)) return false
  if ('entries' in value) return value.entries instanceof Int32Array
  return value.registers instanceof Uint8Array && value.registers.length === 1 << value.p
}
