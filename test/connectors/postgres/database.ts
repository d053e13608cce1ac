import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll } from 'vitest'
import { type ProvidedPostgres, providePostgres } from '../../../scripts/postgres/provide.ts'
import { type PostgresServer, type PostgresSettings, startPostgresServer } from '../../../scripts/postgres/server.ts'

/** A schema that belongs to one test. */
export interface Space extends AsyncDisposable {
  readonly url: string
  readonly schema: string
  /** Asks as the administrator; rows are as pg gives them. */
  readonly sql: (text: string, values?: unknown[]) => Promise<Record<string, unknown>[]>
}

/** Schemas in the database that all tests of a file share. */
export function spaces(): () => Promise<Space> {
  let provided: ProvidedPostgres
  let admin: pg.Pool
  beforeAll(async () => {
    provided = await providePostgres()
    admin = new pg.Pool({ connectionString: provided.url, max: 2 })
    admin.on('error', () => {})
  })
  afterAll(async () => {
    await admin?.end()
    await provided?.[Symbol.asyncDispose]()
  })
  return () => spaceIn(provided.url, admin)
}

async function spaceIn(url: string, admin: pg.Pool): Promise<Space> {
  const schema = `Test "${randomBytes(6).toString('hex')}"`
  const quoted = `"${schema.replaceAll('"', '""')}"`
  const sql: Space['sql'] = async (text, values = []) => (await admin.query(text.replaceAll('@', `${quoted}.`), values)).rows
  await sql(`CREATE SCHEMA ${quoted}`)
  return { url, schema, sql, [Symbol.asyncDispose]: async () => void (await sql(`DROP SCHEMA ${quoted} CASCADE`)) }
}

/** A server for the tests of a file that kill and stop it, and a way to ask it by itself. */
export function ownServer(settings: PostgresSettings = {}): { readonly server: PostgresServer; readonly sql: Space['sql'] } {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgresServer(settings)
  })
  afterAll(async () => {
    await server?.close()
  })
  return {
    get server() {
      return server
    },
    sql: async (text, values = []) => {
      const client = new pg.Client(server.url)
      client.on('error', () => {})
      await client.connect()
      try {
        return (await client.query(text, values)).rows
      } finally {
        await client.end()
      }
    },
  }
}
