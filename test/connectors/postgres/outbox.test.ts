import fc from 'fast-check'
import { none, type Option } from 'fp-ts/lib/Option.js'
import pg from 'pg'
import type { OpenSource, SourceBatch } from 'tanager'
import { sourceReaderLaws, type TriedReader } from 'tanager/testing'
import { describe, expect, it, test } from 'vitest'
import { type PostgresOutboxOptions, postgresOutbox } from '../../../connectors/postgres/index.ts'
import { type Space, spaces } from './database.ts'

const space = spaces()

const outbox = `CREATE TABLE @outbox (id bigserial PRIMARY KEY, body text, xid xid8 NOT NULL DEFAULT pg_current_xact_id());
  CREATE INDEX ON @outbox (xid, id)`
const limits = { records: 3, length: 1 << 20, linger: 0 }

const reader = ({ url, schema }: Space, more: Partial<PostgresOutboxOptions> = {}) =>
  postgresOutbox({ url, schema, table: 'outbox', payload: 'body', poll: 20, ...more })

const add = ({ sql }: Space, bodies: readonly (string | null)[]) =>
  sql('INSERT INTO @outbox (body) SELECT body FROM unnest($1::text[]) WITH ORDINALITY AS u(body, i) ORDER BY i', [bodies])

/** Batches until so many records came, or those that come in a while. */
async function read(source: OpenSource, count: number): Promise<readonly SourceBatch[]> {
  const batches: SourceBatch[] = []
  let left = count
  while (left > 0) {
    const batch = await source.next()
    if (batch === undefined) break
    batches.push(batch)
    left -= batch.records.length
  }
  return batches
}

