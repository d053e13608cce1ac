import fc from 'fast-check'
import { aggregation, codec, encoded, job, service, sink, source, store } from 'tanager'
import { count, sum } from 'tanager/algebra'
import { describe, expect, it } from 'vitest'
import { arbitraryJob } from '../../../testing/arbitrary/job.ts'
import { onMemory } from '../../../testing/platform/memory.ts'
import type { TestPlatform } from '../../../testing/platform/platform.ts'
import { onRedis } from '../../../testing/platform/redis.ts'
import { onSimulation } from '../../../testing/platform/simulation.ts'
import { expectSame } from '../../../testing/same/expect-same.ts'
import { NotSameError } from '../../../testing/same/not-same.ts'
import { keySpace } from '../../redis/redis.ts'
import { rightJobs } from './jobs.ts'
import { feeding, wrong } from './platforms.ts'

const words = source('words', { item: codec.string })
const counts = store('counts', { key: codec.string, sum })
const joined = aggregation<string>({ id: 'joined', value: codec.string, semigroup: { concat: (a, b) => `${a} ${b}` } })
const wordCount = job(
  'word-count',
  words
    .map((word) => {
      if (word === 'bad') throw new Error('bad')
      return word
    })
    .name('check')
    .write(sink('seen', { item: codec.string }))
    .map((word) => [word, 1] as const)
    .sumByKey(counts),
  words.map((word) => ['all', word] as const).sumByKey(store('text', { key: codec.string, sum: joined })),
)
const inputs = { words: ['spring', 'spring', 'summer', 'bad'] }

/** What is said of a run on memory and on a platform that is wrong. */
async function saidOf(platform: TestPlatform, options = {}): Promise<NotSameError> {
  const error: unknown = await expectSame(wordCount, inputs, [onMemory(), platform], { seed: 7, ...options }).catch((thrown) => thrown)
  expect(error).toBeInstanceOf(NotSameError)
  return error as NotSameError
}

const again = '(seed 7; to run it again: expectSame(job, inputs, platforms, { seed: 7 }))'

describe('right jobs', () => {
  it.each(rightJobs)('come to the same on memory, in simulations and on a real Redis: $name', { timeout: 60_000 }, async (right) => {
    await using space = await keySpace()
    const platforms = [onMemory(), onSimulation(), onRedis({ redis: space.url, prefix: space.prefix })]
    await expectSame(right.job, right.inputs as never, platforms)
    expect(await space.keys()).toEqual([])
  })

  it.each(rightJobs)('raise no alarm, whatever the seed: $name', async (right) => {
    for (let seed = 0; seed < 30; seed++) await expectSame(right.job, right.inputs as never, undefined, { seed })
  })

  it('answer what they come to', async () => {
    const same = await expectSame(wordCount, inputs, undefined, { seed: 3 })
    expect(same.stores.counts).toEqual(
      new Map([
        ['spring', 2],
        ['summer', 1],
      ]),
    )
    expect([...same.sinks.seen].sort()).toEqual(['spring', 'spring', 'summer'])
    expect(same).toMatchObject({ deadLetters: [{ stream: 'words', node: 'check', record: 'bad' }], uncompared: [], seed: 3 })
  })

  it('are told what was not compared', async () => {
    const sizes = job(
      'sizes',
      words
        .map((word) => [word, 1] as const)
        .sumByKey(counts)
        .map(([, { delta }]) => delta)
        .write(sink('sizes', { item: codec.int })),
    )
    const { uncompared } = await expectSame(sizes, { words: ['a', 'a', 'a'] }, undefined, { except: { counts: 'for the test' } })
    expect(uncompared.map(({ slot }) => slot)).toEqual(['counts', 'sizes'])
  })

  it('come to the same whatever they are fed', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom('a', 'b', 'c', 'bad', '')), fc.nat(), async (list, seed) => {
        await expectSame(wordCount, { words: list }, undefined, { seed })
      }),
    ))

  it('of all kinds come to the same', () =>
    fc.assert(
      fc.asyncProperty(
        arbitraryJob({ records: 20 }).filter(({ comparison }) => comparison.stores.every(({ zeros }) => zeros)),
        fc.noShrink(fc.nat()),
        async (random, seed) => {
          await expectSame(random.job, random.inputs as never, undefined, { seed })
        },
      ),
      { numRuns: 50 },
    ))
})

