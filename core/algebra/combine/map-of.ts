import { type Codec, formatOf } from '../../codec/codec.ts'
import * as codec from '../../codec/map.ts'
import { type Aggregation, aggregation } from '../aggregation.ts'
import { withoutEmptyEntries } from './full.ts'
import { mergeTables, withoutEmpty } from './keyed.ts'

/**
 * A table of totals under one key of the store: `Map`s are merged key by key, in time linear in their size, where fp-ts's
 * own map monoid looks every key up by a walk. Keys are told apart by their encodings.
 *
 * A table is read and written whole, so this is for some hundreds of entries; what has more belongs into the key of the
 * store (`sumByKey` with a `codec.tuple` key). Entries that the aggregation would let go of (`sparseSum` at 0) are left out.
 *
 * ```ts
 * import { codec, store } from 'tanager'
 * import { mapOf, sum } from 'tanager/algebra'
 * const hitsByStatus = store('hits-by-status', { key: codec.string, sum: mapOf(codec.int, sum) })
 * mapOf(codec.int, sum).semigroup.concat(new Map([[200, 1]]), new Map([[200, 2], [404, 1]])) // 200 → 3, 404 → 1
 * ```
 */
export function mapOf<K, V, In, Out>(
  key: Codec<K>,
  inner: Aggregation<V, In, Out>,
): Aggregation<ReadonlyMap<K, V>, ReadonlyMap<K, In>, ReadonlyMap<K, Out>> {
  const merge = mergeTables(key, inner)
  const { isEmpty } = inner
  const plain = codec.map(key, inner.codec)
  return aggregation<ReadonlyMap<K, V>, ReadonlyMap<K, In>, ReadonlyMap<K, Out>>({
    id: `mapOf(${formatOf(key)},${inner.id})`,
    value: isEmpty === undefined ? plain : withoutEmptyEntries(plain, (table) => table, isEmpty),
    semigroup: { concat: (a, b) => merge([a, b]) },
    commutative: inner.commutative,
    idempotent: inner.idempotent,
    prepare: (table) => withoutEmpty(mapped(table, inner.prepare), inner),
    present: (table) => mapped(table, inner.present),
    empty: new Map(),
    concatMany: merge,
    ...(isEmpty === undefined ? {} : { isEmpty: ({ size }) => size === 0 }),
  })
}

function mapped<K, A, B>(table: ReadonlyMap<K, A>, by: (value: A) => B): Map<K, B> {
  const all = new Map<K, B>()
  for (const [key, value] of table) all.set(key, by(value))
  return all
}
