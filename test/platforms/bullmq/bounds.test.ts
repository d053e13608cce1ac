import { codec, encoded, job, type SinkToken, sink, source, store } from 'tanager'
import { sum } from 'tanager/algebra'
import { memory } from 'tanager/memory'
import { describe, expect, it } from 'vitest'
import { all, contents, deployed } from './deployed.ts'

const words = source('words', { item: codec.string })
const counts = store('counts', { key: codec.string, sum })
const heard = sink('heard', { item: codec.string })
const counting = job('counting', words.map((word) => [word, 1] as const).sumByKey(counts))
const telling = job(
  'telling',
  words
    .write(heard)
    .map((word) => [word, 1] as const)
    .sumByKey(counts),
)

describe('what nobody takes', () => {
  it('has the job wait, says so, and goes on as it is taken, each batch under one token', async () => {
    await using there = await deployed(telling, {}, { room: { sink: 20 }, batch: { batchRecords: 5 } })
    await there.worker()
    const sent = Array.from({ length: 100 }, (_, n) => `word ${n}`)
    await there.client.send('words', sent)
    await expect.poll(() => there.notices.join('\n'), { timeout: 10_000 }).toContain('the sink heard is full')
    const { streams, sinks, failed } = await there.client.status()
    expect(streams.get('words')?.backlog).toBeGreaterThan(0)
    expect(sinks.get('heard')?.backlog).toBeLessThan(20)
    expect(failed).toEqual([])

    const taken = new Map<number, readonly string[]>()
    const write = async (items: readonly string[], { sequence }: SinkToken) => {
      // Refused the first time, as by a receiver that is away: it is not lost by that.
      const known = taken.has(sequence)
      taken.set(sequence, items)
      if (!known && sequence === 3) throw new Error('not now')
    }
    const take = () =>
      there.client
        .sink('heard')
        .take(write)
        .catch(() => 0)
    await expect.poll(async () => [await take(), [...taken.values()].flat().length][1], { timeout: 20_000 }).toBe(100)
    await there.client.settled({ timeout: 10_000 })
    await take()
    expect([...taken.values()].flat().sort()).toEqual([...sent].sort())
    expect(await all(there.client.sink('heard').entries())).toEqual([])
    expect((await contents(there.client.store('counts').entries())).size).toBe(100)
  })
})

describe('dead letters nobody looks at', () => {
  it('have the job wait, say so, and let it go on when they are dropped', async () => {
    const refusing = job(
      'refusing',
      words
        .map((word) => {
          if (word.startsWith('bad')) throw new Error('bad')
          return [word, 1] as const
        })
        .sumByKey(counts),
    )
    await using there = await deployed(refusing, {}, { room: { deadLetters: 3 }, batch: { batchRecords: 2 }, concurrency: 1 })
    await there.worker()
    await there.client.send(
      'words',
      Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? `bad ${n}` : 'good')),
    )
    await expect.poll(() => there.notices.join('\n'), { timeout: 10_000 }).toContain('as many dead letters as there may be')
    expect((await there.client.status()).deadLetters).toBe(3)
    let dropped = 0
    await expect
      .poll(
        async () => {
          dropped += await there.client.deadLetters.drop()
          return dropped
        },
        { timeout: 20_000 },
      )
      .toBe(10)
    await there.client.settled({ timeout: 10_000 })
    expect(await there.client.store('counts').get('good')).toBe(10)
  })
})

describe('what is too long', () => {
  it('is refused before anything is sent: a record, however it is given, and a numbered batch', async () => {
    await using there = await deployed(counting, {}, { limits: { longest: 10 } })
    const long = 'x'.repeat(11)
    await expect(there.client.send('words', ['a', long])).rejects.toMatchObject({
      code: 'too-long',
      message: expect.stringMatching(
        /^record 1 for the source words is too long; got "11 characters"; allowed: at most 10\. Nothing was sent/,
      ),
    })
    await expect(there.client.send('words', encoded([long]))).rejects.toMatchObject({ code: 'too-long' })
    await expect(there.client.send('words', ['12345', '67890', '1'], { writer: 'w', sequence: 1 })).rejects.toMatchObject({
      code: 'too-long',
    })
    expect((await there.client.status()).streams.get('words')).toMatchObject({ head: 0 })
    await there.client.send('words', ['1234567890', '1234567890'])
  })

  it('costs its record where it is a key, on every platform', async () => {
    const sent = ['a', 'k'.repeat(65_537), 'k'.repeat(65_536)]
    await using there = await deployed(counting, {})
    await there.worker()
    await there.client.settled({ after: await there.client.send('words', sent), timeout: 10_000 })
    const dead = await there.client.deadLetters.list()
    expect(dead.map(({ record, error }) => [record.length, error.slice(0, 38)])).toEqual([
      [65_537, 'a key is too long; got "65537 characte'],
    ])
    const alone = await memory().on(counting).run({ words: sent })
    expect(alone.deadLetters.map(({ error }) => error)).toEqual(dead.map(({ error }) => error))
    expect(await contents(there.client.store('counts').entries())).toEqual(alone.stores.counts)
  })
})