describe('a platform that is wrong', () => {
  it('drops a record', async () => {
    const { message, differences, seed } = await saidOf(feeding('words', (records) => records.slice(1)))
    expect(message).toBe(
      [
        'job word-count is not the same on memory and wrong:',
        'store counts, key "spring": memory has 2, wrong has 1',
        'sink seen, "spring": memory has 2, wrong has 1',
        'store text, key "all": memory has "spring spring summer", wrong has "spring summer"',
        again,
      ].join('\n'),
    )
    expect(differences).toHaveLength(3)
    expect(seed).toBe(7)
  })

  it('counts one twice', async () => {
    const { message } = await saidOf(
      feeding('words', ([first, ...others]) => [first, first, ...others]),
      { except: { text: 'it has an own test' } },
    )
    expect(message).toContain(
      '\nstore counts, key "spring": memory has 2, wrong has 3\nsink seen, "spring": memory has 2, wrong has 3\n(seed',
    )
  })

  it('turns the order', async () => {
    const { message } = await saidOf(feeding('words', (records) => records.toReversed()))
    expect(message.split('\n').slice(1)).toEqual([
      'store text, key "all": memory has "spring spring summer", wrong has "summer spring spring"',
      again,
    ])
  })

  it('loses a dead letter', async () => {
    const { message } = await saidOf(wrong((outcome) => ({ ...outcome, deadLetters: [] })))
    expect(message.split('\n').slice(1)).toEqual([
      'dead letters of words, refused by check, record bad: memory has 1, wrong has none',
      again,
    ])
  })

  it('has keys too many', async () => {
    const many = new Map(Array.from({ length: 32 }, (_, i) => [`k${String(i).padStart(2, '0')}`, 1] as const))
    const { message, outcomes } = await saidOf(wrong((outcome) => ({ ...outcome, stores: { ...outcome.stores, counts: many } })))
    const lines = message.split('\n')
    expect(lines.slice(1, 3)).toEqual([
      'store counts, key "k00": memory has no such key, wrong has 1',
      'store counts, key "k01": memory has no such key, wrong has 1',
    ])
    expect(lines.slice(21)).toEqual(['and 14 more', again])
    expect(outcomes.get('wrong')?.stores.counts?.size).toBe(32)
  })

  it('is one of several, each with its own lines', async () => {
    const drops = feeding('words', (records) => records.slice(1))
    const error = await expectSame(wordCount, inputs, [onMemory(), drops, onMemory(), drops]).catch((thrown: unknown) => thrown)
    const lines = String(error).split('\n')
    expect(lines.filter((line) => line.startsWith('job ') || line.includes('Error: job '))).toEqual([
      'NotSameError: job word-count is not the same on memory and wrong:',
      'job word-count is not the same on memory and wrong (2):',
    ])
    expect(lines).toContain('store counts, key "spring": memory has 2, wrong (2) has 1')
  })
})

describe('a job that is wrong', () => {
  const seeds = Array.from({ length: 20 }, (_, seed) => seed)
  const firstError = async (run: (seed: number) => Promise<unknown>): Promise<string> => {
    for (const seed of seeds) {
      const error = await run(seed).then(
        () => undefined,
        (thrown: unknown) => thrown,
      )
      if (error !== undefined) return String(error)
    }
    return 'no difference was found'
  }

  it('counts its changes', async () => {
    const changes = job(
      'changes',
      words
        .map((word) => [word, 1] as const)
        .sumByKey(counts)
        .map(([word]) => [word, 1] as const)
        .sumByKey(store('changes', { key: codec.string, sum: count })),
    )
    const list = Array.from({ length: 20 }, () => 'a')
    expect(await firstError((seed) => expectSame(changes, { words: list }, undefined, { seed }))).toMatch(
      /^NotSameError: job changes is not the same on memory and simulation:\nstore changes, key "a": memory has \d+, simulation has \d+\nchanges is fed from the changes of counts: how many of those there are, and what each holds, is the platform's business\n\(seed/,
    )
  })

  it('writes to its records', async () => {
    const lists = source('lists', { item: codec.array(codec.int) })
    const writing = job(
      'writing',
      lists
        .map((list) => {
          ;(list as number[]).push(1)
          return ['all', list.length] as const
        })
        .sumByKey(counts),
    )
    const given = [[1], [2, 3]]
    await expectSame(writing, { lists: given })
    // The platforms got records of their own, and so did the test.
    expect(given).toEqual([[1], [2, 3]])
  })
})

