import { type Aggregation, aggregation } from '../../aggregation.ts'
import { type KeyOptions, keysOf } from '../key.ts'
import { hash } from '../places.ts'
import { codecOf } from './codec.ts'
import { type Frequencies, frequenciesOf } from './frequencies.ts'
import { mergeAll } from './merge.ts'
import { type CountMinOptions, shapeOf } from './options.ts'
import { type CountMin, nothing } from './value.ts'

/**
 * How often each key came, in a table whose size does not depend on how many keys there are (Cormode and Muthukrishnan,
 * 2005): `e / epsilon` counters wide, `ln(1 / delta)` deep. With `heavyHitters: 0.01` also which keys make up at least a
 * hundredth of all.
 *
 * Bounds: an estimate is never below the true count, and above it by at most `epsilon * total` with probability
 * `1 - delta`. Each key with at least the share asked for is among the heavy hitters, and so is none, with that
 * probability, with less than `share - epsilon`. As long as the keys take less room than the table they are kept as they
 * are, and all answers are exact. Who may choose the keys can make them collide: the hash is no secret.
 *
 * Merging adds the tables: associative and commutative, to the last bit. The heavy hitters come from candidates: keys with
 * half the share, judged again against the total of each merge, at most `8 / share` of them. Which keys are kept as
 * candidates may depend on what was merged first; which are shown as heavy hitters only where the table errs by more
 * than half the share, far less likely than `delta`.
 *
 * Keys are text, or whatever `key` writes. Text with a lone surrogate is refused.
 *
 * ```ts
 * import { codec, job, source, store } from 'tanager'
 * import { countMin } from 'tanager/algebra'
 * import { memory } from 'tanager/memory'
 * const hits = source('hits', { item: codec.string })
 * const pages = store('pages', { key: codec.string, sum: countMin({ epsilon: 0.001, delta: 0.001, heavyHitters: 0.1 }) })
 * const counting = job('counting', hits.map((page) => ['all', page] as const).aggregateByKey(pages))
 * const { stores } = await memory().on(counting).run({ hits: ['/', '/', '/about'] })
 * stores.pages.get('all')?.count('/') // { estimate: 2, min: 2, max: 2, confidence: 1 }
 * stores.pages.get('all')?.heavyHitters.map(({ key }) => key) // ['/', '/about']
 * ```
 */
export function countMin(options: CountMinOptions): Aggregation<CountMin, string, Frequencies<string>>
export function countMin<K>(options: CountMinOptions & Required<KeyOptions<K>>): Aggregation<CountMin, K, Frequencies<K>>
export function countMin<K>(options: CountMinOptions & KeyOptions<K>): Aggregation<CountMin, K, Frequencies<K>> {
  const shape = shapeOf(options)
  const keys = keysOf(options)
  const { epsilon, delta, heavyHitters } = options
  const heavy = heavyHitters === undefined ? '' : `,heavyHitters:${heavyHitters}`
  const id = `countMin(epsilon:${epsilon},delta:${delta}${heavy}${keys.id},${hash.id})`
  return aggregation({
    id,
    value: codecOf(id, shape),
    semigroup: { concat: (a: CountMin, b: CountMin) => mergeAll([a, b], shape) },
    commutative: true,
    empty: nothing,
    prepare: (key: K) => ({ kind: 'one' as const, key: keys.write(key), count: 1 }),
    present: (value: CountMin) => frequenciesOf(value, shape, keys),
    concatMany: (values: readonly CountMin[]) => mergeAll(values, shape),
  })
}
