import { describe, expect, it } from 'vitest'
import { aggregation } from '../../../core/algebra/aggregation.ts'
import { sum } from '../../../core/algebra/index.ts'
import { int } from '../../../core/codec/int.ts'
import { string } from '../../../core/codec/string.ts'
import { encoded } from '../../../core/contract/encoded.ts'
import type { SinkToken } from '../../../core/contract/sink.ts'
import { job } from '../../../core/job.ts'
import { source } from '../../../core/producer/fluent.ts'
import { service, sink, store } from '../../../core/slot/slot.ts'
import { memory } from '../../../platforms/memory/index.ts'
import { type SimulationOptions, simulation } from '../../../platforms/simulation/index.ts'

const words = source('words', { item: string })
const numbers = source('numbers', { item: int })
const counts = store('counts', { key: string, sum })
const total = store('total', { key: string, sum })
const text = store('text', { key: string, sum: aggregation<string>({ value: string, semigroup: { concat: (a, b) => a + b } }) })
const out = sink('out', { item: string })
const one = (word: string) => [word, 1] as const

const calm: SimulationOptions = { crashes: 0, duplicates: 0, losses: 0 }
const rough: SimulationOptions = { crashes: 0.1, duplicates: 0.1, losses: 0.1 }
const alphabet = [...'the quick brown fox jumps over the lazy dog']

/** Runs under many seeds, and in calm weather too. */
const seeds = Array.from({ length: 8 }, (_, seed): SimulationOptions => ({ ...(seed === 0 ? calm : rough), seed }))

describe('a simulation answers what memory answers', () => {
  it('counting', async () => {
    const counting = job('counting', words.map(one).sumByKey(counts))
    const { stores } = await memory().on(counting).run({ words: alphabet })
    for (const options of seeds) expect((await simulation(options).on(counting).run({ words: alphabet })).stores).toEqual(stores)
  })

  it('sums of sums', async () => {
    const chained = job(
      'chained',
      words
        .map(one)
        .sumByKey(counts)
        .map(([, { delta }]) => ['all', delta] as const)
        .sumByKey(total),
    )
    for (const options of seeds) {
      const { stores, emissions } = await simulation(options).on(chained).run({ words: alphabet })
      expect(stores.total).toEqual(new Map([['all', alphabet.length]]))
      expect(emissions.counts.reduce((sum, [, { delta }]) => sum + delta, 0)).toBe(alphabet.length)
      expect(emissions.total).toEqual([])
    }
  })

  it('two sources in one store', async () => {
    const merged = job(
      'merged',
      words
        .map(one)
        .merge(numbers.map((n) => [String(n), 1] as const))
        .sumByKey(counts),
    )
    const inputs = { words: ['1', 'a', '2'], numbers: [1, 2, 2, 3] }
    const { stores } = await memory().on(merged).run(inputs)
    for (const options of seeds) expect((await simulation(options).on(merged).run(inputs)).stores).toEqual(stores)
  })

  it('an order', async () => {
    const ordered = job('ordered', words.map((word) => ['all', word] as const).sumByKey(text))
    for (const options of seeds) {
      expect((await simulation(options).on(ordered).run({ words: alphabet })).stores.text).toEqual(new Map([['all', alphabet.join('')]]))
    }
  })

  it('lookups, waits and sinks', async () => {
    const names = service('names', { key: string, value: string })
    const looking = job(
      'looking',
      words
        .lookup(names)
        .mapAsync(async ([word, name]) => (name._tag === 'Some' ? name.value : word))
        .write(out),
    )
    const inputs = { words: ['a', 'b', 'a', 'c'], names: new Map([['a', 'Anna']]) }
    for (const options of seeds) {
      const { sinks } = await simulation(options).on(looking).run(inputs)
      expect([...sinks.out].sort()).toEqual(['Anna', 'Anna', 'b', 'c'])
    }
  })

  it('what a store held before', async () => {
    const counting = job('counting', words.map(one).sumByKey(counts).keys().write(out))
    const inputs = {
      words: ['a', 'b'],
      counts: new Map([
        ['a', 41],
        ['z', 1],
      ]),
    }
    const { stores } = await memory().on(counting).run(inputs)
    for (const options of seeds) {
      const result = await simulation(options).on(counting).run(inputs)
      expect(result.stores).toEqual(stores)
      expect(result.emissions.counts).toContainEqual(['a', { before: { _tag: 'Some', value: 41 }, delta: 1 }])
    }
  })

  it('nothing, of nothing', async () => {
    const result = await simulation(rough)
      .on(job('counting', words.map(one).sumByKey(counts).keys().write(out)))
      .run({ words: [] })
    expect(result).toMatchObject({ stores: { counts: new Map() }, sinks: { out: [] }, deadLetters: [], batches: [], failed: [] })
  })
})