describe('inputs', () => {
  it('are read once, whatever they are', async () => {
    let reads = 0
    function* once() {
      reads += 1
      yield* inputs.words
    }
    async function* later() {
      yield* once()
    }
    const platforms = [onMemory(), onSimulation(), onMemory({ batchSize: 1 })]
    for (const given of [once(), later(), new Set(inputs.words)]) {
      const { stores } = await expectSame(wordCount, { words: given }, platforms)
      expect(stores.counts.get('summer')).toBe(1)
    }
    const { deadLetters } = await expectSame(wordCount, { words: encoded(once()) }, platforms)
    expect(deadLetters).toHaveLength(1)
    expect(reads).toBe(3)
  })

  it('may say what a store held before', async () => {
    const { stores } = await expectSame(wordCount, { ...inputs, counts: new Map([['spring', 10]]) })
    expect(stores.counts.get('spring')).toBe(12)
  })

  const asked = job(
    'asked',
    words
      .map((word) => [word, 1] as const)
      .leftJoin(service('names', { key: codec.string, value: codec.string }))
      .mapValues(([n]) => n)
      .sumByKey(counts),
  )

  it.each([
    [wordCount, {}, 'missing-binding', 'job word-count: the source words is not bound'],
    [asked, { words: [] }, 'missing-binding', 'job asked: the service names is not bound'],
    [wordCount, { ...inputs, word: [] }, 'unknown-slot', 'job word-count has no slot word'],
    [wordCount, { words: 'ab' }, 'invalid-binding', 'the source words is bound to something that holds no records'],
    [
      wordCount,
      { ...inputs, seen: () => {} },
      'invalid-binding',
      'the sink seen is bound, and a test looks at what is written to it instead',
    ],
  ])('are refused before anything runs: %#', async (made, given, code, message) => {
    await expect(expectSame(made as typeof wordCount, given as never)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    })
  })

  it('refuses options that name what is not there, and a platform alone', async () => {
    const except = { word: 'x' } as never
    await expect(expectSame(wordCount, inputs, undefined, { except })).rejects.toMatchObject({ code: 'invalid-option' })
    await expect(expectSame(wordCount, inputs, [onMemory()])).rejects.toMatchObject({ code: 'invalid-option' })
  })

  it('are checked by the compiler', () => {
    const never = () => {
      // @ts-expect-error a source that is not bound
      void expectSame(wordCount, {})
      // @ts-expect-error a service that is not bound
      void expectSame(asked, { words: [] })
      // @ts-expect-error a slot that is not there
      void expectSame(wordCount, { ...inputs, word: [] })
      // @ts-expect-error records of another type
      void expectSame(wordCount, { words: [1] })
      // @ts-expect-error a sink
      void expectSame(wordCount, { ...inputs, seen: () => {} })
      // @ts-expect-error an exception for what is not there
      void expectSame(wordCount, inputs, undefined, { except: { word: 'x' } })
      // @ts-expect-error values of another type
      void expectSame(wordCount, inputs, undefined, { equals: { counts: (a: string, b: string) => a === b } })
      void expectSame(wordCount, inputs, undefined, { equals: { counts: (a, b) => a - b < 1, seen: (a, b) => a.length === b.length } })
    }
    expect(never).toBeTypeOf('function')
  })
})

describe('a run that fails', () => {
  it('says on which platform, and with which seed', async () => {
    const failing: TestPlatform = { name: 'broken', run: () => Promise.reject(new Error('out of order')) }
    await expect(expectSame(wordCount, inputs, [onMemory(), failing], { seed: 7 })).rejects.toThrow(
      /^job word-count on broken: out of order \(seed 7\)$/,
    )
  })
})
