import { setTimeout as sleep } from 'node:timers/promises'
import { isSome, type Option, some } from 'fp-ts/lib/Option.js'
import type { Client } from 'pg'
import { isWellFormed } from '../../core/codec/wellformed.ts'
import type { BatchLimits, OpenSource, RefusedRecord, SourceBatch, SourceReader } from '../../core/contract/source-reader.ts'
import { TanagerError } from '../../core/error.ts'
import { type Ask, Database } from './database.ts'
import { qualified, quoted, type TableName } from './identifier.ts'
import { addressOf, type PostgresOptions, wholeOf } from './options.ts'
import { type Table, tableIn } from './table.ts'

export interface PostgresOutboxOptions extends Omit<PostgresOptions, 'connections'> {
  readonly table: string
  /** Its schema; unless given, PostgreSQL looks for the table along its search path. */
  readonly schema?: string
  /** A column that is unique and grows, such as a serial; `id` unless given. */
  readonly key?: string
  /** The column of the record, as its codec reads it; `payload` unless given. */
  readonly payload?: string
  /** The column of the transaction that wrote the row, `xid8 NOT NULL DEFAULT pg_current_xact_id()`; `xid` unless given. */
  readonly transaction?: string
  /** The channel that a trigger notifies, to be woken at once; unless given, it only looks now and then. */
  readonly channel?: string
  /** How long until it looks again where there was nothing, in milliseconds; 1 000 unless given. */
  readonly poll?: number
}

/**
 * Reads an outbox: a table to which an application adds rows in the transactions in which it does its work. Each row is
 * taken once, and none is missed, also not one whose transaction took a small number and committed late.
 *
 * ```ts
 * import { postgresOutbox } from 'tanager/postgres'
 *
 * const orders = postgresOutbox({ url: 'postgres://reader:secret@127.0.0.1:5432/shop', table: 'outbox', payload: 'body' })
 * ```
 *
 * @throws TanagerError `invalid-option`; `open` and `next` reject with `source`
 */
export function postgresOutbox(options: PostgresOutboxOptions): SourceReader {
  const { table, schema, key = 'id', payload = 'payload', transaction = 'xid', channel, poll = 1000 } = options
  const what = `postgresOutbox(${table})`
  const name: TableName = { table, ...(schema === undefined ? {} : { schema }) }
  qualified(what, name)
  for (const column of [key, payload, transaction]) quoted(`${what}: column`, column)
  if (channel !== undefined) quoted(`${what}: channel`, channel)
  wholeOf(what, 'poll', poll, 1)
  const address = addressOf(what, options)

  return {
    resumes: 'position',
    open: async ({ position, batch }) => {
      const db = new Database(address, { code: 'source', about: what })
      const from = placeOf(position)
      const { client, ask } = await db.connection()
      try {
        const found = await tableIn(ask, { what, code: 'source', name, columns: [key, payload, transaction] })
        refuseOtherType(what, found, transaction)
        await refuseOtherServer(ask, what, from)
        if (channel !== undefined) await ask(`LISTEN ${quoted('', channel)}`)
        const text = statementOf(found, { key, payload, transaction })
        return new Reading({ db, client, ask, text, poll, limits: batch }, from)
      } catch (thrown) {
        await client.end().catch(() => {})
        throw db.fault(thrown)
      }
    },
  }
}

/** The last row that was taken: its transaction, and its key in there. */
interface Place {
  readonly xid: string
  readonly key: string
}

const positionOf = ({ xid, key }: Place): string => JSON.stringify([xid, key])

function placeOf(position: Option<string>): Place | undefined {
  if (!isSome(position)) return undefined
  try {
    const [xid, key, ...more] = JSON.parse(position.value) as readonly unknown[]
    if (typeof xid === 'string' && /^\d+$/.test(xid) && typeof key === 'string' && more.length === 0) return { xid, key }
  } catch {
    // It is none of ours then, whatever is wrong with it.
  }
  throw new TanagerError('decode', 'this is no position in an outbox', { value: position.value, allowed: '["transaction","key"]' })
}

function refuseOtherType(what: string, table: Table, column: string): void {
  const type = table.type(column)
  if (type === 'xid8') return
  throw new TanagerError('source', `the column ${column} of ${table.sql} does not say which transaction wrote a row`, {
    where: what,
    value: type,
    allowed: 'xid8 NOT NULL DEFAULT pg_current_xact_id()',
    remedy: `Type: ALTER TABLE ${table.sql} ADD COLUMN … xid8 NOT NULL DEFAULT pg_current_xact_id(); and name it as \`transaction\`.`,
  })
}

/** On a server that was made anew from a dump, transactions are counted anew: what is written from now on would seem to be read. */
async function refuseOtherServer(ask: Ask, what: string, from: Place | undefined): Promise<void> {
  if (from === undefined) return
  const { rows } = await ask('SELECT pg_snapshot_xmax(pg_current_snapshot()), pg_snapshot_xmax(pg_current_snapshot()) > $1::xid8', [
    from.xid,
  ])
  const [[next, isLater] = []] = rows
  if (isLater === 't') return
  throw new TanagerError('source', 'the position is of a transaction that this server has not come to', {
    where: what,
    value: `position at transaction ${from.xid}, next transaction ${next}`,
    remedy: 'Was the database made anew from a dump, or is this another one? Give the source another name: it begins anew then.',
  })
}