describe('what goes wrong', () => {
  it('buries what cannot be read or used, each record once', async () => {
    const adding = job(
      'adding',
      numbers
        .map((n) => {
          if (n === 13) throw new Error('unlucky')
          return ['all', n] as const
        })
        .name('lucky')
        .sumByKey(total),
    )
    for (const options of seeds) {
      const { stores, deadLetters } = await simulation(options)
        .on(adding)
        .run({ numbers: encoded(['1', 'two', '13', '4', '']) })
      expect(stores.total).toEqual(new Map([['all', 5]]))
      const letters = deadLetters.map(({ stream, node, record, error }) => [stream, node, record, error.slice(0, 16)])
      expect(letters.sort()).toEqual([
        ['numbers', 'lucky', '13', 'unlucky'],
        ['numbers', 'numbers', '', 'codec int cannot'],
        ['numbers', 'numbers', 'two', 'codec int cannot'],
      ])
    }
  })

  it('tries a record that is refused for a while as often as it may, and no longer', async () => {
    for (const attempts of [1, 2, 3, 4]) {
      let calls = 0
      const flaky = job(
        'flaky',
        words
          .mapAsync(async (word) => {
            calls += 1
            if (calls < 3) throw new Error('not yet')
            return word
          })
          .map(one)
          .sumByKey(counts),
      )
      const { stores, deadLetters, failed } = await simulation({ ...calm, attempts })
        .on(flaky)
        .run({ words: ['a'] })
      expect(failed).toEqual([])
      expect(calls).toBe(Math.min(attempts, 3))
      expect(deadLetters).toHaveLength(attempts < 3 ? 1 : 0)
      expect(stores.counts).toEqual(new Map(attempts < 3 ? [] : [['a', 1]]))
    }
  })

  it('sets aside what a service never answers, and loses nothing else', async () => {
    const names = service('names', { key: string, value: string })
    const looking = job(
      'looking',
      words
        .lookup(names)
        .map(([word]) => one(word))
        .sumByKey(counts),
    )
    const away = (word: string) => {
      if (word === 'x') throw new Error('away')
      return undefined
    }
    for (const options of seeds) {
      const inputs = { words: ['a', 'b', 'x', 'c', 'd'], names: away }
      const { stores, batches, failed } = await simulation({ ...options, batchRecords: 1, room: { stream: 1000 } })
        .on(looking)
        .run(inputs)
      expect(failed).toMatchObject([{ pointer: { kind: 'stage', stream: 'words', sequence: 3 } }])
      expect(failed[0]?.error).toContain('away')
      expect(stores.counts).toEqual(
        new Map([
          ['a', 1],
          ['b', 1],
          ['c', 1],
          ['d', 1],
        ]),
      )
      expect(batches.filter(({ commits }) => commits === 0)).toEqual([{ stream: 'words', sequence: 3, commits: 0 }])
    }
  })

  it('delivers to a sink at least once, each time under the same token', async () => {
    const copying = job('copying', words.write(out))
    for (const options of seeds) {
      const written: (readonly [readonly string[], SinkToken])[] = []
      const failing = new Set<number>()
      const write = async (items: readonly string[], token: SinkToken) => {
        if (token.sequence % 2 === 0 && !failing.has(token.sequence)) {
          failing.add(token.sequence)
          throw new Error('the disk is full')
        }
        written.push([items, token])
      }
      const { sinks } = await simulation(options).on(copying).run({ words: alphabet, out: { write } })
      expect([...sinks.out].sort()).toEqual([...alphabet].sort())
      const once = new Map(written.map(([items, { sequence }]) => [sequence, items]))
      expect([...once.values()].flat().sort()).toEqual([...alphabet].sort())
      for (const [items, token] of written) {
        expect(token).toMatchObject({ job: 'copying', sink: 'out' })
        expect(items).toEqual(once.get(token.sequence))
      }
    }
  })
})

