import fc from 'fast-check'
import { isSome } from 'fp-ts/lib/Option.js'
import pg from 'pg'
import { codec, option, store, type TransactionalStore } from 'tanager'
import { sum, sumBigInt } from 'tanager/algebra'
import { transactionalStoreLaws } from 'tanager/testing'
import { describe, expect, it, test } from 'vitest'
import { type PostgresStore, type PostgresStoreOptions, postgresOutbox, postgresStore } from '../../../connectors/postgres/index.ts'
import { type Space, spaces } from './database.ts'

const space = spaces()

const clicks = store('clicks', { key: codec.string, sum })
const daily = store('daily', { key: codec.tuple(codec.string, codec.date), sum: sumBigInt })

/** A store in a schema of its own, as laws open and close it. */
function opening<K, V>(options: Omit<PostgresStoreOptions<K, V>, 'url'>) {
  const spaceOf = new Map<TransactionalStore<K, V>, Space>()
  const make = (at: Space): PostgresStore<K, V> => {
    const made = postgresStore<K, V>({ url: at.url, schema: at.schema, create: true, page: 2, ...options } as PostgresStoreOptions<K, V>)
    spaceOf.set(made, at)
    return made
  }
  return {
    open: async () => make(await space()),
    reopen: async (store: TransactionalStore<K, V>) => make(spaceOf.get(store) as Space),
    close: async (store: TransactionalStore<K, V>) => {
      const at = spaceOf.get(store) as Space
      for (const [each, its] of spaceOf) if (its === at) await (each as PostgresStore<K, V>).close()
      await at[Symbol.asyncDispose]()
    },
  }
}

/** No index takes it, however well it is packed. */
const long = Array.from({ length: 2000 }, (_, i) => Math.imul(i + 1, 2654435761).toString(36)).join('')
const hostile = ['', 'a', 'A', 'a ', '\0', '\u0001', '\u00010', '\u0001#', 'naïve 🐦', "'; DROP TABLE x; --", '\\', '"', '{', 'NULL', long]

describe('a store of JSON', () => {
  const suite = transactionalStoreLaws({ ...opening({ store: clicks }), keys: hostile, values: [1, -2.5, 1e300, 0], runs: 8 })
  for (const { name, check } of suite) test(name, check)

  it('keeps any key and any value, and each apart', async () => {
    await using at = await space()
    const anything = store('anything', { key: codec.json<unknown>(), sum: { ...sum, codec: codec.json<unknown>() } as never })
    await using kept = postgresStore<unknown, unknown>({ url: at.url, schema: at.schema, store: anything as never, create: true })
    let position = 0
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...hostile), fc.constant('tanager:json'))
    const json = fc.oneof(
      text,
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0),
      fc.dictionary(text, text),
      fc.array(text),
    )
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.tuple(text, json), { selector: ([key]) => key, maxLength: 5 }), async (puts) => {
        const next = position + 1
        expect(await kept.commit({ partition: 0, from: position, position: next, note: '', puts, removes: [] })).toBe(true)
        position = next
        expect(await kept.multiGet(puts.map(([key]) => key))).toEqual(puts.map(([, value]) => option.some(value)))
        const all = new Map<unknown, unknown>()
        for await (const [key, value] of kept.entries()) all.set(key, value)
        for (const [key, value] of puts) expect(all.get(key)).toEqual(value)
      }),
      { numRuns: 40 },
    )
  })

  it('says when each row was written, and can be read by a person', async () => {
    await using at = await space()
    await using kept = postgresStore({ url: at.url, schema: at.schema, store: clicks, create: true })
    await kept.commit({ partition: 3, from: 0, position: 7, note: '{}', puts: [['spring', 5]], removes: [] })
    const before = Date.now() - 60_000
    const [row] = await at.sql('SELECT key, value, updated_at FROM @clicks')
    expect(row).toMatchObject({ key: 'spring', value: 5 })
    expect(Number(row?.updated_at)).toBeGreaterThan(before)
    expect(await at.sql('SELECT store, partition, position, note FROM @tanager_positions')).toEqual([
      { store: 'clicks', partition: 3, position: '7', note: '{}' },
    ])
  })
})

