import type { Client, ClientConfig, FieldDef, Pool, PoolClient } from 'pg'
import { TanagerError } from '../../core/error.ts'
import { driver } from './driver.ts'
import { type Asked, faultOf } from './fault.ts'
import { type Address, placeOf } from './options.ts'

/** What is sent: text, or nothing. A list of texts becomes an array of text. */
export type Parameter = string | null | readonly (string | null)[]

/** What came, as PostgreSQL writes it. Whatever the program has told pg about types is not asked: it may differ from one to the next. */
export interface Rows {
  readonly fields: readonly FieldDef[]
  readonly rows: readonly (readonly (string | null)[])[]
}

const asText = { getTypeParser: () => (value: unknown) => value } as NonNullable<ClientConfig['types']>

export type Ask = (text: string, values?: readonly Parameter[]) => Promise<Rows>

/** What both a pool and a connection can do. */
interface Queryable {
  readonly query: (config: object) => Promise<unknown>
}

const asking =
  (on: Queryable): Ask =>
  async (text, values = []) => {
    const result = await on.query({ text, values, rowMode: 'array', types: asText })
    return result as Rows
  }

/** The connections to one database; the first is made when something is asked. What fails is thrown as it should be told. */
export class Database {
  readonly #address: Address
  readonly #asked: Asked
  #pool: Promise<Pool> | undefined
  #closed = false

  constructor(address: Address, asked: Omit<Asked, 'place'>) {
    this.#address = address
    this.#asked = { ...asked, place: placeOf(address.url) }
  }

  /** One statement, which is a transaction by itself. */
  readonly ask: Ask = async (text, values) => {
    try {
      return await asking(await this.#pooled())(text, values)
    } catch (thrown) {
      throw this.fault(thrown)
    }
  }

  /** Several statements in one transaction. */
  transaction<A>(work: (ask: Ask) => Promise<A>): Promise<A> {
    return this.#within(work, 'COMMIT')
  }

  /** Several statements of which nothing stays, to see what comes of them. What is checked at the end otherwise is checked at once. */
  rehearsal<A>(work: (ask: Ask) => Promise<A>): Promise<A> {
    return this.#within(async (ask) => {
      await ask('SET CONSTRAINTS ALL IMMEDIATE')
      return work(ask)
    }, 'ROLLBACK')
  }

  async #within<A>(work: (ask: Ask) => Promise<A>, end: 'COMMIT' | 'ROLLBACK'): Promise<A> {
    let client: PoolClient | undefined
    let failed: Error | undefined
    try {
      client = await (await this.#pooled()).connect()
      // Between two statements nothing listens to the connection otherwise: its end would be nobody's, and end the process.
      const ended = (error: Error) => {
        failed = error
      }
      client.on('error', ended)
      try {
        const ask = asking(client)
        await ask('BEGIN ISOLATION LEVEL READ COMMITTED')
        const answer = await work(ask)
        await ask(end)
        return answer
      } finally {
        client.off('error', ended)
      }
    } catch (thrown) {
      failed ??= thrown as Error
      throw this.fault(thrown)
    } finally {
      // Closed rather than rolled back: the server does that by itself, and it may not even be there.
      client?.release(failed)
    }
  }

  fault(thrown: unknown): TanagerError {
    return faultOf(thrown, this.#asked)
  }

  /** A connection by itself, for who listens; the caller ends it. */
  async connection(): Promise<{ readonly client: Client; readonly ask: Ask }> {
    const { Client } = await driver()
    const { pool } = this.#address
    const client = new Client(pool === undefined ? this.#config() : pool.options)
    client.on('error', () => {})
    try {
      await client.connect()
    } catch (thrown) {
      await client.end().catch(() => {})
      throw this.fault(thrown)
    }
    return { client, ask: asking(client as Queryable) }
  }

  async close(): Promise<void> {
    this.#closed = true
    const pool = this.#pool
    this.#pool = undefined
    if (pool !== undefined && this.#address.pool === undefined) await (await pool).end()
  }

  #pooled(): Promise<Pool> {
    if (this.#closed) throw new TanagerError('closed', `${this.#asked.about} is closed`)
    this.#pool ??= this.#open().catch((error) => {
      this.#pool = undefined
      throw error
    })
    return this.#pool
  }

  async #open(): Promise<Pool> {
    if (this.#address.pool !== undefined) return this.#address.pool
    const { Pool } = await driver()
    // Nobody closes what is bound: connections that wait for work must not keep a process alive.
    const pool = new Pool({ ...this.#config(), max: this.#address.connections, allowExitOnIdle: true })
    // A connection that ends while nobody uses it is not missed; without a listener it would end the process.
    pool.on('error', () => {})
    return pool
  }

  #config(): ClientConfig {
    const { url, timeout } = this.#address
    return {
      ...(url === undefined ? {} : { connectionString: url }),
      fallback_application_name: 'tanager',
      keepAlive: true,
      connectionTimeoutMillis: Math.min(timeout, 10_000),
      statement_timeout: timeout,
      // For a server that is not there any more: it will not say that it has given up.
      query_timeout: timeout + Math.min(timeout, 1000),
    }
  }
}
