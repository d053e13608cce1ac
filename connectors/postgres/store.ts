import { none, type Option } from 'fp-ts/lib/Option.js'
import type { StoreChange, StorePosition, TransactionalStore } from '../../core/contract/transactional-store.ts'
import { TanagerError } from '../../core/error.ts'
import type { Database, Parameter } from './database.ts'
import { isData } from './fault.ts'
import { qualified, quoted, type TableName } from './identifier.ts'
import { columnsOf, type Kept, type KeptOptions, keptOf } from './kept.ts'
import { KeyValue, strangeKey } from './key-value.ts'
import { renewable } from './once.ts'
import { wholeOf } from './options.ts'
import { onlyPossible } from './possible.ts'
import { type Rows, refusals } from './refusal.ts'
import { create, tableIn } from './table.ts'
import { restoredNote, storableNote } from './text.ts'

export interface PostgresStoreOptions<K, V> extends KeptOptions<K, V> {
  /** The table, of this store of this job alone; the name of the slot unless given. */
  readonly table?: string
  /** The table of positions, in the schema of the other; `tanager_positions` unless given. */
  readonly positions?: string
}

/** A store of a job in a table. */
export interface PostgresStore<K, V> extends TransactionalStore<K, V>, AsyncDisposable {
  /** Closes its connections. Need not be called: connections that wait for work keep no process alive. */
  readonly close: () => Promise<void>
}

/**
 * Keeps a job's totals in a table of PostgreSQL, exactly once: values and position are written by one statement, which does
 * nothing where the position is not what it should be.
 *
 * ```ts
 * import { codec, job, source, store } from 'tanager'
 * import { sum } from 'tanager/algebra'
 * import { bullmq } from 'tanager/bullmq'
 * import { postgresStore } from 'tanager/postgres'
 *
 * const beacons = source('beacons', { item: codec.string })
 * const clicks = store('clicks', { key: codec.string, sum })
 * const counts = job('counts', beacons.map((site) => [site, 1] as const).sumByKey(clicks))
 *
 * export default bullmq().on(counts).bind({
 *   clicks: postgresStore({
 *     url: 'postgres://tanager:secret@127.0.0.1:5432/stats',
 *     store: clicks,
 *     table: 'clicks',
 *     columns: { key: 'site', value: 'clicks' },
 *   }),
 * })
 * ```
 *
 * @throws TanagerError `invalid-option`; its methods reject with `store`
 */
