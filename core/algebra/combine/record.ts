import { put } from '../../codec/plain.ts'
import * as codec from '../../codec/record.ts'
import { string } from '../../codec/string.ts'
import { type Aggregation, aggregation } from '../aggregation.ts'
import { withoutEmptyEntries } from './full.ts'
import { mergeTables } from './keyed.ts'

type Table<A> = { readonly [name: string]: A }

/**
 * A table of totals as a plain object; `mapOf` with text for keys, which is quicker, and any other keys.
 *
 * ```ts
 * import { record, sum } from 'tanager/algebra'
 * record(sum).semigroup.concat({ a: 1 }, { a: 2, b: 3 }) // { a: 3, b: 3 }
 * ```
 */
export function record<V, In, Out>(inner: Aggregation<V, In, Out>): Aggregation<Table<V>, Table<In>, Table<Out>> {
  const { isEmpty } = inner
  const plain = codec.record(inner.codec)
  const mergeMaps = mergeTables<string, V>(string, inner)
  const merge = (tables: readonly Table<V>[]) => tableOf(mergeMaps(tables.map((table) => new Map(Object.entries(table)))))
  return aggregation<Table<V>, Table<In>, Table<Out>>({
    id: `record(${inner.id})`,
    value: isEmpty === undefined ? plain : withoutEmptyEntries(plain, Object.entries, isEmpty),
    semigroup: { concat: (a, b) => merge([a, b]) },
    commutative: inner.commutative,
    idempotent: inner.idempotent,
    prepare: (table) => {
      const prepared = Object.entries(table).map(([name, input]) => [name, inner.prepare(input)] as const)
      return tableOf(isEmpty === undefined ? prepared : prepared.filter(([, value]) => !isEmpty(value)))
    },
    present: (table) => tableOf(Object.entries(table).map(([name, value]) => [name, inner.present(value)])),
    empty: Object.freeze({}),
    concatMany: merge,
    ...(isEmpty === undefined ? {} : { isEmpty: (table) => Object.keys(table).length === 0 }),
  })
}

function tableOf<A>(entries: Iterable<readonly [string, A]>): Table<A> {
  const table: Record<string, A> = {}
  for (const [name, value] of entries) put(table, name, value)
  return table
}
