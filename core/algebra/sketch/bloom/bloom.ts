import { type Aggregation, aggregation } from '../../aggregation.ts'
import { type KeyOptions, keysOf } from '../key.ts'
import { hash } from '../places.ts'
import { codecOf } from './codec.ts'
import { type Membership, membershipOf } from './membership.ts'
import { mergeAll, single } from './merge.ts'
import { type BloomOptions, shapeOf } from './options.ts'
import { type Bloom, nothing } from './value.ts'

/**
 * Which keys have been there, in `1.44 * log2(1 / falsePositives)` bits for each of `capacity` keys (Bloom, 1970): 9.6
 * bits for one wrong yes in a hundred.
 *
 * Bounds: a key that is in it is never denied. One that is not is taken for one that is with probability
 * `falsePositives` once `capacity` keys are in it, less often before, more often after; the answer says what it is now. How
 * many different keys there are is estimated from how many bits are set, with three standard deviations as its bounds.
 *
 * Merging unites the bits: associative, commutative and idempotent to the last bit, so that what is delivered twice does no
 * harm. While few bits are set only their places are kept.
 *
 * Keys are text, or whatever `key` writes. Text with a lone surrogate is refused.
 *
 * ```ts
 * import { codec, job, source, store } from 'tanager'
 * import { bloom } from 'tanager/algebra'
 * import { memory } from 'tanager/memory'
 * const visits = source('visits', { item: codec.string })
 * const seen = store('seen', { key: codec.string, sum: bloom({ capacity: 10_000, falsePositives: 0.01 }) })
 * const seeing = job('seeing', visits.map((user) => ['all', user] as const).aggregateByKey(seen))
 * const { stores } = await memory().on(seeing).run({ visits: ['ada', 'bob', 'ada'] })
 * stores.seen.get('all')?.mayHave('ada') // true
 * stores.seen.get('all')?.size // { estimate: 2.000…, min: 2, max: 3, confidence: 0.997 }
 * ```
 */
export function bloom(options: BloomOptions): Aggregation<Bloom, string, Membership<string>>
export function bloom<K>(options: BloomOptions & Required<KeyOptions<K>>): Aggregation<Bloom, K, Membership<K>>
export function bloom<K>(options: BloomOptions & KeyOptions<K>): Aggregation<Bloom, K, Membership<K>> {
  const shape = shapeOf(options)
  const keys = keysOf(options)
  const id = `bloom(capacity:${options.capacity},falsePositives:${options.falsePositives}${keys.id},${hash.id})`
  return aggregation({
    id,
    value: codecOf(id, shape),
    semigroup: { concat: (a: Bloom, b: Bloom) => mergeAll([a, b], shape) },
    commutative: true,
    idempotent: true,
    empty: nothing,
    prepare: (key: K): Bloom => single(keys.write(key), shape),
    present: (value: Bloom) => membershipOf(value, shape, keys),
    concatMany: (values: readonly Bloom[]) => mergeAll(values, shape),
  })
}