describe('a store in columns', () => {
  const columns = { key: ['site', 'day'], value: 'clicks' } as const
  const types = { site: 'text', day: 'timestamptz', clicks: 'numeric' }
  const keys = ['a', 'b', "it's"].flatMap((site) =>
    ['2026-11-22T23:00:00.120Z', '1969-01-01T00:00:00.000Z'].map((day) => [site, new Date(day)] as const),
  )
  const values = [1n, -(2n ** 70n), 2n ** 53n + 1n]
  const suite = transactionalStoreLaws({ ...opening({ store: daily, columns, types }), keys, values, runs: 8 })
  for (const { name, check } of suite) test(name, check)

  it('takes functions there and back', async () => {
    await using at = await space()
    await at.sql('CREATE TABLE @"hits per day" (site varchar(9), day date, hits int8, written timestamptz, UNIQUE (site, day))')
    const hits = store('hits', { key: codec.string, sum })
    await using kept = postgresStore({
      url: at.url,
      schema: at.schema,
      store: hits,
      table: 'hits per day',
      updatedAt: 'written',
      columns: {
        key: { names: ['site', 'day'], write: (key) => key.split('/'), read: ([site, day]) => `${site}/${day}` },
        value: 'hits',
      },
      create: false,
    }) as PostgresStore<string, number>
    await at.sql(
      'CREATE TABLE @tanager_positions (store text, partition int, position bigint, note text, updated_at timestamptz, PRIMARY KEY (store, partition))',
    )
    expect(
      await kept.commit({ partition: 0, from: 0, position: 1, note: '', puts: [['a/2026-11-22', 9007199254740991]], removes: [] }),
    ).toBe(true)
    expect(await kept.multiGet(['a/2026-11-22', 'b/2026-11-22'])).toEqual([option.some(9007199254740991), option.none])
    // What does not fit is refused, not cut.
    const long = { partition: 0, from: 1, position: 2, note: '', puts: [['much too long/2026-11-22', 1]] as const, removes: [] }
    await expect(kept.commit(long)).rejects.toMatchObject({ code: 'refused' })
    expect(await kept.refuses?.([[long.puts[0][0], option.some(1)]])).toEqual([
      option.some('column site: value too long for type character varying(9). ALTER the column to type text.'),
    ])
    expect(await kept.at(0)).toEqual({ position: 1, note: '' })
  })

  it('keeps numbers and times of any size as they are', async () => {
    await using at = await space()
    const numbers = store('numbers', { key: codec.bigint, sum })
    await using kept = postgresStore({
      ...{ url: at.url, schema: at.schema, store: numbers, create: true },
      columns: { key: 'n', value: 'x' },
      types: { n: 'numeric', x: 'double precision' },
    })
    let position = 0
    const pairs = fc.uniqueArray(
      fc.tuple(
        fc.bigInt(),
        fc.double().map((x) => x + 0),
      ),
      { selector: ([n]) => n, maxLength: 5 },
    )
    await fc.assert(
      fc.asyncProperty(pairs, async (puts) => {
        expect(await kept.commit({ partition: 0, from: position, position: position + 1, note: '', puts, removes: [] })).toBe(true)
        position += 1
        expect(await kept.multiGet(puts.map(([n]) => n))).toEqual(puts.map(([, x]) => option.some(x)))
      }),
      { numRuns: 50 },
    )
  })
})

it('takes a pool of somebody else, whatever that has told pg about types, and leaves it open', async () => {
  await using at = await space()
  const pool = new pg.Pool({ connectionString: at.url, max: 2, types: { getTypeParser: () => () => 'nonsense' } as never })
  try {
    const kept = postgresStore({ pool, schema: at.schema, store: clicks, create: true })
    expect(await kept.commit({ partition: 0, from: 0, position: 1, note: '', puts: [['a', 1]], removes: [] })).toBe(true)
    expect(await kept.multiGet(['a', 'b'])).toEqual([option.some(1), option.none])
    await kept.close()
    await expect(kept.at(0)).rejects.toMatchObject({ code: 'closed' })
    await at.sql('CREATE TABLE @outbox (id bigserial, payload text, xid xid8 NOT NULL DEFAULT pg_current_xact_id())')
    await at.sql(`INSERT INTO @outbox (payload) VALUES ('hello')`)
    const reading = await postgresOutbox({ pool, schema: at.schema, table: 'outbox' }).open({
      position: option.none,
      batch: { records: 1, length: 10, linger: 0 },
    })
    expect((await reading.next())?.records).toEqual(['hello'])
    await reading.close()
    expect((await pool.query('SELECT 1')).rowCount).toBe(1)
  } finally {
    await pool.end()
  }
})

describe('two workers at once', () => {
  it('count each thing once, whoever is first', async () => {
    await using at = await space()
    const options = { url: at.url, schema: at.schema, store: clicks, create: true }
    await using one = postgresStore(options)
    await using two = postgresStore(options)
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 4 }), async (steps, keys) => {
        await one.at(0)
        await at.sql('TRUNCATE @clicks; TRUNCATE @tanager_positions')
        /** Adds one to each key in each step, as a drain does: reads where it is and what is there, and commits from there. */
        const work = async (mine: PostgresStore<string, number>) => {
          let won = 0
          for (;;) {
            const { position } = await mine.at(0)
            if (position === steps) return won
            const names = Array.from({ length: keys }, (_, i) => `key ${i}`)
            const totals = await mine.multiGet(names)
            const puts = names.map((key, i) => {
              const total = totals[i] as option.Option<number>
              return [key, (isSome(total) ? total.value : 0) + 1] as const
            })
            if (await mine.commit({ partition: 0, from: position, position: position + 1, note: `${position}`, puts, removes: [] }))
              won += 1
          }
        }
        const wins = await Promise.all([work(one), work(two), work(one)])
        expect(wins.reduce((sum, each) => sum + each, 0)).toBe(steps)
        expect(await one.multiGet(['key 0', `key ${keys - 1}`])).toEqual([option.some(steps), option.some(steps)])
        expect(await two.at(0)).toEqual({ position: steps, note: `${steps - 1}` })
      }),
      { numRuns: 12 },
    )
  })
})
