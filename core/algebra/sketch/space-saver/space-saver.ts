import { type Aggregation, aggregation } from '../../aggregation.ts'
import { type KeyOptions, keysOf } from '../key.ts'
import { whole } from '../parameter.ts'
import { codecOf } from './codec.ts'
import { Counters } from './counters.ts'
import { type Ranking, rankingOf } from './ranking.ts'
import { nothing, type SpaceSaver } from './value.ts'

export interface SpaceSaverOptions {
  /** How many keys have a counter: from 2 to 1,000,000. To know the top 10 well, some hundreds. */
  readonly capacity: number
}

/**
 * The most frequent keys, with `capacity` counters however many keys there are (Metwally, Agrawal and El Abbadi, 2005).
 *
 * Bounds, always and for any input: a count is never too small, and too large by at most `total / capacity`; each key
 * knows by how much at most. So every key that makes up more than `1 / capacity` of all has a counter. As long as there are
 * no more keys than counters all is exact.
 *
 * Merging is that of Agarwal et al. ("Mergeable Summaries", 2012): counts are added, a key that one side does not know
 * counts there as the side's least, and the greatest are kept; where counts are equal, keys decide.
 *
 * Law: commutative, and determined by what was merged in which order, but **not associative** once there are more keys
 * than counters: which rare keys have a counter, and how wide their bounds are, then depends on the order of merging. What
 * does not depend on it, and may be relied on whatever the workers, batches and partitions: `total`, and that all the
 * bounds above hold.
 *
 * Keys are text, or whatever `key` writes.
 *
 * ```ts
 * import { codec, job, source, store } from 'tanager'
 * import { spaceSaver } from 'tanager/algebra'
 * import { memory } from 'tanager/memory'
 * const hits = source('hits', { item: codec.string })
 * const pages = store('pages', { key: codec.string, sum: spaceSaver({ capacity: 100 }) })
 * const ranking = job('ranking', hits.map((page) => ['all', page] as const).aggregateByKey(pages))
 * const { stores } = await memory().on(ranking).run({ hits: ['/', '/', '/about'] })
 * stores.pages.get('all')?.top(1) // [{ key: '/', count: { estimate: 2, min: 2, max: 2, confidence: 1 }, guaranteed: true }]
 * ```
 */
export function spaceSaver(options: SpaceSaverOptions): Aggregation<SpaceSaver, string, Ranking<string>>
export function spaceSaver<K>(options: SpaceSaverOptions & Required<KeyOptions<K>>): Aggregation<SpaceSaver, K, Ranking<K>>
export function spaceSaver<K>(options: SpaceSaverOptions & KeyOptions<K>): Aggregation<SpaceSaver, K, Ranking<K>> {
  const capacity = whole('capacity', options.capacity, { from: 2, to: 1_000_000 })
  const keys = keysOf(options)
  const id = `spaceSaver(capacity:${capacity}${keys.id})`
  const concatMany = (values: readonly SpaceSaver[]): SpaceSaver => {
    const counters = new Counters(capacity)
    for (const value of values) counters.add(value)
    return counters.freeze()
  }
  return aggregation({
    id,
    value: codecOf(id, capacity),
    semigroup: { concat: (a: SpaceSaver, b: SpaceSaver) => concatMany([a, b]) },
    commutative: true,
    empty: nothing,
    prepare: (key: K) => ({ kind: 'one' as const, key: keys.write(key), count: 1 }),
    present: (value: SpaceSaver) => rankingOf(value, capacity, keys),
    concatMany,
  })
}
