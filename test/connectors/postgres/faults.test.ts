import pg from 'pg'
import { codec, type SinkToken, service, store, TanagerError } from 'tanager'
import { sum } from 'tanager/algebra'
import { describe, expect, it } from 'vitest'
import { postgresLookup, postgresOutbox, postgresSink, postgresStore } from '../../../connectors/postgres/index.ts'
import { ownServer } from './database.ts'

const own = ownServer({ max_connections: '20' })
const clicks = store('clicks', { key: codec.string, sum })
const token: SinkToken = { job: 'j', sink: 's', sequence: 1, id: '1' }

const url = (change: Partial<Pick<URL, 'username' | 'password' | 'hostname' | 'port' | 'pathname'>> = {}): string =>
  Object.assign(new URL(own.server.url), change).href

async function failing(work: () => Promise<unknown>): Promise<TanagerError> {
  try {
    await work()
  } catch (error) {
    expect(error).toBeInstanceOf(TanagerError)
    return error as TanagerError
  }
  throw new Error('it did not fail')
}

describe('what users meet', () => {
  const at = async (options: object = {}) => {
    await using kept = postgresStore({ url: url(), store: clicks, ...options })
    return await failing(() => kept.at(0))
  }

  it('a wrong password, which no message shows', async () => {
    const error = await at({ url: url({ password: 'sesame' }) })
    expect(error).toMatchObject({
      code: 'store',
      message: expect.stringMatching(/postgresStore\(clicks\): PostgreSQL at postgres@127.0.0.1:\d+\/postgres refuses the password/),
    })
    expect(JSON.stringify([error.message, error.details, String(error.cause)])).not.toContain('sesame')
    expect((await at({ url: url({ password: '' }) })).message).toContain('asks for a password')
  })

  it('a database, a host, a port that is not there', async () => {
    expect((await at({ url: url({ pathname: '/nothing' }) })).message).toMatch(
      /has no such database.*"nothing" does not exist.*CREATE DATABASE/,
    )
    expect((await at({ url: url({ port: '1' }) })).message).toMatch(/127.0.0.1:1\/postgres cannot be reached.*Is the server running/)
    expect((await at({ url: url({ hostname: 'nowhere.invalid' }) })).message).toMatch(/nowhere.invalid.* cannot be reached/)
  })

  it('a table that is not there: what to type makes it', async () => {
    const error = await at()
    expect(error).toMatchObject({ code: 'store', message: expect.stringContaining('there is no table "clicks"') })
    await own.sql(`${error.message.slice(error.message.indexOf('CREATE TABLE'))}`)
    const positions = await at()
    expect(positions.message).toContain('there is no table "public"."tanager_positions"')
    await own.sql(`${positions.message.slice(positions.message.indexOf('CREATE TABLE'))}`)
    await using kept = postgresStore({ url: url(), store: clicks })
    expect(await kept.at(0)).toEqual({ position: 0, note: '' })
    await own.sql('DROP TABLE clicks, tanager_positions')
    // It is gone now, and was there before.
    expect((await failing(() => kept.multiGet(['a']))).message).toContain('has no such table')
  })

  it('columns that are not there, of another type, too small, or without an index', async () => {
    await own.sql('CREATE TABLE clicks (site text, clicks smallint, updated_at timestamptz)')
    const columns = { key: 'site', value: 'clicks' }
    expect((await at({ columns: { key: 'page', value: 'clicks' } })).message).toMatch(
      /"clicks" has no column page; allowed: its columns: site, clicks, updated_at/,
    )
    await using kept = postgresStore({ url: url(), store: clicks, columns })
    await own.sql(
      'CREATE TABLE tanager_positions (store text, partition int, position bigint, note text, updated_at timestamptz, PRIMARY KEY (store, partition))',
    )
    const commit = (value: number) =>
      failing(() => kept.commit({ partition: 0, from: 0, position: 1, note: '', puts: [['a', value]], removes: [] }))
    expect((await commit(1)).message).toMatch(/no unique index on the columns of the key.*CREATE UNIQUE INDEX/)
    await own.sql('CREATE UNIQUE INDEX ON clicks (site)')
    expect((await commit(40_000)).message).toMatch(/too small for the number.*ALTER the column/)
    expect((await commit(1.5)).message).toMatch(/cannot read a value as the type of its column.*smallint: "1.5"/)
    expect(await kept.at(0)).toEqual({ position: 0, note: '' })
    expect(await kept.commit({ partition: 0, from: 0, position: 1, note: '', puts: [['a', 1]], removes: [] })).toBe(true)
    await own.sql('DROP TABLE clicks, tanager_positions')
  })

  it('what it may not do, and a server that takes no writes', async () => {
    await using kept = postgresStore({ url: url(), store: clicks, create: true })
    await kept.at(0)
    await own.sql(`CREATE ROLE guest LOGIN PASSWORD 'guest'; GRANT SELECT ON clicks, tanager_positions TO guest`)
    const guest = url({ username: 'guest', password: 'guest' })
    const commit = { partition: 0, from: 0, position: 1, note: '', puts: [['a', 1]] as const, removes: [] }
    await using looking = postgresStore({ url: guest, store: clicks })
    expect(await looking.at(0)).toEqual({ position: 0, note: '' })
    expect((await failing(() => looking.commit(commit))).message).toMatch(/does not permit that: permission denied for table.*GRANT/)
    await own.sql('GRANT ALL ON clicks, tanager_positions TO guest; ALTER ROLE guest SET default_transaction_read_only = on')
    await using replica = postgresStore({ url: guest, store: clicks })
    expect((await failing(() => replica.commit(commit))).message).toMatch(/takes no writes.*Is this a replica/)
    expect(await kept.at(0)).toEqual({ position: 0, note: '' })
    await own.sql('ALTER ROLE guest SET default_transaction_read_only = off; ALTER ROLE guest SET synchronous_commit = off')
    await using forgetful = postgresStore({ url: guest, store: clicks })
    expect((await failing(() => forgetful.at(0))).message).toMatch(/synchronous_commit is off/)
    await own.sql('DROP TABLE clicks, tanager_positions; DROP ROLE guest')
  })

  it('no more rights than the documentation lists', async () => {
    const theirs = url({ username: 'clerk', password: 'clerk' })
    await own.sql(`CREATE ROLE clerk LOGIN PASSWORD 'clerk'; CREATE TABLE views (n int UNIQUE);
      CREATE TABLE outbox (id bigserial, payload text, xid xid8 NOT NULL DEFAULT pg_current_xact_id()); INSERT INTO outbox (payload) VALUES ('a')`)
    await using making = postgresStore({ url: url(), store: clicks, create: true })
    await making.at(0)
    await using first = postgresSink<number>({ url: url(), table: 'views', columns: { n: (n) => n }, create: true })
    await first.write([1], token)
    await own.sql(`GRANT SELECT, INSERT, UPDATE, DELETE ON clicks TO clerk; GRANT SELECT, INSERT, UPDATE ON tanager_positions TO clerk;
      GRANT INSERT ON views TO clerk; GRANT SELECT, INSERT, DELETE ON tanager_batches TO clerk; GRANT SELECT ON outbox TO clerk;
      INSERT INTO tanager_batches VALUES ('j', 's', 'old', 0, now() - interval '1 year')`)
    await using kept = postgresStore({ url: theirs, store: clicks })
    for (const [from, puts, removes] of [
      [0, [['a', 1]], []],
      [1, [['b', 1]], ['a']],
    ] as const) {
      expect(await kept.commit({ partition: 0, from, position: from + 1, note: '', puts, removes })).toBe(true)
    }
    await using sink = postgresSink<number>({ url: theirs, table: 'views', columns: { n: (n) => n } })
    await sink.write([2], { ...token, id: '2' })
    expect(await own.sql('SELECT id FROM tanager_batches ORDER BY id')).toEqual([{ id: '1' }, { id: '2' }])
    const outbox = await postgresOutbox({ url: theirs, table: 'outbox' }).open({
      position: { _tag: 'None' },
      batch: { records: 9, length: 99, linger: 0 },
    })
    expect((await outbox.next())?.records).toEqual(['a'])
    await outbox.close()
    await own.sql('GRANT SELECT ON views TO clerk')
    await using unique = postgresSink<number>({ url: theirs, table: 'views', columns: { n: (n) => n }, unique: ['n'] })
    await unique.write([2, 3], token)
    expect(await own.sql('SELECT n FROM views ORDER BY n')).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }])
    await own.sql('DROP TABLE views, tanager_batches, outbox, clicks, tanager_positions; DROP ROLE clerk')
  })

  it('a lock that somebody keeps, and too many connections', async () => {
    await using kept = postgresStore({ url: url(), store: clicks, create: true, timeout: 300 })
    const commit = { partition: 0, from: 0, position: 1, note: '', puts: [['a', 1]] as const, removes: [] }
    await kept.at(0)
    const somebody = new pg.Client(own.server.url)
    await somebody.connect()
    await somebody.query('BEGIN; LOCK TABLE clicks')
    expect((await failing(() => kept.commit(commit))).message).toMatch(/has not answered in time.*pg_stat_activity/)
    await somebody.query('COMMIT')
    expect(await kept.commit(commit)).toBe(true)
    const crowd: pg.Client[] = [somebody]
    await own.sql(`CREATE ROLE crowd LOGIN PASSWORD 'crowd'`)
    const theirs = url({ username: 'crowd', password: 'crowd' })
    for (;;) {
      const one = new pg.Client(theirs)
      one.on('error', () => {})
      if (
        !(await one.connect().then(
          () => true,
          () => false,
        ))
      )
        break
      crowd.push(one)
    }
    expect((await at({ url: theirs })).message).toMatch(/has too many connections.*max_connections/)
    await Promise.all(crowd.map((one) => one.end()))
    await own.sql('DROP TABLE clicks, tanager_positions; DROP ROLE crowd')
  })

  it('a disk that is full, and then is not', async () => {
    await using kept = postgresStore({ url: url(), store: clicks, create: true })
    const commit = { partition: 0, from: 0, position: 1, note: '', puts: [['a', 1]] as const, removes: [] }
    await kept.at(0)
    // As the server says it, where it says it: at a row of the table.
    await own.sql(`CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$;
      CREATE TRIGGER full_disk BEFORE INSERT ON clicks FOR EACH ROW EXECUTE FUNCTION full_disk()`)
    expect((await failing(() => kept.commit(commit))).message).toMatch(/has no room on its disk/)
    expect(await kept.at(0)).toEqual({ position: 0, note: '' })
    await own.sql('DROP FUNCTION full_disk CASCADE')
    expect(await kept.commit(commit)).toBe(true)
    await own.sql('DROP TABLE clicks, tanager_positions')
  })

  it('two keys for one row, and a key that text cannot hold', async () => {
    const columns = {
      key: { names: ['site'], write: (key: string) => [key.toLowerCase()], read: ([site]: readonly unknown[]) => site as string },
      value: 'clicks',
    }
    await using kept = postgresStore({ url: url(), store: clicks, columns, types: { site: 'text', clicks: 'bigint' }, create: true })
    const commit = (...keys: string[]) =>
      failing(() => kept.commit({ partition: 0, from: 0, position: 1, note: '', puts: keys.map((key) => [key, 1] as const), removes: [] }))
    expect((await commit('a', 'A')).message).toMatch(/was given two keys for one row.*must differ in their columns/)
    expect(await commit('a\0b')).toMatchObject({ code: 'encode', message: expect.stringMatching(/keeps no U\+0000.*column site/) })
    expect(await kept.at(0)).toEqual({ position: 0, note: '' })
    await own.sql('DROP TABLE clicks, tanager_positions')
  })

  it('a service, a sink and a source that lack something', async () => {
    const name = service('nameOf', { key: codec.string, value: codec.string })
    const lookup = postgresLookup({ url: url(), service: name, table: 'people' })
    expect(await failing(() => lookup.multiGet(['a']))).toMatchObject({
      code: 'service',
      message: expect.stringContaining('there is no table "people"'),
    })
    const sink = postgresSink<number>({ url: url(), table: 'views', columns: { n: (n) => n } })
    expect(await failing(() => sink.write([1], token))).toMatchObject({
      code: 'sink',
      message: expect.stringContaining('there is no table "views"'),
    })
    await own.sql('CREATE TABLE views (n int CHECK (n < 10))')
    const missing = await failing(() => sink.write([1], token))
    expect(missing.message).toContain('there is no table "public"."tanager_batches"')
    await own.sql(missing.message.slice(missing.message.indexOf('CREATE TABLE')))
    expect((await failing(() => sink.write([1, 99], token))).message).toMatch(/a CHECK of the table forbids it/i)
    expect(await own.sql('SELECT * FROM tanager_batches')).toEqual([])
    await sink.write([1], token)
    const outbox = postgresOutbox({ url: url(), table: 'outbox' })
    const opening = () => outbox.open({ position: { _tag: 'None' }, batch: { records: 1, length: 1, linger: 0 } })
    expect(await failing(opening)).toMatchObject({ code: 'source', message: expect.stringContaining('there is no table "outbox"') })
    await own.sql('DROP TABLE views, tanager_batches')
  })
})