describe('a run', () => {
  const counting = job('counting', words.map(one).sumByKey(counts))

  it('comes again, step by step, from the same seed, and not from another', async () => {
    const run = (seed: number) =>
      simulation({ ...rough, seed })
        .on(counting)
        .run({ words: alphabet })
    const [one, again, other] = [await run(7), await run(7), await run(8)]
    expect(again).toEqual(one)
    expect(other.history).not.toEqual(one.history)
  })

  it('does all that may go wrong', async () => {
    const events = [
      'dies waiting',
      'is held up',
      ': loses',
      ', twice',
      'nobody hears it',
      'repeated',
      'gap',
      'stale',
      'already',
      'full',
      'puts',
    ]
    const unseen = new Set(events)
    for (const options of seeds) {
      const { history } = await simulation({ ...options, room: { stream: 20, inbox: 20 } })
        .on(counting)
        .run({ words: alphabet })
      for (const event of unseen) if (history.some((line) => line.includes(event))) unseen.delete(event)
    }
    expect([...unseen]).toEqual([])
  })

  it('is written down, a line a step', async () => {
    const { history } = await simulation({ ...calm, partitions: 1, workers: 1 })
      .on(counting)
      .run({ words: ['a'] })
    const what = history.map((line) => line.replace(/^ *\d+ ms {2}/, ''))
    expect(what).toEqual([
      'client of words: sends batch 1',
      'client of words: append words client of words 1: appended',
      'scheduler: takes stage words 1',
      'worker 1: begins stage words 1',
      'worker 1: read words 1: found',
      'worker 1: commitStage words 1: committed',
      'scheduler: takes sum counts 0 at 0',
      'worker 1: has done stage words 1',
      'worker 1: begins sum counts 0 at 0',
      'worker 1: readInbox counts 0 100: 1 entries',
      'worker 1: readValuesAt counts 0 0: found',
      'worker 1: commitSum counts 0 0: committed',
      'worker 1: has done sum counts 0 at 0',
    ])
  })

  it('tells of each batch that it was committed once', async () => {
    const { batches } = await simulation({ ...rough, batchRecords: 1 })
      .on(counting)
      .run({ words: ['a', 'b'] })
    expect([...batches].sort((a, b) => a.sequence - b.sequence)).toEqual([
      { stream: 'words', sequence: 1, commits: 1 },
      { stream: 'words', sequence: 2, commits: 1 },
    ])
  })

  it('that does not come to rest is given up, and says what happened last', async () => {
    const run = simulation({ ...calm, losses: 1, reconcileEvery: Number.POSITIVE_INFINITY })
      .on(counting)
      .run({ words: ['a'] })
    await expect(run).rejects.toMatchObject({ code: 'timeout' })
    await expect(run).rejects.toThrow(/there is work that nobody knows of[\s\S]*loses stage words 1/)
    const endless = simulation({ ...calm, steps: 3 })
      .on(counting)
      .run({ words: ['a'] })
    await expect(endless).rejects.toThrow('it goes on after 3 steps')
  })

  it('needs its bindings', () => {
    expect(() =>
      simulation()
        .on(counting)
        .run({} as never),
    ).toThrow(expect.objectContaining({ code: 'missing-binding' }))
    expect(() =>
      simulation()
        .on(counting)
        .run({ words: [], word: [] } as never),
    ).toThrow(expect.objectContaining({ code: 'unknown-slot' }))
  })
})
