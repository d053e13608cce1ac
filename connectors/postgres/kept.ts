import type { Aggregation } from '../../core/algebra/aggregation.ts'
import type { Codec } from '../../core/codec/codec.ts'
import { TanagerError } from '../../core/error.ts'
import { Database } from './database.ts'
import { qualified, type TableName } from './identifier.ts'
import { addressOf, type PostgresOptions } from './options.ts'
import { type Shape, type ShapeOptions, shapeOf } from './shape.ts'

/** What is kept: a slot says so, `store('clicks', { key, sum })`. */
export interface KeptSlot<K, V> {
  readonly name: string
  readonly key: Codec<K>
  readonly sum: Aggregation<V, never, unknown>
}

/** Where it is kept. */
export interface KeptOptions<K, V> extends PostgresOptions, ShapeOptions<K, V> {
  /** The slot: its codecs write keys and values. */
  readonly store: KeptSlot<K, V>
  /** The table; the name of the slot unless given. */
  readonly table?: string
  /** Its schema; unless given, PostgreSQL looks for the table along its search path. */
  readonly schema?: string
  /** Makes the tables that are not there; false unless given: then it is an error that says what to type. */
  readonly create?: boolean
  /** How many rows `entries` reads at a time; 1 000 unless given. */
  readonly page?: number
}

export interface Kept<K, V> {
  readonly what: string
  readonly name: TableName
  readonly shape: Shape<K, V>
  readonly ddl: string | undefined
  readonly db: Database
}

/** @throws TanagerError `invalid-option` */
export function keptOf<K, V>(who: string, options: KeptOptions<K, V>): Kept<K, V> {
  const { store, schema } = options
  if (typeof store?.key?.encode !== 'function' || typeof store.sum?.codec?.encode !== 'function') {
    throw new TanagerError('invalid-option', `${who}: store`, { value: store, allowed: "the slot it is bound to: store('name', …)" })
  }
  const what = `${who}(${store.name})`
  const name = { table: options.table ?? store.name, ...(schema === undefined ? {} : { schema }) }
  const shape = shapeOf(what, store, options)
  const ddl = shape.ddl(qualified(what, name))
  if (options.create === true && ddl === undefined) {
    throw new TanagerError('invalid-option', `${what}: create needs the types of the columns`, {
      allowed: `types: { ${[...shape.key.names, ...shape.value.names].map((column) => `${column}: '…'`).join(', ')} }`,
    })
  }
  const db = new Database(addressOf(what, options), { code: 'store', about: what, ...(ddl === undefined ? {} : { ddl }) })
  return { what, name, shape, ddl, db }
}

/** The columns that such a table must have. */
export const columnsOf = <K, V>({ key, value, updatedAt }: Shape<K, V>): readonly string[] => [...key.names, ...value.names, updatedAt]
