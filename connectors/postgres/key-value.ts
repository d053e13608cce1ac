import { none, type Option, some } from 'fp-ts/lib/Option.js'
import { TanagerError } from '../../core/error.ts'
import type { CellText } from './cell.ts'
import type { Ask, Database, Parameter, Rows } from './database.ts'
import { quoted } from './identifier.ts'
import { possible } from './possible.ts'
import type { Shape } from './shape.ts'
import { listed, type Table, transposed, unnested } from './table.ts'

/** A table of keys and values: the statements that read and write it. */
export class KeyValue<K, V> {
  readonly #shape: Shape<K, V>
  readonly #table: Table
  readonly #keys: readonly string[]
  readonly #keyTypes: readonly string[]
  readonly #columns: readonly string[]
  readonly #strange: string | undefined
  /** Statements are made once: for a small commit that is most of the work there is. */
  readonly #texts = new Map<string, string>()

  constructor(shape: Shape<K, V>, table: Table) {
    this.#shape = shape
    this.#table = table
    this.#keys = shape.key.names.slice(0, shape.key.unique)
    this.#keyTypes = this.#keys.map(table.type)
    this.#columns = [...shape.key.names, ...shape.value.names]
    this.#strange = strangeness(this.#keys, table)
  }

  /** Answers each key, by its number among those asked: what a key is in the database need not be compared here. */
  async multiGet(ask: Ask, keys: readonly K[]): Promise<readonly Option<V>[]> {
    if (keys.length === 0) return []
    const text = this.#text('get', () => {
      const values = listed('', this.#shape.value.names, 't.')
      return `SELECT u.i, ${values} FROM ${unnested(1, this.#keyTypes, true)} JOIN ${this.#table.sql} t ON ${this.#same('t')}`
    })
    const { fields, rows } = await ask(text, this.keyLists(keys))
    const oids = fields.slice(1).map(({ dataTypeID }) => dataTypeID)
    const answers: Option<V>[] = keys.map(() => none)
    for (const [i, ...cells] of rows) answers[Number(i) - 1] = some(this.#shape.value.read(cells, oids))
    return answers
  }

