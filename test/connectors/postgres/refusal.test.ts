import fc from 'fast-check'
import { type Codec, codec, option, service, store } from 'tanager'
import { sum, sumBigInt } from 'tanager/algebra'
import { promised } from 'tanager/store'
import { transactionalStoreLaws } from 'tanager/testing'
import { describe, expect, it, test } from 'vitest'
import { type PostgresStore, postgresLookup, postgresMergeableStore, postgresStore } from '../../../connectors/postgres/index.ts'
import { type Space, spaces } from './database.ts'

const space = spaces()

const places =
  'CREATE TABLE @tanager_positions (store text, partition int, position bigint, note text, updated_at timestamptz, PRIMARY KEY (store, partition))'

/** A store over a table that is made by hand, in a schema of its own. */
async function storeOver<K>(at: Space, ddl: string, key: Codec<K>): Promise<PostgresStore<K, bigint>> {
  await at.sql(ddl)
  await at.sql(places)
  const counted = store('t', { key, sum: sumBigInt })
  return postgresStore<K, bigint>({ url: at.url, schema: at.schema, store: counted, columns: { key: 'k', value: 'n' } })
}

const table = (key: string, value = 'numeric', more = '') =>
  `CREATE TABLE @t (k ${key} PRIMARY KEY, n ${value}, updated_at timestamptz${more === '' ? '' : `, ${more}`})`

interface Kind<K = unknown> {
  readonly ddl: string
  readonly key: Codec<K>
  readonly keys: readonly K[]
  /** Key, value, and why not. */
  readonly unfit: readonly (readonly [key: K, value: bigint, why: RegExp])[]
}

const kind = <K>(ddl: string, key: Codec<K>, keys: readonly K[], unfit: Kind<K>['unfit']): Kind => ({ ddl, key, keys, unfit }) as Kind

const kinds: Readonly<Record<string, Kind>> = {
  'a column of whole numbers': kind(
    table('integer'),
    codec.int,
    [0, -5, 7],
    [[2 ** 40, 1n, /column k: value "1099511627776" is out of range for type integer. ALTER the column/]],
  ),
  'a column of whole numbers, for text': kind(
    table('bigint'),
    codec.string,
    ['1', '-17'],
    [
      ['ten', 1n, /column k: invalid input syntax for type bigint: "ten"/],
      ['1.5', 1n, /column k: invalid input syntax for type bigint: "1.5"/],
      ['', 1n, /column k: invalid input syntax/],
    ],
  ),
  'text of a few characters': kind(
    table('varchar(4)'),
    codec.string,
    ['', 'a', 'abcd', ' a  '],
    [
      ['abcde', 1n, /column k: value too long for type character varying\(4\). ALTER the column to type text/],
      // Here PostgreSQL would cut the blanks off, and never find the key again.
      ['abcd ', 1n, /column k: a key would be another one in the table/],
      ['a\0', 1n, /keeps no U\+0000.*column k/],
      ['\ud800', 1n, /text without lone surrogates/],
    ],
  ),
  'text of a fixed width': kind(
    table('char(3)'),
    codec.string,
    ['a', 'ab', 'abc', 'abd'],
    [['abcd', 1n, /column k: value too long for type character\(3\)/]],
  ),
  'fractions of a few digits': kind(
    table('numeric(5,2)'),
    codec.string,
    ['1.25', '999.99', '-3'],
    [
      ['1.251', 1n, /column k: a key would be another one in the table, cut or rounded/],
      ['1000', 1n, /column k: numeric field overflow/],
    ],
  ),
  'times of whole seconds': kind(
    table('timestamptz(0)'),
    codec.date,
    [new Date('2026-11-22T23:00:00Z'), new Date('1969-01-01T00:00:00Z')],
    [[new Date('2026-11-22T23:00:00.250Z'), 1n, /column k: a key would be another one in the table/]],
  ),
  'names that are known': kind(
    `CREATE TYPE @colour AS ENUM ('red', 'green'); ${table('@colour')}`,
    codec.string,
    ['red', 'green'],
    [['blue', 1n, /column k: invalid input value for enum/]],
  ),
  'a domain': kind(
    `CREATE DOMAIN @site AS varchar(9) CHECK (VALUE <> 'none'); ${table('@site')}`,
    codec.string,
    ['a', 'other'],
    [
      ['none', 1n, /column k: value for domain .* violates check constraint/],
      ['much too long', 1n, /column k: value too long for type character varying\(9\)/],
    ],
  ),
  'totals that are too large': kind(
    table('text', 'smallint'),
    codec.string,
    ['a', 'b'],
    [['z', 40_000n, /column n: value "40000" is out of range for type smallint/]],
  ),
  'a row that a check forbids': kind(
    table('text', 'bigint', 'CONSTRAINT modest CHECK (n < 1000 AND k <> $$x$$)'),
    codec.string,
    ['a', 'b'],
    [
      ['x', 1n, /violates check constraint "modest".* A CHECK of the table forbids it/],
      ['y', 2000n, /violates check constraint "modest"/],
    ],
  ),
  'a row that is missing elsewhere': kind(
    `CREATE TABLE @sites (id text PRIMARY KEY); INSERT INTO @sites VALUES ('a'), ('b');
      ${table('text', 'bigint', 'FOREIGN KEY (k) REFERENCES @sites DEFERRABLE INITIALLY DEFERRED')}`,
    codec.string,
    ['a', 'b'],
    [['c', 1n, /Key \(k\)=\(c\) is not present in table "sites"\. A FOREIGN KEY forbids it/]],
  ),
  'a key that no index takes': kind(
    table('text'),
    codec.string,
    ['a', 'b'],
    [
      [
        Array.from({ length: 2000 }, (_, i) => Math.imul(i + 1, 2654435761).toString(36)).join(''),
        1n,
        /index row .* Cut or hash long keys/,
      ],
    ],
  ),
}

