import { none, type Option, some } from 'fp-ts/lib/Option.js'
import type { Codec } from '../../core/codec/codec.ts'
import type { Service } from '../../core/contract/service.ts'
import { TanagerError } from '../../core/error.ts'
import type { CellText } from './cell.ts'
import { Database, type Parameter } from './database.ts'
import { isData } from './fault.ts'
import { qualified, quoted } from './identifier.ts'
import { renewable } from './once.ts'
import { addressOf, type PostgresOptions } from './options.ts'
import { type Columns, type Part, partOf } from './part.ts'
import { onlyPossible, possible } from './possible.ts'
import { listed, tableIn, transposed, unnested } from './table.ts'

/** What is looked up: the slot of the job, `service('segmentOf', { key, value })`. */
export interface LookedUpSlot<K, W> {
  readonly name: string
  readonly key: Codec<K>
  readonly value: Codec<W>
}

export interface PostgresLookupOptions<K, W> extends PostgresOptions {
  /** The slot it is bound to: its codecs write keys and read values. */
  readonly service: LookedUpSlot<K, W>
  /** The table or view to look in, by its columns `key` and `value`. */
  readonly table?: string
  /** Its schema; unless given, PostgreSQL looks for the table along its search path. */
  readonly schema?: string
  /** Instead of a table: a query of your own. `$1` is the list of keys, as in `= ANY($1)`, and the key is what it selects first. */
  readonly query?: string
  /** The columns of the key. With a query, only how many they are matters: it gets as many lists. `key` unless given. */
  readonly key?: Columns<K>
  /** The columns of the value. `value` unless given. */
  readonly value?: Columns<W>
}

/** A lookup in a database. */
export interface PostgresLookup<K, W> extends Service<K, W>, AsyncDisposable {
  /** Closes its connections. Need not be called: connections that wait for work keep no process alive. */
  readonly close: () => Promise<void>
}

/**
 * Looks keys up in PostgreSQL: all keys of a batch in one query. No row is `none`, and so is a value of NULL, unless its
 * codec reads that. Two rows for one key are an error: which of them is meant would be chance.
 *
 * ```ts
 * import { codec, service } from 'tanager'
 * import { postgresLookup } from 'tanager/postgres'
 *
 * const segmentOf = service('segmentOf', { key: codec.string, value: codec.string })
 * const url = 'postgres://reader:secret@127.0.0.1:5432/crm'
 * const whole = postgresLookup({ url, service: segmentOf, table: 'customers', key: 'id', value: 'segment' })
 * const some = postgresLookup({ url, service: segmentOf, query: 'SELECT id, segment FROM customers WHERE id = ANY($1) AND active' })
 * ```
 *
 * @throws TanagerError `invalid-option`; `multiGet` rejects with `service`
 */
export function postgresLookup<K, W>(options: PostgresLookupOptions<K, W>): PostgresLookup<K, W> {
  const { service, table, schema, query } = options
  const what = `postgresLookup(${service?.name})`
  if (typeof service?.key?.encode !== 'function' || typeof service.value?.encode !== 'function') {
    throw new TanagerError('invalid-option', 'postgresLookup: service', {
      value: service,
      allowed: "the slot it is bound to: service('name', …)",
    })
  }
  if ((table === undefined) === (query === undefined)) {
    throw new TanagerError('invalid-option', `${what}: table and query`, { value: { table, query }, allowed: 'one of them' })
  }
  const key = partOf(`${what}: key`, options.key ?? 'key', service.key)
  const value = partOf(`${what}: value`, options.value ?? 'value', service.value)
  if (table !== undefined) qualified(what, { table, ...(schema === undefined ? {} : { schema }) })
  for (const column of [...key.names, ...value.names]) quoted(`${what}: column`, column)
  const db = new Database(addressOf(what, options), { code: 'service', about: what })
  const found = renewable(async () => {
    const name = { table: table as string, ...(schema === undefined ? {} : { schema }) }
    const { sql, type } = await tableIn(db.ask, { what, code: 'service', name, columns: [...key.names, ...value.names] })
    const same = key.names.map((column, i) => `t.${quoted('', column)} = u.c${i}::${type(column)}`)
    const types = key.names.map(type)
    return {
      types,
      text: `SELECT u.i, ${listed('', value.names, 't.')} FROM ${unnested(1, types, true)} JOIN ${sql} t ON ${same.join(' AND ')}`,
    }
  })

  const close = () => db.close()
  return {
    multiGet: async (keys) => {
      if (keys.length === 0) return []
      if (query !== undefined) return byKey(query, keys, listsOf(keys))
      const { text } = await found.get()
      return byNumber(text, keys).catch(async (error: unknown) => {
        if (!isData(error)) throw error
        // What the columns cannot hold, as they are by now, is in no row.
        const { text, types } = await found.anew()
        return onlyPossible<K, Option<W>>(keys, await possible(db, types, keys, key.write), (left) => byNumber(text, left), none)
      })
    },
    close,
    [Symbol.asyncDispose]: close,
  }

  function listsOf(keys: readonly K[]): readonly Parameter[] {
    return transposed(
      key.names.length,
      keys.map((each) => key.write(each)),
    )
  }

  /** Of a table, each row comes with the number of its key. */
  async function byNumber(text: string, keys: readonly K[]): Promise<readonly Option<W>[]> {
    const { fields, rows } = await db.ask(text, listsOf(keys))
    const oids = fields.slice(1).map(({ dataTypeID }) => dataTypeID)
    const answers: Option<W>[] = keys.map(() => none)
    const seen = new Set<string | null>()
    for (const [i = null, ...cells] of rows) {
      if (seen.has(i)) throw twice(keys[Number(i) - 1])
      seen.add(i)
      answers[Number(i) - 1] = answerOf(value, cells, oids)
    }
    return answers
  }

  /** Of a query, each row comes with its key, which is the one that was asked if its codec writes it in the same way. */
  async function byKey(text: string, keys: readonly K[], lists: readonly Parameter[]): Promise<readonly Option<W>[]> {
    const { fields, rows } = await db.ask(text, lists)
    const width = key.names.length
    if (fields.length !== width + value.names.length) {
      throw new TanagerError('service', 'the query selects other columns than it should', {
        where: what,
        value: fields.map(({ name }) => name).join(', '),
        allowed: `first those of the key (${width}), then those of the value (${value.names.length})`,
      })
    }
    const oids = fields.map(({ dataTypeID }) => dataTypeID)
    const answers = new Map<string, Option<W>>()
    for (const row of rows) {
      const of = key.read(row.slice(0, width), oids.slice(0, width))
      const name = service.key.encode(of)
      if (answers.has(name)) throw twice(of)
      answers.set(name, answerOf(value, row.slice(width), oids.slice(width)))
    }
    return keys.map((each) => answers.get(service.key.encode(each)) ?? none)
  }

  function twice(key: unknown): TanagerError {
    return new TanagerError('service', 'there are two rows for one key', {
      where: what,
      value: key,
      remedy: 'Look in a table where the key is unique, or select one of them: DISTINCT ON, GROUP BY.',
    })
  }
}

function answerOf<W>(value: Part<W>, cells: readonly CellText[], oids: readonly number[]): Option<W> {
  if (cells.some((cell) => cell !== null)) return some(value.read(cells, oids))
  try {
    return some(value.read(cells, oids))
  } catch {
    return none
  }
}