  /** By pages, each after the last key of the one before: nothing stays open in the database while a page is worked on. */
  async *entries(ask: Ask, page: number): AsyncGenerator<readonly [K, V]> {
    const { key, value } = this.#shape
    const order = listed('', this.#keys)
    const begin = `SELECT ${listed('', this.#columns)} FROM ${this.#table.sql}`
    const after = `(${order}) > (${this.#keys.map((column, i) => `$${i + 1}::${this.#table.type(column)}`).join(', ')})`
    let last: readonly CellText[] | undefined
    for (;;) {
      const where = last === undefined ? '' : ` WHERE ${after}`
      const { fields, rows }: Rows = await ask(`${begin}${where} ORDER BY ${order} LIMIT ${page}`, last ?? [])
      const oids = fields.map(({ dataTypeID }) => dataTypeID)
      const width = key.names.length
      for (const row of rows) {
        yield [key.read(row.slice(0, width), oids.slice(0, width)), value.read(row.slice(width), oids.slice(width))]
      }
      if (rows.length < page) return
      last = rows.at(-1)?.slice(0, this.#keys.length)
    }
  }

  /** Writes, as part of a statement whose parameters end before `first`. `only` is a condition under which it is done. */
  put(entries: readonly (readonly [K, V])[], first: number, only: string): Part {
    const rows = entries.map(([key, value]) => [...this.#cells(key), ...this.#shape.value.write(value)])
    return {
      text: this.#text(`put ${first}${only}`, () => this.#insert(first, only)),
      values: transposed(this.#columns.length, rows),
    }
  }

  #insert(first: number, only: string): string {
    const columns = this.#columns
    const kept = columns.filter((column) => !this.#keys.includes(column))
    const at = quoted('', this.#shape.updatedAt)
    const types = columns.map(this.#table.type)
    const typed = types.map((type, i) => `u.c${i}::${type}`)
    const set = [...kept.map((column) => `${quoted('', column)} = excluded.${quoted('', column)}`), `${at} = excluded.${at}`]
    return (
      `INSERT INTO ${this.#table.sql} (${listed('', columns)}, ${at}) SELECT ${typed.join(', ')}, now() ` +
      `FROM ${unnested(first, types)}${only} ON CONFLICT (${listed('', this.#keys)}) DO UPDATE SET ${set.join(', ')}`
    )
  }

  remove(keys: readonly K[], first: number, only: string): Part {
    const also = only === '' ? '' : ` AND ${only.replace(/^ WHERE /, '')}`
    return {
      text: this.#text(
        `remove ${first}${only}`,
        () => `DELETE FROM ${this.#table.sql} t USING ${unnested(first, this.#keyTypes)} WHERE ${this.#same('t')}${also}`,
      ),
      values: this.keyLists(keys),
    }
  }

  /**
   * Those keys of a `put` that begins at `first` that would be others in their columns, as a relation: cut or rounded to the
   * limits of a type. Such a row would not be found by its key again. Nothing where no type has limits.
   */
  strange(first = 1): string | undefined {
    return this.#strange === undefined ? undefined : `SELECT u.i FROM ${unnested(first, this.#keyTypes, true)} WHERE ${this.#strange}`
  }

  /** Which keys the types of their columns can hold; one that they cannot is in no row. */
  possible(db: Database, keys: readonly K[]): Promise<readonly boolean[]> {
    return possible(db, this.#keyTypes, keys, (key) => this.#cells(key).slice(0, this.#keys.length))
  }

  /** Keys, by their number, that are one row of the table with a key before them: the table has its own way to compare. */
  get twins(): string {
    const same = this.#keys.map((column) => `t.${quoted('', column)}`).join(', ')
    const rows = `${unnested(1, this.#keyTypes, true)} JOIN ${this.#table.sql} t ON ${this.#same('t')}`
    return `SELECT i FROM (SELECT u.i, row_number() OVER (PARTITION BY ${same} ORDER BY u.i) AS n FROM ${rows}) AS found WHERE n > 1`
  }

  /** What tells a key from others, as text: the same for those that are one row. */
  row(key: K): string {
    return JSON.stringify(this.#cells(key).slice(0, this.#keys.length))
  }

  keyLists(keys: readonly K[]): readonly Parameter[] {
    return transposed(
      this.#keys.length,
      keys.map((key) => this.#cells(key)),
    )
  }

  /** NULL is the same as nothing, not even as itself: a row with such a key would never be found again. */
  #cells(key: K): readonly CellText[] {
    const cells = this.#shape.key.write(key)
    if (cells.slice(0, this.#keys.length).every((cell) => cell !== null)) return cells
    throw new TanagerError('encode', 'a key has NULL in one of its columns', { value: key })
  }

  #text(what: string, make: () => string): string {
    let text = this.#texts.get(what)
    if (text === undefined) {
      text = make()
      this.#texts.set(what, text)
    }
    return text
  }

  #same(of: string): string {
    return this.#keys.map((column, i) => `${of}.${quoted('', column)} = u.c${i}::${this.#table.type(column)}`).join(' AND ')
  }
}

/** That a key, of a row `u`, is another within the limits of its columns. */
function strangeness(keys: readonly string[], { type, limits }: Table): string | undefined {
  const changed = keys.flatMap((column, i) => {
    const limited = limits(column)
    return limited === undefined ? [] : [`u.c${i}::${type(column)}::${limited} IS DISTINCT FROM u.c${i}::${type(column)}`]
  })
  return changed.length === 0 ? undefined : changed.join(' OR ')
}

export const strangeKey = (): TanagerError =>
  new TanagerError('refused', 'a key would be another one in the table, cut or rounded to the limits of its type', {
    remedy: 'ALTER the column to the same type without limits, or cut and round keys in the job.',
  })

/** A piece of a statement, and the parameters it brings along. */
export interface Part {
  readonly text: string
  readonly values: readonly Parameter[]
}
