import { TanagerError } from '../../core/error.ts'
import type { Ask } from './database.ts'
import { qualified, quoted, type TableName } from './identifier.ts'

/** A table as it is in the database. */
export interface Table {
  readonly schema: string
  readonly name: string
  /** Quoted and with its schema: what it is found by, whatever the search path comes to be. */
  readonly sql: string
  /** The type of a column, as SQL writes it. Without its limits: a cast to `varchar(3)` would cut, an assignment refuses. */
  readonly type: (column: string) => string
  /** The type with its limits, as `varchar(3)`, of a column that has some. */
  readonly limits: (column: string) => string | undefined
}

// Of a type without limits: `character` alone would be `character(1)`, to which casts cut.
const inCatalog = `SELECT n.nspname, c.relname, a.attname, format_type(a.atttypid, -1),
  CASE WHEN a.atttypmod >= 0 THEN format_type(a.atttypid, a.atttypmod) END
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.oid = to_regclass($1) ORDER BY a.attnum`

export interface Wanted {
  readonly what: string
  readonly code: 'store' | 'service' | 'sink' | 'source'
  readonly name: TableName
  readonly columns: readonly string[]
  /** What would make it; for the error that says it is not there. */
  readonly ddl?: string
}

/** Looks a table up, and whether it has the columns. */
export async function tableIn(ask: Ask, { what, code, name, columns, ddl }: Wanted): Promise<Table> {
  const sql = qualified(what, name)
  const { rows } = await ask(inCatalog, [sql])
  const [first] = rows
  if (first === undefined) {
    throw new TanagerError(code, `there is no table ${sql}`, {
      where: what,
      remedy: ddl === undefined ? 'Correct its name, or make it.' : `Correct its name, or make it:\n${ddl}`,
    })
  }
  const types = new Map(rows.map(([, , column, type]) => [column as string, type as string]))
  const limits = new Map(rows.map(([, , column, , limited]) => [column as string, limited]))
  const missing = columns.filter((column) => !types.has(column))
  if (missing.length > 0) {
    throw new TanagerError(code, `the table ${sql} has no ${missing.length === 1 ? 'column' : 'columns'} ${missing.join(', ')}`, {
      where: what,
      allowed: `its columns: ${[...types.keys()].join(', ')}`,
      ...(ddl === undefined ? {} : { remedy: `It could be made in this way:\n${ddl}` }),
    })
  }
  const schema = first[0] as string
  const table = first[1] as string
  return {
    schema,
    name: table,
    sql: qualified(what, { schema, table }),
    type: (column) => types.get(column) as string,
    limits: (column) => limits.get(column) ?? undefined,
  }
}

/** Columns as SQL lists them. */
export const listed = (what: string, columns: readonly string[], of = ''): string =>
  columns.map((column) => `${of}${quoted(`${what}: column`, column)}`).join(', ')

/** Makes tables that are not there. One at a time: two that make the same at once would fail. */
export async function create(ask: Ask, statements: readonly string[]): Promise<void> {
  await ask(`SELECT pg_advisory_xact_lock(hashtextextended('tanager: create tables', 0))`)
  for (const statement of statements) await ask(statement)
}

/** Rows turned into one list for each column: what `unnest` takes. */
export function transposed<A>(width: number, rows: readonly (readonly A[])[]): readonly (readonly A[])[] {
  return Array.from({ length: width }, (_, column) => rows.map((row) => row[column] as A))
}

/**
 * Lists of texts, from the parameter with that number on, as rows of a relation called u, with columns c0, c1 and so on of
 * these types. Lists of lists would be taken apart: those stay texts, and are cast where they are used.
 */
export function unnested(first: number, types: readonly string[], ordinality = false): string {
  const lists = types.map((type, i) => `$${first + i}::${type.endsWith('[]') ? 'text' : type}[]`)
  const names = [...types.map((_, i) => `c${i}`), ...(ordinality ? ['i'] : [])]
  return `unnest(${lists.join(', ')})${ordinality ? ' WITH ORDINALITY' : ''} AS u(${names.join(', ')})`
}
