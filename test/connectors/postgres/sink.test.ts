import fc from 'fast-check'
import type { SinkToken } from 'tanager'
import { sinkLaws } from 'tanager/testing'
import { describe, expect, it, test } from 'vitest'
import { type PostgresSink, type PostgresSinkOptions, postgresSink } from '../../../connectors/postgres/index.ts'
import { type Space, spaces } from './database.ts'

const space = spaces()
const views = 'CREATE TABLE @views (n bigserial, site text, hits bigint)'

interface View {
  readonly site: string
  readonly hits: number
}

const columns = { site: ({ site }: View) => site, hits: ({ hits }: View) => hits }
const items: readonly View[] = [
  { site: 'a', hits: 1 },
  { site: `b"'\\{}`, hits: 2 ** 53 - 1 },
]
const token = (sequence: number): SinkToken => ({ job: 'j', sink: 'views', sequence, id: `batch ${sequence}` })

const made = (at: Space, more: Partial<PostgresSinkOptions<View>> = {}): PostgresSink<View> =>
  postgresSink({ url: at.url, schema: at.schema, table: 'views', columns, create: true, ...more })

const written = async (at: Space): Promise<readonly View[]> => {
  const rows = await at.sql('SELECT site, hits FROM @views ORDER BY n')
  return rows.map(({ site, hits }) => ({ site: site as string, hits: Number(hits) }))
}

describe('a sink', () => {
  const opened = new Map<object, Space>()
  const suite = sinkLaws({
    items,
    runs: 15,
    open: async () => {
      const at = await space()
      await at.sql(views)
      const sink = made(at)
      opened.set(sink, at)
      return { sink, written: () => written(at) }
    },
    close: async ({ sink }) => {
      await (sink as PostgresSink<View>).close()
      await opened.get(sink)?.[Symbol.asyncDispose]()
    },
  })
  for (const { name, check } of suite) test(name, check)

  it('writes each batch once, however often and at the same time it comes, by several workers', async () => {
    await using at = await space()
    await at.sql(views)
    await using one = made(at)
    await using two = made(at)
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat({ max: 3 }), fc.boolean()), { minLength: 1, maxLength: 12 }), async (writes) => {
        await one.write([], token(0))
        await at.sql('TRUNCATE @views')
        await at.sql('TRUNCATE @tanager_batches').catch(() => {})
        const itemsOf = (n: number) => Array.from({ length: n + 1 }, (_, i) => ({ site: `batch ${n}`, hits: i }))
        await Promise.all(writes.map(([n, first]) => (first ? one : two).write(itemsOf(n), token(n))))
        const expected = [...new Set(writes.map(([n]) => n))].flatMap(itemsOf)
        const order = (all: readonly View[]) => all.map((each) => JSON.stringify(each)).sort()
        expect(order(await written(at))).toEqual(order(expected))
      }),
      { numRuns: 20 },
    )
  })

  it('can do without the table of batches where rows are unique', async () => {
    await using at = await space()
    await at.sql(`${views}; CREATE UNIQUE INDEX ON @views (site)`)
    await using sink = made(at, { unique: ['site'], create: false })
    await sink.write(items, token(1))
    await sink.write([...items, { site: 'c', hits: 3 }], token(2))
    expect((await written(at)).map(({ site }) => site)).toEqual(['a', `b"'\\{}`, 'c'])
    expect(await at.sql(`SELECT 1 FROM pg_tables WHERE schemaname = $1 AND tablename = 'tanager_batches'`, [at.schema])).toEqual([])
  })

  it('forgets old batches, of its own only', async () => {
    await using at = await space()
    await at.sql(views)
    await using first = made(at)
    await first.write(items, token(1))
    const old = `INSERT INTO @tanager_batches SELECT $1, 'views', 'old ' || i, i, now() - interval '2 hours' FROM generate_series(1, 5) i`
    await at.sql(old, ['j'])
    await at.sql(old, ['another'])
    await using second = made(at, { remember: 1 })
    await second.write(items, token(2))
    expect(await at.sql('SELECT job, count(*)::int AS n FROM @tanager_batches GROUP BY job ORDER BY job')).toEqual([
      { job: 'another', n: 5 },
      { job: 'j', n: 2 },
    ])
    // What is still remembered is written once.
    await second.write(items, token(1))
    expect(await written(at)).toHaveLength(4)
  })

  it('keeps times, bytes, JSON and nothing at all as their columns do', async () => {
    await using at = await space()
    await at.sql('CREATE TABLE @mixed (at timestamptz, raw bytea, doc jsonb, big numeric, yes boolean, nothing text, tags text[])')
    const when = new Date('2026-11-22T23:00:00.123Z')
    await using sink = postgresSink<number>({
      ...{ url: at.url, schema: at.schema, table: 'mixed', create: true },
      columns: {
        at: () => when,
        raw: () => new Uint8Array([0, 255]),
        doc: (n) => ({ n }),
        big: () => 2n ** 80n,
        yes: () => true,
        nothing: () => undefined,
        tags: () => '{a,"b c"}',
      },
    })
    await sink.write([7], token(1))
    expect(await at.sql('SELECT * FROM @mixed')).toEqual([
      { at: when, raw: Buffer.from([0, 255]), doc: { n: 7 }, big: `${2n ** 80n}`, yes: true, nothing: null, tags: ['a', 'b c'] },
    ])
  })
})
