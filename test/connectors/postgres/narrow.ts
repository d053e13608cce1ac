import { codec, job, source, store } from 'tanager'
import { sum } from 'tanager/algebra'
import { bullmq } from 'tanager/bullmq'
import { postgresStore } from '../../../connectors/postgres/index.ts'

const views = source('views', { item: codec.tuple(codec.string, codec.int) })
const hits = store('hits', { key: codec.string, sum })
const total = store('total', { key: codec.string, sum })

/** What is passed on must be what was kept. */
export const narrow = job(
  'narrow',
  views
    .sumByKey(hits)
    .map(([, { delta }]) => ['all', delta] as const)
    .sumByKey(total),
)

/** A table that is too narrow for what may come. */
export const ddl = `CREATE TABLE @hits (site varchar(5) PRIMARY KEY CHECK (site <> 'x'), hits smallint NOT NULL, updated_at timestamptz NOT NULL);
  CREATE TABLE @tanager_positions (store text, partition integer, position bigint, note text, updated_at timestamptz, PRIMARY KEY (store, partition))`

export const bindings = (url: string, schema: string) => ({
  hits: postgresStore<string, number>({ url, schema, store: hits, columns: { key: 'site', value: 'hits' } }),
})

/** As the command finds it. */
export default bullmq({ partitions: 2, backoff: 1, batch: { batchRecords: 50 } })
  .on(narrow)
  .bind(bindings(process.env.NARROW_URL ?? 'postgres://nobody@127.0.0.1:1/nowhere', process.env.NARROW_SCHEMA ?? 'public'))