export function postgresStore<K, V>(options: PostgresStoreOptions<K, V>): PostgresStore<K, V> {
  const { positions = 'tanager_positions', page = 1000, create: making = false } = options
  const kept = keptOf('postgresStore', options)
  const { what, db } = kept
  quoted(`${what}: positions`, positions)
  wholeOf(what, 'page', page, 1)
  // Anew where values were refused: the table may have been altered for them.
  const { get: opened, anew: reopened } = renewable(() => opening(kept, positions, making))

  const close = () => db.close()
  return {
    at: async (partition) => {
      const { places, id } = await opened()
      const { rows } = await db.ask(`SELECT position, note FROM ${places} WHERE store = $1 AND partition = $2`, [id, `${partition}`])
      return placeOf(rows[0])
    },
    multiGet: async (keys) => {
      const { values } = await opened()
      return values.multiGet(db.ask, keys).catch(async (error: unknown) => {
        if (!isData(error)) throw error
        const { values } = await reopened()
        return onlyPossible<K, Option<V>>(keys, await values.possible(db, keys), (left) => values.multiGet(db.ask, left), none)
      })
    },
    commit: async (change) => {
      const { values, places, id } = await opened()
      const { text, parameters } = commitOf(values, places, id, change)
      const { rows } = await db.ask(text, parameters)
      if (rows[0]?.[1] === 't') throw strangeKey()
      return rows[0]?.[0] === '1'
    },
    refuses: async (entries) => refusals(await reopened(), entries),
    async *entries() {
      yield* (await opened()).values.entries(db.ask, page)
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

interface Opened<K, V> extends Rows<K, V> {
  /** The table of positions. */
  readonly places: string
  /** What this store is called there. */
  readonly id: string
}

function placeOf(row: readonly (string | null)[] | undefined): StorePosition {
  if (row === undefined) return { position: 0, note: '' }
  return { position: Number(row[0]), note: restoredNote(row[1] as string) }
}

async function opening<K, V>({ what, name, shape, ddl, db }: Kept<K, V>, positions: string, making: boolean): Promise<Opened<K, V>> {
  if (making) {
    const places = qualified(what, { ...name, table: positions })
    await db.transaction((ask) => create(ask, [ddl as string, placesDdl(places)]))
  }
  await refuseForgetting(db, what)
  const table = await tableIn(db.ask, { what, code: 'store', name, columns: columnsOf(shape), ...(ddl === undefined ? {} : { ddl }) })
  const placesName: TableName = { schema: table.schema, table: positions }
  const places = await tableIn(db.ask, {
    what,
    code: 'store',
    name: placesName,
    columns: ['store', 'partition', 'position', 'note', 'updated_at'],
    ddl: placesDdl(qualified(what, placesName)),
  })
  return { db, shape, table, values: new KeyValue(shape, table), places: places.sql, id: table.name }
}

const placesDdl = (sql: string) =>
  `CREATE TABLE IF NOT EXISTS ${sql} (store text, partition integer, position bigint NOT NULL, note text NOT NULL, ` +
  'updated_at timestamptz NOT NULL, PRIMARY KEY (store, partition))'

/** A commit that is answered before it is on disk may be gone after a crash, when the log has let go of what it was made of. */
async function refuseForgetting(db: Database, what: string): Promise<void> {
  const { rows } = await db.ask(`SELECT current_setting('synchronous_commit')`)
  if (rows[0]?.[0] !== 'off') return
  throw new TanagerError('store', 'synchronous_commit is off: PostgreSQL may lose what it has committed', {
    where: what,
    remedy: 'Type: ALTER ROLE … SET synchronous_commit = on, for the user in the url.',
  })
}

/**
 * All of a commit in one statement: no transaction stays open, and locks what others wait for, while its worker is held up;
 * and it is one trip. Whoever comes second waits for the row of the position, finds it moved, and changes nothing: that row
 * is asked for first, since nothing else is done before it is known whether there is one.
 */
function commitOf<K, V>(
  values: KeyValue<K, V>,
  places: string,
  id: string,
  { partition, from, position, note, puts, removes }: StoreChange<K, V>,
) {
  const parameters: Parameter[] = [id, `${partition}`, `${position}`, storableNote(note), `${from}`]
  // A key that would not be found again must not be written: then nothing moves, and nothing else is done.
  const strange = puts.length > 0 ? values.strange(parameters.length + 1) : undefined
  const unless = strange === undefined ? '' : 'NOT EXISTS (SELECT FROM strange)'
  const first =
    from === 0
      ? `INSERT INTO ${places} AS p (store, partition, position, note, updated_at) ` +
        `SELECT $1::text, $2::integer, $3::bigint, $4::text, now()${unless === '' ? '' : ` WHERE ${unless}`} ` +
        'ON CONFLICT (store, partition) DO UPDATE SET position = excluded.position, note = excluded.note, updated_at = excluded.updated_at ' +
        'WHERE p.position = $5::bigint RETURNING 1'
      : `UPDATE ${places} SET position = $3, note = $4, updated_at = now() ` +
        `WHERE store = $1 AND partition = $2 AND position = $5${unless === '' ? '' : ` AND ${unless}`} RETURNING 1`
  const parts = [...(strange === undefined ? [] : [`strange AS (${strange})`]), `moved AS (${first})`]
  const only = ' WHERE EXISTS (SELECT FROM moved)'
  const add = (name: string, part: (first: number) => { readonly text: string; readonly values: readonly Parameter[] }) => {
    const { text, values: more } = part(parameters.length + 1)
    parts.push(`${name} AS (${text})`)
    parameters.push(...more)
  }
  if (puts.length > 0) add('puts', (next) => values.put(puts, next, only))
  if (removes.length > 0) add('removes', (next) => values.remove(removes, next, only))
  const told = strange === undefined ? '' : ', EXISTS (SELECT FROM strange)'
  return { text: `WITH ${parts.join(', ')} SELECT (SELECT count(*) FROM moved)${told}`, parameters }
}