describe.each(Object.entries(kinds))('%s', (_, { ddl, key, keys, unfit }) => {
  const spaceOf = new Map<unknown, Space>()
  const suite = transactionalStoreLaws<unknown, bigint>({
    open: async () => {
      const at = await space()
      const made = await storeOver(at, ddl, key)
      spaceOf.set(made, at)
      return made
    },
    close: async (made) => {
      await (made as PostgresStore<unknown, bigint>).close()
      await spaceOf.get(made)?.[Symbol.asyncDispose]()
    },
    keys,
    values: [1n, -7n, 900n],
    unfit: unfit.map(([key, value]) => [key, value] as const),
    runs: 6,
  })
  for (const { name, check } of suite) if (name.startsWith('refuses')) test(name, check)

  it.each(unfit.map((each) => [`${each[0]}`.slice(0, 30), ...each] as const))('names %j, and why', async (_key, bad, value, why) => {
    await using at = await space()
    await using kept = await storeOver(at, ddl, key)
    const entries = [...keys.map((each) => [each, option.some(1n)] as const), [bad, option.some(value)] as const]
    const answers = (await kept.refuses?.(entries)) ?? []
    expect(answers.slice(0, -1)).toEqual(keys.map(() => option.none))
    expect(answers.at(-1)).toEqual(option.some(expect.stringMatching(why)))
    expect(await kept.multiGet([bad, keys[0]])).toEqual([option.none, option.none])
    expect(await at.sql('SELECT * FROM @t')).toEqual([])
  })
})

