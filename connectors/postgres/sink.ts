import type { Sink, SinkToken } from '../../core/contract/sink.ts'
import { TanagerError } from '../../core/error.ts'
import { type CellValue, cellText } from './cell.ts'
import { Database, type Parameter } from './database.ts'
import { qualified, quoted } from './identifier.ts'
import { once } from './once.ts'
import { addressOf, type PostgresOptions, wholeOf } from './options.ts'
import { create, listed, type Table, tableIn, transposed, unnested } from './table.ts'

/** What goes into each column: a function of the record. */
export type SinkColumns<T> = { readonly [column: string]: (item: T) => CellValue }

export interface PostgresSinkOptions<T> extends PostgresOptions {
  readonly table: string
  /** Its schema; unless given, PostgreSQL looks for the table along its search path. */
  readonly schema?: string
  /** What goes into which column: `{ site: (view) => view.site, at: (view) => new Date(view.at) }`. Others get their default. */
  readonly columns: SinkColumns<T>
  /**
   * Columns of which no two rows are the same, by a unique index: a row that is there already is left as it is, and no table
   * of batches is needed. Unless given, batches are told apart by that table.
   */
  readonly unique?: readonly string[]
  /** The table of batches, in the schema of the other; `tanager_batches` unless given. */
  readonly batches?: string
  /** How long a batch is remembered, in hours; 168, a week, unless given. One that comes again later is written again. */
  readonly remember?: number
  /** Makes the table of batches if it is not there; false unless given. */
  readonly create?: boolean
}

/** A sink that writes rows. */
export interface PostgresSink<T> extends Sink<T>, AsyncDisposable {
  /** Closes its connections. Need not be called: connections that wait for work keep no process alive. */
  readonly close: () => Promise<void>
}

/**
 * Writes records as rows into a table of PostgreSQL, exactly once: one statement keeps which batch it is and writes its
 * rows, and does nothing for a batch that was written before.
 *
 * ```ts
 * import { postgresSink } from 'tanager/postgres'
 *
 * const views = postgresSink<{ readonly site: string; readonly at: number }>({
 *   url: 'postgres://tanager:secret@127.0.0.1:5432/stats',
 *   table: 'views',
 *   columns: { site: (view) => view.site, at: (view) => new Date(view.at) },
 * })
 * ```
 *
 * @throws TanagerError `invalid-option`; `write` rejects with `sink`
 */
export function postgresSink<T>(options: PostgresSinkOptions<T>): PostgresSink<T> {
  const { table, schema, columns, unique, batches = 'tanager_batches', remember = 168 } = options
  const what = `postgresSink(${table})`
  const name = { table, ...(schema === undefined ? {} : { schema }) }
  qualified(what, name)
  quoted(`${what}: batches`, batches)
  wholeOf(what, 'remember', remember, 1)
  const entries = columnsOf(what, columns)
  for (const column of unique ?? []) quoted(`${what}: unique`, column)
  if (unique?.length === 0) throw new TanagerError('invalid-option', `${what}: unique names no column`, { allowed: 'at least one' })
  const db = new Database(addressOf(what, options), { code: 'sink', about: what })
  const opened = once(async () => {
    const found = await tableIn(db.ask, { what, code: 'sink', name, columns: [...entries.map(([column]) => column), ...(unique ?? [])] })
    if (unique !== undefined) return { found, tokens: undefined }
    const tokensName = { schema: found.schema, table: batches }
    const ddl = batchesDdl(qualified(what, tokensName), batches)
    if (options.create === true) await db.transaction((ask) => create(ask, ddl))
    const wanted = ['job', 'sink', 'id', 'sequence', 'written_at']
    const tokens = await tableIn(db.ask, { what, code: 'sink', name: tokensName, columns: wanted, ddl: ddl.join(';\n') })
    return { found, tokens: tokens.sql }
  })
  let pruned = 0

  /** Forgets what is older than it should be, a little at a time, and now and then: by far the most writes do not look. */
  async function prune(tokens: string, { job, sink }: SinkToken): Promise<void> {
    if (Date.now() - pruned < pruneEvery) return
    pruned = Date.now()
    const old = `SELECT ctid FROM ${tokens} WHERE job = $1 AND sink = $2 AND written_at < now() - make_interval(hours => $3::int) LIMIT ${pruneAtMost}`
    // The batch is written: whatever is wrong here is not wrong with it, and will be said by the next one if it lasts.
    await db.ask(`DELETE FROM ${tokens} WHERE ctid = ANY(ARRAY(${old}))`, [job, sink, `${remember}`]).catch(() => {})
  }

  const close = () => db.close()
  return {
    write: async (items, token) => {
      if (items.length === 0) return
      const { found, tokens } = await opened()
      const { text, parameters } = writing(found, entries, items, tokens === undefined ? { unique: unique ?? [] } : { tokens, token })
      await db.ask(text, parameters)
      if (tokens !== undefined) await prune(tokens, token)
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** Milliseconds, and rows. */
const pruneEvery = 60_000
const pruneAtMost = 10_000

type Entries<T> = readonly (readonly [column: string, of: (item: T) => CellValue])[]

function columnsOf<T>(what: string, columns: SinkColumns<T>): Entries<T> {
  const entries = Object.entries(typeof columns === 'object' && columns !== null ? columns : {})
  if (entries.length === 0 || entries.some(([, of]) => typeof of !== 'function')) {
    throw new TanagerError('invalid-option', `${what}: columns`, {
      value: columns,
      allowed: 'a function of the record for each column: { site: (view) => view.site }',
    })
  }
  for (const [column] of entries) quoted(`${what}: column`, column)
  return entries
}

const batchesDdl = (sql: string, name: string): readonly string[] => [
  `CREATE TABLE IF NOT EXISTS ${sql} (job text, sink text, id text, sequence bigint NOT NULL, written_at timestamptz NOT NULL, PRIMARY KEY (job, sink, id))`,
  `CREATE INDEX IF NOT EXISTS ${quoted('', `${name.slice(0, 40)}_by_age`)} ON ${sql} (job, sink, written_at)`,
]

type Once = { readonly tokens: string; readonly token: SinkToken } | { readonly unique: readonly string[] }

function writing<T>(table: Table, entries: Entries<T>, items: readonly T[], by: Once) {
  const columns = entries.map(([column]) => column)
  const types = columns.map(table.type)
  const lists = transposed(
    columns.length,
    items.map((item) => entries.map(([column, of]) => cellText(column, of(item)))),
  )
  const insert = `INSERT INTO ${table.sql} (${listed('', columns)}) SELECT ${types.map((type, i) => `u.c${i}::${type}`).join(', ')}`
  if ('unique' in by) {
    const text = `${insert} FROM ${unnested(1, types)} ON CONFLICT (${listed('', by.unique)}) DO NOTHING`
    return { text, parameters: lists as readonly Parameter[] }
  }
  const { job, sink, id, sequence } = by.token
  const text =
    `WITH fresh AS (INSERT INTO ${by.tokens} (job, sink, id, sequence, written_at) VALUES ($1, $2, $3, $4, now()) ` +
    `ON CONFLICT DO NOTHING RETURNING 1) ${insert} FROM ${unnested(5, types)} WHERE EXISTS (SELECT FROM fresh)`
  return { text, parameters: [job, sink, id, `${sequence}`, ...lists] as readonly Parameter[] }
}