/**
 * Numbers of a sequence are given in one order and become visible in another: who reads up to the largest that is there
 * misses those that are committed later. So rows are read in the order of the transactions that wrote them, and only of
 * transactions below the oldest that is still running: those are all over, and no row can come between them any more.
 */
function statementOf(table: Table, { key, payload, transaction }: Readonly<Record<'key' | 'payload' | 'transaction', string>>) {
  const [id, body, xid] = [key, payload, transaction].map((column) => quoted('', column))
  const over = `${xid} < pg_snapshot_xmin(pg_current_snapshot())`
  const after = `(${xid}, ${id}) > ($1::xid8, $2::${table.type(key)})`
  /** Of the rows that come next, as many as are not too long together; at least one. */
  const rows = (from: string, limit: string, length: string) =>
    `SELECT x, k, body FROM (SELECT ${xid} AS x, ${id} AS k, ${body}::text AS body, sum(coalesce(length(${body}::text), 0)) OVER (ORDER BY ${xid}, ${id}) AS total ` +
    `FROM (SELECT ${xid}, ${id}, ${body} FROM ${table.sql} WHERE ${from}${over} ORDER BY ${xid}, ${id} LIMIT ${limit}) AS next) AS summed ` +
    `WHERE total <= ${length} OR total = coalesce(length(body), 0) ORDER BY x, k`
  return {
    first: rows('', '$1::bigint', '$2::bigint'),
    next: rows(`${after} AND `, '$3::bigint', '$4::bigint'),
    /** Whether there are rows that have to wait for somebody's transaction. */
    held: `SELECT EXISTS (SELECT FROM ${table.sql} WHERE ${xid} >= pg_snapshot_xmin(pg_current_snapshot()))`,
  }
}

interface Parts {
  readonly db: Database
  readonly client: Client
  readonly ask: Ask
  readonly text: ReturnType<typeof statementOf>
  readonly poll: number
  readonly limits: BatchLimits
}

/** How soon to look again where rows wait for a transaction to end: nobody notifies of that. Milliseconds. */
const soon = 5

class Reading implements OpenSource {
  readonly #parts: Parts
  #at: Place | undefined
  #closed = false
  #failed: unknown
  #notified = false
  #waiting: { readonly stop: AbortController; readonly forNews: boolean } | undefined

  constructor(parts: Parts, from: Place | undefined) {
    this.#parts = parts
    this.#at = from
    const { client } = parts
    const failed = (error: unknown) => {
      this.#failed ??= error
      this.#waiting?.stop.abort()
    }
    client.on('error', failed)
    client.on('end', () => failed(new Error('Connection terminated')))
    client.on('notification', () => {
      this.#notified = true
      if (this.#waiting?.forNews) this.#waiting.stop.abort()
    })
  }

  readonly next = async (): Promise<SourceBatch | undefined> => {
    try {
      for (let pause = soon; !this.#closed; pause *= 2) {
        // What comes while it looks is looked for again: it may have come too late to be seen.
        this.#notified = false
        const batch = await this.#look()
        if (batch !== undefined) return batch
        const { rows } = await this.#ask(this.#parts.text.held)
        if (!this.#notified) await this.#wait(rows[0]?.[0] === 't' ? Math.min(pause, this.#parts.poll) : this.#parts.poll, true)
      }
      return undefined
    } catch (thrown) {
      if (this.#closed) return undefined
      await this.close()
      throw this.#parts.db.fault(thrown)
    }
  }

  readonly acknowledge = async (): Promise<void> => {}

  readonly close = async (): Promise<void> => {
    if (this.#closed) return
    this.#closed = true
    this.#waiting?.stop.abort()
    await this.#parts.client.end().catch(() => {})
  }

  async #look(): Promise<SourceBatch | undefined> {
    const { limits } = this.#parts
    let rows = await this.#rows()
    if (rows.length === 0) return undefined
    if (limits.linger > 0 && rows.length < limits.records) {
      await this.#wait(limits.linger, false)
      if (this.#closed) return undefined
      rows = await this.#rows()
    }
    const records: string[] = []
    const refused: RefusedRecord[] = []
    for (const [, key, body] of rows) {
      if (typeof body === 'string' && isWellFormed(body)) records.push(body)
      else refused.push({ record: `row ${key}`, error: 'the record is NULL' })
    }
    const [xid, key] = rows.at(-1) as readonly [string, string]
    this.#at = { xid, key }
    return { records, position: some(positionOf(this.#at)), ...(refused.length === 0 ? {} : { refused }) }
  }

  async #rows() {
    const { text, limits } = this.#parts
    const most = [`${limits.records}`, `${limits.length}`]
    const { rows } = await (this.#at === undefined
      ? this.#ask(text.first, most)
      : this.#ask(text.next, [this.#at.xid, this.#at.key, ...most]))
    return rows
  }

  #ask(...asked: Parameters<Ask>): ReturnType<Ask> {
    if (this.#failed !== undefined) throw this.#failed
    return this.#parts.ask(...asked)
  }

  /** Until the time is over, or the reading is, or, if that is what it waits for, there is news. */
  async #wait(milliseconds: number, forNews: boolean): Promise<void> {
    if (this.#closed || this.#failed !== undefined) return
    const stop = new AbortController()
    this.#waiting = { stop, forNews }
    await sleep(milliseconds, undefined, { signal: stop.signal }).catch(() => {})
    this.#waiting = undefined
  }
}