describe('what a table refuses', () => {
  it('is found among thousands', async () => {
    await using at = await space()
    await using kept = await storeOver(at, table('integer', 'smallint'), codec.int)
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.nat({ max: 3000 }), { maxLength: 6 }), fc.array(fc.boolean()), async (bad, kinds) => {
        const entries = Array.from({ length: 3001 }, (_, i) => {
          const at = bad.indexOf(i)
          if (at === -1) return [i, option.some(BigInt(i))] as const
          return kinds[at] === true ? ([2 ** 31 + i, option.some(1n)] as const) : ([i, option.some(32_768n)] as const)
        })
        const answers = (await kept.refuses?.(entries)) ?? []
        expect(answers.flatMap((each, i) => (option.isSome(each) ? [i] : []))).toEqual(bad.toSorted((a, b) => a - b))
      }),
      { numRuns: 10 },
    )
  })

  it('is two keys for one row: the second of them', async () => {
    await using at = await space()
    await at.sql(`CREATE COLLATION IF NOT EXISTS @"any case" (provider = icu, locale = 'und-u-ks-level2', deterministic = false)`)
    await using kept = await storeOver(at, table('text COLLATE @"any case"'), codec.string)
    const change = {
      partition: 0,
      from: 0,
      position: 1,
      note: '',
      puts: ['a', 'b', 'A', 'B'].map((key) => [key, 1n] as const),
      removes: [],
    }
    await expect(kept.commit(change)).rejects.toMatchObject({ code: 'refused', message: expect.stringContaining('two keys for one row') })
    const answers = await kept.refuses?.(change.puts.map(([key, value]) => [key, option.some(value)] as const))
    const why = option.some('column k: another key is the same row. Keys that differ must differ there.')
    expect(answers).toEqual([option.none, option.none, why, why])
  })

  it('is a row that others need, where it is to be removed', async () => {
    await using at = await space()
    await using kept = await storeOver(at, table('text'), codec.string)
    await kept.commit({ partition: 0, from: 0, position: 1, note: '', puts: ['a', 'b'].map((key) => [key, 1n] as const), removes: [] })
    await at.sql(`CREATE TABLE @orders (site text REFERENCES @t); INSERT INTO @orders VALUES ('a')`)
    const change = { partition: 0, from: 1, position: 2, note: '', puts: [], removes: ['a', 'b'] }
    await expect(kept.commit(change)).rejects.toMatchObject({ code: 'refused' })
    expect(
      await kept.refuses?.([
        ['a', option.none],
        ['b', option.none],
        ['a', option.some(2n)],
      ]),
    ).toEqual([option.some(expect.stringContaining('is still referenced from table "orders"')), option.none, option.none])
  })

  it('is not what fails for any other reason, of which nobody can tell', async () => {
    await using at = await space()
    await using kept = await storeOver(at, table('integer'), codec.int)
    await at.sql(`CREATE FUNCTION @full_disk() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN IF NEW.k = 3 THEN RAISE 'No space left on device' USING ERRCODE = 'disk_full'; END IF; RETURN NEW; END $$;
      CREATE TRIGGER full_disk BEFORE INSERT ON @t FOR EACH ROW EXECUTE FUNCTION @full_disk()`)
    const puts = [1, 2, 3].map((key) => [key, 1n] as const)
    await expect(kept.commit({ partition: 0, from: 0, position: 1, note: '', puts, removes: [] })).rejects.toMatchObject({ code: 'store' })
    await expect(
      kept.refuses?.([
        [2 ** 40, option.some(1n)],
        [3, option.some(1n)],
      ]),
    ).rejects.toMatchObject({
      code: 'store',
      message: expect.stringContaining('has no room on its disk'),
    })
  })

  it('is what the table refuses now, not what it refused when it was opened', async () => {
    await using at = await space()
    await using kept = await storeOver(at, table('integer', 'smallint'), codec.int)
    const large = [[2 ** 40, option.some(40_000n)] as const]
    expect(await kept.refuses?.(large)).toEqual([option.some(expect.stringMatching(/column k: .*type integer/))])
    await at.sql('ALTER TABLE @t ALTER n TYPE bigint, ALTER k TYPE bigint')
    expect(await kept.refuses?.(large)).toEqual([option.none])
    await at.sql('INSERT INTO @t VALUES (1099511627776, 7, now())')
    expect(await kept.multiGet([2 ** 40])).toEqual([option.some(7n)])
  })

  it('has nothing there for a key before it is known that the table was altered', async () => {
    await using at = await space()
    await using kept = await storeOver(at, table('integer'), codec.int)
    expect(await kept.multiGet([1, 2 ** 40])).toEqual([option.none, option.none])
    await at.sql('ALTER TABLE @t ALTER k TYPE bigint; INSERT INTO @t VALUES (1099511627776, 7, now())')
    expect(await kept.multiGet([1, 2 ** 40])).toEqual([option.none, option.some(7n)])
  })
})

describe('a mergeable store', () => {
  it('fails alone for what the table refuses, and is not asked again for it', async () => {
    await using at = await space()
    await at.sql(table('varchar(4)', 'smallint'))
    const counters = store('t', { key: codec.string, sum })
    await using kept = postgresMergeableStore({ url: at.url, schema: at.schema, store: counters, columns: { key: 'k', value: 'n' } })
    const keys = ['a', 'too long', 'b', 'abcd ', 'c']
    const merged = await kept.multiMerge(keys.map((key) => [key, key === 'c' ? 40_000 : 1] as const))()
    const failed = { _tag: 'Left', left: { code: 'refused', retryable: false } }
    const before = { _tag: 'Right', right: option.none }
    expect(merged).toMatchObject([before, failed, before, failed, failed])
    const put = await kept.multiPut([
      ['a', option.some(5)],
      ['abcd ', option.some(5)],
    ])()
    expect(put).toMatchObject([{ _tag: 'Right' }, failed])
    expect(await promised(kept).multiGet([...keys, 'a'])).toEqual([5, undefined, 1, undefined, undefined, 5])
  })
})

describe('a lookup', () => {
  it('has nothing for a key that its columns cannot hold, and the rest of the batch its answers', async () => {
    await using at = await space()
    await at.sql(`CREATE TABLE @people (id integer, name text); INSERT INTO @people VALUES (1, 'ann'), (2, 'bob')`)
    const name = service('nameOf', { key: codec.string, value: codec.string })
    const options = { url: at.url, schema: at.schema, service: name, table: 'people', key: 'id', value: 'name' }
    await using lookup = postgresLookup(options)
    expect(await lookup.multiGet(['1', 'one', '1099511627776', '2', '\0'])).toEqual([
      option.some('ann'),
      option.none,
      option.none,
      option.some('bob'),
      option.none,
    ])
    await at.sql(`ALTER TABLE @people ALTER id TYPE bigint; INSERT INTO @people VALUES (1099511627776, 'cat')`)
    expect(await lookup.multiGet(['1099511627776', 'one'])).toEqual([option.some('cat'), option.none])
  })
})
