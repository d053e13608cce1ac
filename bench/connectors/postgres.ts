import { Pool } from 'pg'
import { codec, service, store, type TransactionalStore } from 'tanager'
import { sum } from 'tanager/algebra'
import { postgresLookup, postgresSink, postgresStore } from '../../connectors/postgres/index.ts'
import { providePostgres } from '../../scripts/postgres/provide.ts'

/**
 * What the connector to PostgreSQL does in a second, on one connection, beside the same done by hand with the same driver:
 * A B A B, by the clock and by this process's own time. A private server is started unless DATABASE_URL names one.
 */
const rounds = 4
const batches = 20
const size = 5000

interface Measured {
  readonly rate: number
  readonly cpu: number
}

async function measured(count: number, work: () => Promise<void>): Promise<Measured> {
  const before = process.cpuUsage()
  const began = performance.now()
  await work()
  const seconds = (performance.now() - began) / 1000
  const { user, system } = process.cpuUsage(before)
  return { rate: count / seconds, cpu: (user + system) / count }
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number

async function contest(what: string, count: number, ours: () => Promise<void>, byHand: () => Promise<void>): Promise<void> {
  const results: { readonly a: Measured[]; readonly b: Measured[] } = { a: [], b: [] }
  for (let round = 0; round <= rounds; round++) {
    const a = await measured(count, ours)
    const b = await measured(count, byHand)
    // The first is to warm up.
    if (round > 0) {
      results.a.push(a)
      results.b.push(b)
    }
  }
  const show = (all: readonly Measured[]) =>
    `${Math.round(median(all.map(({ rate }) => rate))).toLocaleString('en')}/s (${median(all.map(({ cpu }) => cpu)).toFixed(2)} µs of CPU each)`
  const ratio = median(results.a.map(({ rate }, i) => rate / (results.b[i] as Measured).rate))
  console.log(`${what}: tanager ${show(results.a)}, by hand ${show(results.b)}, ratio ${ratio.toFixed(2)}`)
}

await using server = await providePostgres()
const { url } = server
const hand = new Pool({ connectionString: url, max: 1 })
// The server may be gone before its last connection has said good-bye.
hand.on('error', () => {})
const schema = `tanager_bench_${process.pid}`
await hand.query(`CREATE SCHEMA ${schema}`)
try {
  const clicks = store('clicks', { key: codec.string, sum })
  const keys = Array.from({ length: size * 4 }, (_, i) => `/page/${i}/of/this/site`)
  const batchOf = (n: number) => Array.from({ length: size }, (_, i) => [keys[(n * 1777 + i) % keys.length] as string, n + i] as const)

  /** Totals written in batches: what a drain does. */
  async function commits(kept: TransactionalStore<string, number>): Promise<void> {
    let { position } = await kept.at(0)
    for (let n = 0; n < batches; n++) {
      const next = position + 1
      if (!(await kept.commit({ partition: 0, from: position, position: next, note: '', puts: batchOf(n), removes: [] })))
        throw new Error('refused')
      position = next
    }
  }
  async function upserts(): Promise<void> {
    const client = await hand.connect()
    for (let n = 0; n < batches; n++) {
      const batch = batchOf(n)
      await client.query('BEGIN')
      await client.query(`UPDATE ${schema}.hand_position SET position = position + 1`)
      await client.query(
        `INSERT INTO ${schema}.hand (key, value, updated_at) SELECT k, v, now() FROM unnest($1::text[], $2::bigint[]) AS u(k, v)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`,
        [batch.map(([key]) => key), batch.map(([, value]) => value)],
      )
      await client.query('COMMIT')
    }
    client.release()
  }
  await hand.query(`CREATE TABLE ${schema}.hand (key text COLLATE "C" PRIMARY KEY, value bigint, updated_at timestamptz);
    CREATE TABLE ${schema}.hand_position (position bigint); INSERT INTO ${schema}.hand_position VALUES (0)`)
  const options = { url, schema, store: clicks, create: true, connections: 1 }
  const columns = { columns: { key: 'key', value: 'value' }, types: { key: 'text COLLATE "C"', value: 'bigint' } }
  const typed = postgresStore({ ...options, ...columns, table: 'typed' })
  const json = postgresStore({ ...options, table: 'json' })
  await contest('store, columns, key updates', batches * size, () => commits(typed), upserts)
  await contest('store, JSON, key updates', batches * size, () => commits(json), upserts)

  const small = async (kept: TransactionalStore<string, number>) => {
    for (let n = 0; n < 200; n++) {
      const { position } = await kept.at(1)
      await kept.commit({ partition: 1, from: position, position: position + 1, note: '', puts: batchOf(n).slice(0, 10), removes: [] })
    }
  }
  await contest(
    'store, columns, commits of 10 keys with their at()',
    200,
    () => small(typed),
    async () => {
      for (let n = 0; n < 200; n++) {
        await hand.query('BEGIN')
        await hand.query(`SELECT position FROM ${schema}.hand_position FOR UPDATE`)
        await hand.query(`UPDATE ${schema}.hand_position SET position = position + 1`)
        const batch = batchOf(n).slice(0, 10)
        await hand.query(
          `INSERT INTO ${schema}.hand (key, value, updated_at) SELECT k, v, now() FROM unnest($1::text[], $2::bigint[]) AS u(k, v)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`,
          [batch.map(([key]) => key), batch.map(([, value]) => value)],
        )
        await hand.query('COMMIT')
      }
    },
  )

  const pageOf = service('pageOf', { key: codec.string, value: codec.int })
  const lookup = postgresLookup({ url, schema, service: pageOf, table: 'typed', connections: 1 })
  const asked = (n: number) => batchOf(n).map(([key]) => key)
  await hand.query(`ANALYZE ${schema}.typed; ANALYZE ${schema}.hand`)
  const rows = async () => {
    for (let n = 0; n < batches; n++) {
      const keys = asked(n)
      const { rows } = await hand.query(`SELECT key, value FROM ${schema}.hand WHERE key = ANY($1)`, [keys])
      const found = new Map(rows.map(({ key, value }) => [key, Number(value)]))
      keys.map((key) => found.get(key))
    }
  }
  const lookups = async () => {
    for (let n = 0; n < batches; n++) await lookup.multiGet(asked(n))
  }
  await contest('lookup, keys', batches * size, lookups, rows)

  await hand.query(`CREATE TABLE ${schema}.views (site text, n bigint)`)
  const views = postgresSink<readonly [string, number]>({
    ...{ url, schema, table: 'views', create: true, connections: 1 },
    columns: { site: ([site]) => site, n: ([, n]) => n },
  })
  let sequence = 0
  const writes = async () => {
    for (let n = 0; n < batches; n++) {
      sequence += 1
      await views.write(batchOf(n), { job: 'bench', sink: 'views', sequence, id: `${sequence}` })
    }
  }
  await contest('sink, rows', batches * size, writes, async () => {
    for (let n = 0; n < batches; n++) {
      const batch = batchOf(n)
      const lists = [batch.map(([key]) => key), batch.map(([, value]) => value)]
      await hand.query(`INSERT INTO ${schema}.views SELECT * FROM unnest($1::text[], $2::bigint[])`, lists)
    }
  })
  for (const each of [typed, json, lookup, views]) await each.close()
} finally {
  await hand.query(`DROP SCHEMA ${schema} CASCADE`)
  await hand.end()
}
