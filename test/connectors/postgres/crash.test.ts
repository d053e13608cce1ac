import fc from 'fast-check'
import { isSome } from 'fp-ts/lib/Option.js'
import { codec, option, type SinkToken, store } from 'tanager'
import { sum } from 'tanager/algebra'
import { describe, expect, it } from 'vitest'
import { type PostgresStore, postgresOutbox, postgresSink, postgresStore } from '../../../connectors/postgres/index.ts'
import { ownServer } from './database.ts'
import { startProxy } from './proxy.ts'

const own = ownServer({ fsync: 'on', full_page_writes: 'on' })
const clicks = store('clicks', { key: codec.string, sum })
const keys = ['a', 'b', 'c']

/** What a drain does: asks where it is, reads totals, adds one to each, commits; and does that again whenever anything fails. */
async function count(kept: PostgresStore<string, number>, to: number, told: { failures: number }): Promise<void> {
  const deadline = Date.now() + 30_000
  for (;;) {
    try {
      const { position } = await kept.at(0)
      if (position >= to) return
      const totals = await kept.multiGet(keys)
      const puts = keys.map((key, i) => {
        const total = totals[i] as option.Option<number>
        return [key, (isSome(total) ? total.value : 0) + 1] as const
      })
      await kept.commit({ partition: 0, from: position, position: position + 1, note: `${position}`, puts, removes: [] })
    } catch (error) {
      if (Date.now() > deadline) throw error
      expect(error).toMatchObject({ code: 'store' })
      told.failures += 1
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
}

const removed = 'DROP TABLE IF EXISTS clicks, tanager_positions'

describe('a server that dies', () => {
  it('twice, while two workers commit: each step is counted once', async () => {
    const { server } = own
    const options = { url: server.url, store: clicks, create: true, timeout: 5000 }
    await using one = postgresStore(options)
    await using two = postgresStore(options)
    await one.at(0)
    const told = { failures: 0 }
    const steps = 400
    const working = Promise.all([count(one, steps, told), count(two, steps, told)])
    working.catch(() => {})
    for (const end of ['kill', 'stop'] as const) {
      const before = await one.at(0).then(({ position }) => position)
      await expect.poll(async () => (await two.at(0).catch(() => undefined))?.position ?? 0, { interval: 2 }).toBeGreaterThan(before + 20)
      await server[end]()
      await server.start()
    }
    await working
    expect(told.failures).toBeGreaterThan(0)
    expect(await one.multiGet(keys)).toEqual(keys.map(() => option.some(steps)))
    expect(await one.at(0)).toEqual({ position: steps, note: `${steps - 1}` })
    await own.sql(removed)
  })

  it('takes its source with it, which can be opened again where it was', async () => {
    const { server } = own
    await own.sql(`CREATE TABLE outbox (id bigserial, body text, xid xid8 NOT NULL DEFAULT pg_current_xact_id());
      INSERT INTO outbox (body) SELECT 'record ' || i FROM generate_series(1, 10) i`)
    const reader = postgresOutbox({ url: server.url, table: 'outbox', payload: 'body', poll: 20 })
    const limits = { records: 4, length: 1 << 20, linger: 0 }
    const first = await reader.open({ position: option.none, batch: limits })
    const taken = await first.next()
    await server.kill()
    // What it had read ahead it still gives: two batches at most.
    const rest = async () => {
      for (let given = 0; given <= 2; given++) await first.next()
    }
    await expect(rest()).rejects.toMatchObject({ code: 'source' })
    await expect(reader.open({ position: option.none, batch: limits })).rejects.toMatchObject({
      code: 'source',
      message: expect.stringContaining('cannot be reached'),
    })
    await server.start()
    const second = await reader.open({ position: taken?.position ?? option.none, batch: limits })
    const left = [...((await second.next())?.records ?? []), ...((await second.next())?.records ?? [])]
    await second.close()
    expect([...(taken?.records ?? []), ...left]).toEqual(Array.from({ length: 10 }, (_, i) => `record ${i + 1}`))
    await own.sql('DROP TABLE outbox')
  })
})

describe('a connection that is cut in the middle of a commit', () => {
  it.each(['before', 'after'] as const)('%s the server hears of it: the position tells', async (side) => {
    await using proxy = await startProxy(own.server.port)
    await using kept = postgresStore({ url: proxy.through(own.server.url), store: clicks, create: true })
    expect(await kept.commit({ partition: 0, from: 0, position: 1, note: 'first', puts: [['a', 1]], removes: [] })).toBe(true)
    const cut = proxy.cut(side, 'WITH moved')
    const change = { partition: 0, from: 1, position: 2, note: 'second', puts: [['a', 2]] as const, removes: [] }
    await expect(kept.commit(change)).rejects.toMatchObject({ code: 'store', message: expect.stringContaining('has hung up') })
    await cut
    const done = side === 'after'
    await expect.poll(() => kept.at(0)).toEqual(done ? { position: 2, note: 'second' } : { position: 1, note: 'first' })
    expect(await kept.multiGet(['a'])).toEqual([option.some(done ? 2 : 1)])
    expect(await kept.commit(change)).toBe(!done)
    expect(await kept.multiGet(['a'])).toEqual([option.some(2)])
    await own.sql(removed)
  })

  it('at random, over and over: each step is counted once', async () => {
    await using proxy = await startProxy(own.server.port)
    await using kept = postgresStore({ url: proxy.through(own.server.url), store: clicks, create: true })
    const side = fc.constantFrom('before', 'after', undefined)
    await fc.assert(
      fc.asyncProperty(fc.array(side, { minLength: 1, maxLength: 15 }), async (sides) => {
        await kept.at(0)
        await own.sql('TRUNCATE clicks, tanager_positions')
        const told = { failures: 0 }
        for (const [i, cut] of sides.entries()) {
          if (cut !== undefined) void proxy.cut(cut, 'WITH moved')
          await count(kept, i + 1, told)
        }
        expect(told.failures).toBe(sides.filter((each) => each !== undefined).length)
        expect(await kept.multiGet(keys)).toEqual(keys.map(() => option.some(sides.length)))
      }),
      { numRuns: 8 },
    )
    await own.sql(removed)
  })

  it('of a sink: the batch comes again, and is written once', async () => {
    await using proxy = await startProxy(own.server.port)
    await own.sql('CREATE TABLE views (n int)')
    await using sink = postgresSink<number>({ url: proxy.through(own.server.url), table: 'views', columns: { n: (n) => n }, create: true })
    const token = (sequence: number): SinkToken => ({ job: 'j', sink: 's', sequence, id: `${sequence}` })
    await sink.write([0], token(0))
    for (const [i, side] of (['before', 'after', 'after', 'before'] as const).entries()) {
      const cut = proxy.cut(side, 'WITH fresh')
      await expect(sink.write([i + 1, i + 1], token(i + 1))).rejects.toMatchObject({ code: 'sink' })
      await cut
      await sink.write([i + 1, i + 1], token(i + 1))
    }
    expect((await own.sql('SELECT n FROM views ORDER BY n')).map(({ n }) => n)).toEqual([0, 1, 1, 2, 2, 3, 3, 4, 4])
    await own.sql('DROP TABLE views, tanager_batches')
  })
})
