import { describe, expect, it, vi } from 'vitest'
import { inside } from '../../cli/inside.ts'
import { objects } from '../../cli/tanager.ts'
import { contents, deployed } from '../../platforms/bullmq/deployed.ts'
import { type Space, spaces } from './database.ts'
import { bindings, ddl, narrow } from './narrow.ts'

const space = spaces()

const options = { partitions: 2, backoff: 1, batch: { batchRecords: 50 }, attempts: 10_000 }

const held = async (at: Space) =>
  new Map((await at.sql('SELECT site, hits FROM @hits ORDER BY site')).map(({ site, hits }) => [site, Number(hits)]))

describe('what a table cannot keep', () => {
  it('goes to the dead letters, the rest of its partition goes on, and it counts once the table is mended and it is retried', async () => {
    await using at = await space()
    await at.sql(ddl)
    await using there = await deployed(narrow, bindings(at.url, at.schema), options)
    await there.worker()
    const good = Array.from({ length: 400 }, (_, n) => [`s${n % 20}`, 1] as const)
    // No room for the key, none for the total, a check, and a character that no text of PostgreSQL holds.
    const bad = [
      ['much too long', 3],
      ['big', 40_000],
      ['x', 5],
      ['a\0', 7],
      ['s1   ', 1],
    ] as const
    const sent = good.flatMap((each, n) => (n % 80 === 40 ? [each, bad[Math.floor(n / 80)] as (typeof bad)[number]] : [each]))
    await there.client.settled({ after: await there.client.send('views', sent), timeout: 20_000 })

    const blank = ['s1   ', 1] as const
    const kept = new Map([...Array.from({ length: 20 }, (_, n) => [`s${n}`, 20] as const), blank].sort(([a], [b]) => (a < b ? -1 : 1)))
    expect(await held(at)).toEqual(kept)
    expect(await there.client.store('total').get('all')).toBe(401)
    const place = ['--redis', there.space.url, '--redis-prefix', there.space.prefix]
    vi.stubEnv('NARROW_URL', at.url)
    vi.stubEnv('NARROW_SCHEMA', at.schema)
    const module = `${import.meta.dirname}/narrow.ts`
    const letters = (await inside(['dead-letters', module, 'list', '--json', ...place])).stdout
    const told = (objects(letters) as readonly { readonly deadLetter: object }[]).map(({ deadLetter }) => deadLetter)
    const letter = (record: string, error: RegExp) =>
      expect.objectContaining({ stream: 'hits', node: 'merge', record, error: expect.stringMatching(error) })
    expect(told).toHaveLength(4)
    expect(told).toEqual(
      expect.arrayContaining([
        letter(
          '["much too long",3]',
          /^the store hits does not take what comes to the key "much too long": column site: value too long for type character varying\(5\)/,
        ),
        letter(
          '["big",40000]',
          /^the store hits .* the key "big": column hits: value "40000" is out of range for type smallint\. ALTER the column/,
        ),
        letter('["x",5]', /the key "x": .*violates check constraint "hits_site_check"/),
        letter('["a\\u0000",7]', /the key "a\\u0000": PostgreSQL keeps no U\+0000.*column site/),
      ]),
    )
    expect((await there.client.status()).failed).toEqual([])

    await at.sql('ALTER TABLE @hits ALTER site TYPE text, ALTER hits TYPE bigint, DROP CONSTRAINT hits_site_check')
    expect((await inside(['dead-letters', module, 'retry', ...place])).stdout).toContain('4 dead letters sent back')
    await there.client.settled({ timeout: 20_000 })
    // What PostgreSQL keeps in no column comes back: that was not mended.
    const mended = new Map([...kept, ['much too long', 3], ['big', 40_000], ['x', 5]] as const)
    await expect.poll(() => held(at), { timeout: 20_000 }).toEqual(mended)
    await expect.poll(async () => (await there.client.deadLetters.list()).map(({ record }) => record)).toEqual(['["a\\u0000",7]'])
    await expect.poll(() => there.client.store('total').get('all')).toBe(401 + 40_008)
    expect(await contents(there.client.store('hits').entries())).toEqual(mended)
    vi.unstubAllEnvs()
  })

  it('is not what a server says of itself: that is tried again, and nothing is buried', async () => {
    await using at = await space()
    await at.sql(ddl)
    await at.sql(`CREATE SEQUENCE @tries; CREATE FUNCTION @failing() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE n bigint := nextval(TG_ARGV[0]); BEGIN
        IF n % 25 = 1 THEN RAISE 'serialization' USING ERRCODE = '40001'; END IF;
        IF n % 25 = 2 THEN RAISE 'deadlock' USING ERRCODE = '40P01'; END IF;
        IF n % 25 = 3 THEN RAISE 'no rights' USING ERRCODE = '42501'; END IF;
        IF n % 25 = 4 THEN RAISE 'full' USING ERRCODE = '53100'; END IF;
        IF n % 25 = 5 THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;
        RETURN NULL; END $$;
      CREATE TRIGGER failing BEFORE INSERT ON @hits FOR EACH STATEMENT EXECUTE FUNCTION @failing('${`@tries`}')`)
    await using there = await deployed(narrow, bindings(at.url, at.schema), options)
    await there.worker()
    const sent = Array.from({ length: 300 }, (_, n) => [n === 150 ? 'too long' : `s${n % 20}`, 1] as const)
    for (let from = 0; from < sent.length; from += 30) {
      await there.client.settled({ after: await there.client.send('views', sent.slice(from, from + 30)), timeout: 20_000 })
    }
    expect([...(await held(at)).values()].reduce((sum, each) => sum + each, 0)).toBe(299)
    expect((await there.client.deadLetters.list()).map(({ record }) => record)).toEqual(['["too long",1]'])
    expect(Number((await at.sql('SELECT last_value FROM @tries'))[0]?.last_value)).toBeGreaterThan(20)
  })
})