describe('an outbox', () => {
  const opened = new Map<TriedReader, Space>()
  const suite = sourceReaderLaws({
    runs: 10,
    open: async () => {
      const at = await space()
      await at.sql(outbox)
      const tried: TriedReader = { reader: reader(at), feed: async (records) => void (await add(at, records)) }
      opened.set(tried, at)
      return tried
    },
    close: async (tried) => void (await opened.get(tried)?.[Symbol.asyncDispose]()),
    except: { 'gives back': 'a reader with positions' },
  })
  for (const { name, check } of suite) test(name, check)

  it('waits for a transaction that has taken a smaller number and is not over', async () => {
    await using at = await space()
    await at.sql(outbox)
    const slow = new pg.Client(at.url)
    await slow.connect()
    const table = `"${at.schema.replaceAll('"', '""')}".outbox`
    const source = await reader(at).open({ position: none, batch: limits })
    try {
      await slow.query('BEGIN')
      await slow.query(`INSERT INTO ${table} (body) VALUES ('first')`)
      await add(at, ['second'])
      let answered = false
      const coming = source.next().finally(() => {
        answered = true
      })
      // The second is there for anybody to see; who takes it now misses the first.
      const seen = `SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'tanager' AND query LIKE '%EXISTS%${at.schema.slice(6, 18)}%'`
      await expect.poll(async () => (await at.sql(seen))[0]?.n).toBe(1)
      expect(await at.sql('SELECT body FROM @outbox')).toEqual([{ body: 'second' }])
      expect(answered).toBe(false)
      await slow.query('COMMIT')
      expect((await coming)?.records).toEqual(['first', 'second'])
    } finally {
      await source.close()
      await slow.end()
    }
  })

  it('gives each committed row once, whatever transactions do beside each other and wherever the reading is cut off', async () => {
    await using at = await space()
    await at.sql(outbox)
    const writers = await Promise.all(
      [0, 1, 2].map(async () => {
        const client = new pg.Client(at.url)
        await client.connect()
        return client
      }),
    )
    const table = `"${at.schema.replaceAll('"', '""')}".outbox`
    const step = fc.record({
      writer: fc.nat({ max: 2 }),
      does: fc.constantFrom('insert', 'insert', 'commit', 'rollback', 'savepoint', 'read', 'reopen'),
    })
    let n = 0
    try {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
          await at.sql('TRUNCATE @outbox')
          const pending: string[][] = [[], [], []]
          const committed: string[] = []
          const taken: string[] = []
          let position: Option<string> = none
          let source = await reader(at).open({ position, batch: limits })
          let coming: Promise<SourceBatch | undefined> | undefined
          const take = async (batch: SourceBatch | undefined) => {
            taken.push(...(batch?.records ?? []))
            if (batch !== undefined) position = batch.position
            coming = undefined
          }
          for (const { writer, does } of steps) {
            const client = writers[writer] as pg.Client
            const mine = pending[writer] as string[]
            if (does === 'read') {
              coming ??= source.next()
              const now = await Promise.race([coming, new Promise<'not yet'>((resolve) => setTimeout(resolve, 2, 'not yet'))])
              if (now !== 'not yet') await take(now)
            } else if (does === 'reopen') {
              // What it has read and not handed over is lost with it.
              await source.close()
              await take(await coming)
              source = await reader(at).open({ position, batch: limits })
            } else if (does === 'insert' || does === 'savepoint') {
              if (mine.length === 0) await client.query('BEGIN')
              if (does === 'savepoint') await client.query('SAVEPOINT s')
              mine.push(`${n}`)
              await client.query(`INSERT INTO ${table} (body) VALUES ($1)`, [`${n++}`])
            } else if (mine.length > 0) {
              await client.query(does)
              if (does === 'commit') committed.push(...mine)
              pending[writer] = []
            }
          }
          for (const [i, client] of writers.entries()) {
            if ((pending[i] as string[]).length > 0) await client.query('ROLLBACK')
          }
          const end = `end ${n++}`
          await add(at, [end])
          while (taken.at(-1) !== end) await take(await (coming ?? source.next()))
          await source.close()
          const numeric = (a: string, b: string) => Number(a) - Number(b)
          expect(taken.slice(0, -1).sort(numeric)).toEqual(committed.sort(numeric))
        }),
        { numRuns: 40 },
      )
    } finally {
      for (const client of writers) await client.end()
    }
  })

  it('is woken by a notification', async () => {
    await using at = await space()
    await at.sql(outbox)
    const channel = `News "of" ${at.schema}`.slice(0, 60)
    const source = await reader(at, { channel, poll: 30_000 }).open({ position: none, batch: limits })
    try {
      const coming = source.next()
      await at.sql('INSERT INTO @outbox (body) VALUES ($1)', ['hello'])
      await at.sql('SELECT pg_notify($1, $2)', [channel, ''])
      expect((await coming)?.records).toEqual(['hello'])
    } finally {
      await source.close()
    }
  })

  it('keeps to the length of a batch, waits for more if it may, and refuses what is NULL', async () => {
    await using at = await space()
    await at.sql(outbox)
    await add(at, ['x'.repeat(100), 'x'.repeat(60), null, 'y'.repeat(30), 'zz'])
    const source = await reader(at).open({ position: none, batch: { records: 10, length: 90, linger: 0 } })
    const batches = await read(source, 4)
    await source.close()
    expect(batches.map(({ records }) => records.map((record) => record.length))).toEqual([[100], [60, 30], [2]])
    expect(batches[1]?.refused).toEqual([{ record: 'row 3', error: 'the record is NULL' }])

    const position = batches.at(-1)?.position as Option<string>
    const lingering = await reader(at).open({ position, batch: { records: 2, length: 1000, linger: 300 } })
    await add(at, ['one'])
    const coming = lingering.next()
    await add(at, ['two'])
    expect((await coming)?.records).toEqual(['one', 'two'])
    await lingering.close()
  })

  it('needs to read only', async () => {
    await using at = await space()
    await at.sql(outbox)
    const role = `reader_${Math.random().toString(36).slice(2)}`
    const schema = `"${at.schema.replaceAll('"', '""')}"`
    await at.sql(`CREATE ROLE ${role} LOGIN PASSWORD 'reads'; GRANT USAGE ON SCHEMA ${schema} TO ${role}; GRANT SELECT ON @outbox TO ${role};
      ALTER ROLE ${role} SET default_transaction_read_only = on`)
    try {
      await add(at, ['hello'])
      const url = new URL(at.url)
      url.username = role
      url.password = 'reads'
      const source = await reader({ ...at, url: url.href } as Space, { channel: 'news' }).open({ position: none, batch: limits })
      expect((await source.next())?.records).toEqual(['hello'])
      await source.close()
    } finally {
      await at.sql(`DROP OWNED BY ${role}; DROP ROLE ${role}`)
    }
  })

  it('refuses what it cannot read soundly', async () => {
    await using at = await space()
    await at.sql('CREATE TABLE @outbox (id bigserial PRIMARY KEY, body text, xid bigint)')
    const open = (position: Option<string>) => reader(at).open({ position, batch: limits })
    await expect(open(none)).rejects.toMatchObject({
      code: 'source',
      message: expect.stringContaining('xid8 NOT NULL DEFAULT pg_current_xact_id()'),
    })
    await at.sql(`DROP TABLE @outbox; ${outbox}`)
    await expect(open({ _tag: 'Some', value: 'xyz' })).rejects.toMatchObject({ code: 'decode' })
    await expect(open({ _tag: 'Some', value: '["999999999999","1"]' })).rejects.toThrow(/a transaction that this server has not come to/)
    await expect(open({ _tag: 'Some', value: '["1","x"]' }).then((source) => source.next())).rejects.toMatchObject({ code: 'source' })
  })

  it('fails when its connection is cut, and can be opened again', async () => {
    await using at = await space()
    await at.sql(outbox)
    const source = await reader(at, { poll: 30_000 }).open({ position: none, batch: limits })
    const coming = source.next()
    coming.catch(() => {})
    const cut = `SELECT count(pg_terminate_backend(pid))::int AS n FROM pg_stat_activity WHERE application_name = 'tanager' AND state = 'idle' AND query LIKE '%EXISTS%${at.schema.slice(6, 18)}%'`
    await expect.poll(async () => (await at.sql(cut))[0]?.n).toBe(1)
    await expect(coming).rejects.toMatchObject({ code: 'source', message: expect.stringContaining('has hung up') })
    await source.close()
    await add(at, ['hello'])
    const again = await reader(at).open({ position: none, batch: limits })
    expect((await again.next())?.records).toEqual(['hello'])
    await again.close()
  })
})
