import { codec, option, service } from 'tanager'
import { serviceLaws } from 'tanager/testing'
import { describe, expect, it, test } from 'vitest'
import { type PostgresLookup, type PostgresLookupOptions, postgresLookup } from '../../../connectors/postgres/index.ts'
import { type Space, spaces } from './database.ts'

const space = spaces()
const segmentOf = service('segmentOf', { key: codec.string, value: codec.string })
const rowsOf = new Map<unknown, Space>()

/** A lookup in a table of a schema of its own. */
const opening = <K, W>(ddl: string, options: (schema: string) => Omit<PostgresLookupOptions<K, W>, 'url'>) => ({
  open: async () => {
    const at = await space()
    await at.sql(ddl)
    const lookup = postgresLookup<K, W>({ url: at.url, ...options(at.schema) })
    rowsOf.set(lookup, at)
    return lookup
  },
  close: async (lookup: unknown) => {
    await (lookup as PostgresLookup<K, W>).close()
    await rowsOf.get(lookup)?.[Symbol.asyncDispose]()
  },
  runs: 8,
})

const customers = `CREATE TABLE @customers (id text PRIMARY KEY, segment text);
  INSERT INTO @customers VALUES ('ann', 'business'), ('b"ob', 'it''s private'), ('nil', NULL)`
const known = [
  ['ann', 'business'],
  ['b"ob', "it's private"],
] as const

describe('a lookup in a table', () => {
  const table = opening<string, string>(customers, (schema) => ({
    service: segmentOf,
    schema,
    table: 'customers',
    key: 'id',
    value: 'segment',
  }))
  for (const { name, check } of serviceLaws({ ...table, known, unknown: ['', 'nil', "'; --"] })) test(name, check)

  it('reads keys and values of several columns and types', async () => {
    await using at = await space()
    await at.sql('CREATE TABLE @prices (shop bigint, day date, cents numeric, seen timestamptz, tags jsonb)')
    await at.sql(`INSERT INTO @prices VALUES (9007199254740993, '2026-11-22', 12.5, '2026-11-22 23:00:00.5+01', '{"a":[1]}')`)
    const price = service('price', {
      key: codec.tuple(codec.bigint, codec.string),
      value: codec.tuple(codec.float, codec.date, codec.json<unknown>()),
    })
    const columns = { key: ['shop', 'day'], value: ['cents', 'seen', 'tags'] }
    await using lookup = postgresLookup({ url: at.url, schema: at.schema, service: price, table: 'prices', ...columns })
    const answers = await lookup.multiGet([
      [9007199254740992n, '2026-11-22'],
      [9007199254740993n, '2026-11-22'],
    ])
    expect(answers).toEqual([option.none, option.some([12.5, new Date('2026-11-22T22:00:00.500Z'), { a: [1] }])])
  })

  it('refuses to choose between two rows', async () => {
    await using at = await space()
    await at.sql(`CREATE TABLE @customers (id text, segment text); INSERT INTO @customers VALUES ('ann', 'a'), ('ann', 'b')`)
    await using lookup = postgresLookup({
      url: at.url,
      schema: at.schema,
      service: segmentOf,
      table: 'customers',
      key: 'id',
      value: 'segment',
    })
    await expect(lookup.multiGet(['ann'])).rejects.toMatchObject({
      code: 'service',
      message: expect.stringContaining('two rows for one key; got "ann"'),
    })
  })
})

describe('a lookup by a query', () => {
  const byQuery = opening<string, string>(customers, (schema) => ({
    service: segmentOf,
    query: `SELECT id, segment FROM "${schema.replaceAll('"', '""')}".customers WHERE id = ANY($1)`,
  }))
  for (const { name, check } of serviceLaws({ ...byQuery, known, unknown: ['', 'nil'] })) test(name, check)

  it('says what it should select', async () => {
    await using at = await space()
    await using lookup = postgresLookup({ url: at.url, service: segmentOf, query: `SELECT 1 AS one WHERE 'x' = ANY($1)` })
    await expect(lookup.multiGet(['x'])).rejects.toThrow(
      /selects other columns than it should; got "one"; allowed: first those of the key \(1\)/,
    )
  })
})

it('asks once for a batch', async () => {
  await using at = await space()
  await at.sql(customers)
  await using lookup = postgresLookup({
    url: at.url,
    schema: at.schema,
    service: segmentOf,
    table: 'customers',
    key: 'id',
    value: 'segment',
  })
  const keys = Array.from({ length: 20_000 }, (_, i) => (i % 2 === 0 ? 'ann' : `nobody ${i}`))
  const answers = await lookup.multiGet(keys)
  expect(answers.filter(option.isSome)).toHaveLength(10_000)
})

it('gives up in time', async () => {
  await using at = await space()
  const slow = { url: at.url, service: segmentOf, timeout: 200 }
  await using lookup = postgresLookup({ ...slow, query: `SELECT 'a', 'b' FROM pg_sleep(5) WHERE 'a' = ANY($1)` })
  const began = Date.now()
  await expect(lookup.multiGet(['a'])).rejects.toMatchObject({
    code: 'service',
    message: expect.stringContaining('has not answered in time'),
  })
  expect(Date.now() - began).toBeLessThan(3000)
})