describe('what is refused at once', () => {
  const slot = service('s', { key: codec.string, value: codec.string })
  it.each([
    [
      'a url that is none',
      () => postgresStore({ url: 'mysql://root:sesame@db/x', store: clicks }),
      /url; got "mysql:\/\/root:\*\*\*@db\/x"; allowed: postgres:/,
    ],
    ['no url', () => postgresStore({ store: clicks }), /url; allowed|url; got undefined/],
    ['no slot', () => postgresStore({ url: 'postgres://x', store: undefined as never }), /the slot it is bound to/],
    ['a hostile name', () => postgresStore({ url: 'postgres://x', store: clicks, table: 'x\0' }), /no name that PostgreSQL takes/],
    ['a name that would be cut', () => postgresStore({ url: 'postgres://x', store: clicks, table: 'é'.repeat(32) }), /1 to 63 bytes/],
    [
      'types that are missing',
      () => postgresStore({ url: 'postgres://x', store: clicks, columns: { key: 'site', value: 'n' }, create: true }),
      /types: { site: '…', n: '…' }/,
    ],
    ['one column twice', () => postgresStore({ url: 'postgres://x', store: clicks, columns: { key: 'n', value: 'n' } }), /named twice/],
    [
      'no connections',
      () => postgresStore({ url: 'postgres://x', store: clicks, connections: 0 }),
      /connections; got 0; allowed: a whole number from 1/,
    ],
    ['a table and a query', () => postgresLookup({ url: 'postgres://x', service: slot, table: 't', query: 'q' }), /one of them/],
    ['no columns', () => postgresSink({ url: 'postgres://x', table: 't', columns: {} }), /a function of the record for each column/],
    ['no time between looks', () => postgresOutbox({ url: 'postgres://x', table: 't', poll: 0 }), /poll; got 0/],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(message)
    expect(make).toThrow(expect.objectContaining({ code: 'invalid-option', message: expect.not.stringContaining('sesame') }))
  })
})
