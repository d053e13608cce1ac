import { type Aggregation, aggregation } from '../../aggregation.ts'
import { type KeyOptions, keysOf } from '../key.ts'
import { whole } from '../parameter.ts'
import { hash } from '../places.ts'
import { codecOf } from './codec.ts'
import { hashOf, mergeAll } from './merge.ts'
import { type Resemblance, resemblanceOf } from './resemblance.ts'
import { type MinHash, nothing } from './value.ts'

export interface MinHashOptions {
  /** How many hashes are kept: from 16 to 65536. A similarity is within `1.63 / sqrt(size)` in 99 of 100 cases. */
  readonly size: number
}

/**
 * How alike two sets are: the share of their keys that is in both (Broder, 1997, in the form with one hash: of each set the
 * `size` least hashes are kept). Two sketches are compared where they are read.
 *
 * Bounds: a similarity is off by at most `1.63 / sqrt(size)` with probability 0.99 (Hoeffding), which is 0.05 for 1024.
 * As long as both sets have fewer than `size` keys it is exact. So is how many keys a set has; after that it is estimated,
 * with a standard deviation of `1 / sqrt(size - 2)`.
 *
 * Merging unites the sets: associative, commutative and idempotent to the last bit, so that what is delivered twice does no
 * harm.
 *
 * Keys are text, or whatever `key` writes. Text with a lone surrogate is refused.
 *
 * ```ts
 * import { codec, job, source, store } from 'tanager'
 * import { minHash } from 'tanager/algebra'
 * import { memory } from 'tanager/memory'
 * const reads = source('reads', { item: codec.tuple(codec.string, codec.string) })
 * const readers = store('readers', { key: codec.string, sum: minHash({ size: 1024 }) })
 * const reading = job('reading', reads.aggregateByKey(readers))
 * const { stores } = await memory().on(reading).run({ reads: [['/a', 'ada'], ['/a', 'bob'], ['/b', 'bob']] })
 * const [a, b] = [stores.readers.get('/a'), stores.readers.get('/b')]
 * if (a && b) a.similarity(b) // { estimate: 0.5, min: 0.5, max: 0.5, confidence: 1 }
 * ```
 */
export function minHash(options: MinHashOptions): Aggregation<MinHash, string, Resemblance>
export function minHash<K>(options: MinHashOptions & Required<KeyOptions<K>>): Aggregation<MinHash, K, Resemblance>
export function minHash<K>(options: MinHashOptions & KeyOptions<K>): Aggregation<MinHash, K, Resemblance> {
  const size = whole('size', options.size, { from: 16, to: 65_536 })
  const keys = keysOf(options)
  const id = `minHash(size:${size}${keys.id},${hash.id})`
  return aggregation({
    id,
    value: codecOf(id, size),
    semigroup: { concat: (a: MinHash, b: MinHash) => mergeAll([a, b], size) },
    commutative: true,
    idempotent: true,
    empty: nothing,
    prepare: (key: K): MinHash => hashOf(keys.write(key)),
    present: (value: MinHash) => resemblanceOf(value, size),
    concatMany: (values: readonly MinHash[]) => mergeAll(values, size),
  })
}
