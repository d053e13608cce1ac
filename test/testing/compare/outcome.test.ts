import fc from 'fast-check'
import { none, some } from 'fp-ts/lib/Option.js'
import { aggregation, codec, encoded, type Job, job, sink, source, store } from 'tanager'
import { count, sparseSum, sum } from 'tanager/algebra'
import { memory } from 'tanager/memory'
import { describe, expect, it } from 'vitest'
import { simulation } from '../../../platforms/simulation/index.ts'
import { arbitraryJob } from '../../../testing/arbitrary/job.ts'
import { type CompareOptions, differencesOf, told, uncomparedOf } from '../../../testing/compare/outcome.ts'
import type { Inputs, Outcome } from '../../../testing/platform/platform.ts'

const names = { expected: 'memory', actual: 'Redis' }

const words = source('words', { item: codec.string })
const counts = store('counts', { key: codec.string, sum })
const seen = sink('seen', { item: codec.string })
const wordCount: Job = job(
  'word-count',
  words
    .map((word) => {
      if (word === 'bad') throw new Error('bad')
      return word
    })
    .name('check')
    .write(seen)
    .map((word) => [word, 1] as const)
    .sumByKey(counts),
)

const outcome = (parts: Partial<Outcome>): Outcome => ({ stores: {}, sinks: {}, deadLetters: [], ...parts })
const held = (...cells: readonly (readonly [string, unknown])[]) => outcome({ stores: { counts: new Map(cells) } })
const sentences = (made: Job, expected: Outcome, actual: Outcome, options: CompareOptions = {}) =>
  differencesOf(made, expected, actual, { names, ...options }).map(({ sentence }) => sentence)

describe('stores', () => {
  it('says key by key what is not the same, in the order of the keys', () => {
    const expected = held(['b', 1], ['spring', 3], ['only', 1], ['same', 5])
    const actual = held(['spring', 4], ['b', 2], ['same', 5], ['\u{1f426}', 1], ['\uff5e', 1])
    expect(sentences(wordCount, expected, actual)).toEqual([
      'store counts, key "b": memory has 1, Redis has 2',
      'store counts, key "only": memory has 1, Redis has no such key',
      'store counts, key "spring": memory has 3, Redis has 4',
      'store counts, key "\uff5e": memory has no such key, Redis has 1',
      'store counts, key "\u{1f426}": memory has no such key, Redis has 1',
    ])
  })

  it('is data', () => {
    const [spring, only] = differencesOf(wordCount, held(['spring', 3], ['z', 1]), held(['spring', 4]))
    expect(spring).toEqual({
      slot: 'counts',
      kind: 'store',
      key: 'spring',
      expected: 3,
      actual: 4,
      sentence: 'store counts, key "spring": expected has 3, actual has 4',
    })
    expect(only).toEqual({
      slot: 'counts',
      kind: 'store',
      key: 'z',
      expected: 1,
      sentence: 'store counts, key "z": expected has 1, actual has no such key',
    })
  })

  it('takes keys for the same that are written the same', () => {
    const pairs = store('pairs', { key: codec.tuple(codec.string, codec.int), sum })
    const made: Job = job('pairs', words.map((word) => [[word, 1] as const, 1] as const).sumByKey(pairs))
    const held = (n: number) => outcome({ stores: { pairs: new Map([[['a', 1], n]]) } })
    expect(differencesOf(made, held(1), held(1))).toEqual([])
    expect(sentences(made, held(1), held(2))).toEqual(['store pairs, key ["a", 1]: memory has 1, Redis has 2'])
  })

  it('lets fractions differ in their last digits, and whole numbers in nothing', () => {
    const [exact, rounded] = [held(['a', 0.3], ['b', 6]), held(['a', 0.1 + 0.2], ['b', 6.000000000000001])]
    expect(differencesOf(wordCount, exact, rounded)).toEqual([])
    expect(sentences(wordCount, exact, rounded, { tolerance: 0 })).toHaveLength(2)
    expect(sentences(wordCount, held(['a', 1e15]), held(['a', 1e15 + 1]))).toHaveLength(1)
    expect(sentences(wordCount, held(['a', 0.5]), held(['a', 0.6]), { tolerance: 0.2 })).toEqual([])
  })

  it('says where values differ that look the same', () => {
    const long = (end: string) => held(['a', ['x'.repeat(200) + end]])
    expect(sentences(wordCount, long('1'), long('2'))).toEqual([
      `store counts, key "a": memory has "${'x'.repeat(20)}1" at [0], character 180, Redis has "${'x'.repeat(20)}2"`,
    ])
    const list = (last: number) => held(['a', [...Array.from({ length: 100 }, (_, i) => i), last]])
    expect(sentences(wordCount, list(1), list(2))).toEqual(['store counts, key "a": memory has 1 at [100], Redis has 2'])
  })

  it('asks equals where it is given', () => {
    const equals = { counts: (a: number, b: number) => Math.abs(a - b) <= 1 }
    expect(sentences(wordCount, held(['a', 1], ['b', 1]), held(['a', 2], ['b', 3]), { equals })).toEqual([
      'store counts, key "b": memory has 1, Redis has 3',
    ])
  })
})

describe('sinks', () => {
  it('compares what was written as a bag', () => {
    const wrote = (...items: readonly string[]) => outcome({ sinks: { seen: items } })
    expect(differencesOf(wordCount, wrote('a', 'b', 'a'), wrote('a', 'a', 'b'))).toEqual([])
    expect(sentences(wordCount, wrote('a', 'b', 'a'), wrote('c', 'a', 'b'))).toEqual([
      'sink seen, "a": memory has 2, Redis has 1',
      'sink seen, "c": memory has none, Redis has 1',
    ])
  })

  it('asks equals of all that was written', () => {
    const wrote = (...items: readonly string[]) => outcome({ sinks: { seen: items } })
    const equals = { seen: (a: readonly string[], b: readonly string[]) => a.length === b.length }
    expect(differencesOf(wordCount, wrote('a'), wrote('b'), { equals })).toEqual([])
    expect(sentences(wordCount, wrote('a'), wrote('b', 'c'), { equals })).toEqual([
      'sink seen, as its equals says: memory has ["a"], Redis has ["b", "c"]',
    ])
  })

  const change = codec.json<readonly [string, { readonly before: never; readonly delta: number }]>()
  const changesOf = (emit: 'merged' | 'every', by = sum) =>
    job(
      'changes',
      words
        .map((word) => [word, 1] as const)
        .sumByKey(store('totals', { key: codec.string, sum: by }), { emit })
        .write(sink('told', { item: change as never })),
    ) as Job
  const tell = (...changes: readonly (readonly [string, number, number])[]) =>
    outcome({ sinks: { told: changes.map(([key, before, delta]) => [key, { before: some(before), delta }]) } })

  it('does not mind how many changes a store tells of, but what they come to', () => {
    const made = changesOf('merged')
    expect(differencesOf(made, tell(['a', 0, 3]), tell(['a', 0, 1], ['a', 1, 2]))).toEqual([])
    expect(sentences(made, tell(['a', 0, 3], ['b', 0, 1]), tell(['a', 0, 1], ['a', 1, 1]))).toEqual([
      'sink told, changes of key "a", all together: memory has 3, Redis has 2',
      'sink told, changes of key "b": memory has 1, Redis has none',
    ])
    expect(uncomparedOf(made)).toEqual([
      {
        slot: 'told',
        reason:
          "it is fed from the changes of totals, and how many of those there are is the platform's business: what those of each key come to is compared",
      },
    ])
  })

  it('minds every delta where there is one for each element', () => {
    const made = changesOf('every')
    expect(differencesOf(made, tell(['a', 0, 1], ['a', 1, 2]), tell(['a', 0, 2], ['a', 2, 1]))).toEqual([])
    expect(sentences(made, tell(['a', 0, 1], ['a', 1, 1]), tell(['a', 0, 2]))).toEqual([
      'sink told, key "a", delta 1: memory has 2, Redis has none',
      'sink told, key "a", delta 2: memory has none, Redis has 1',
    ])
  })

  it('compares only keys where deltas have an order that a sink has not', () => {
    const made = changesOf('merged', aggregation({ value: codec.int, semigroup: { concat: (_, b) => b } }))
    expect(differencesOf(made, tell(['a', 0, 3]), tell(['a', 0, 1]))).toEqual([])
    expect(sentences(made, tell(['a', 0, 3]), tell(['b', 0, 3]))).toEqual([
      'sink told, changes of key "a": memory has some, Redis has none',
      'sink told, changes of key "b": memory has none, Redis has some',
    ])
  })

  it('leaves a sink alone whose items depend on how changes were cut, and says so', () => {
    const sizes = sink('sizes', { item: codec.int })
    const made: Job = job(
      'sizes',
      words
        .map((word) => [word, 1] as const)
        .sumByKey(counts)
        .map(([, { delta }]) => delta)
        .write(sizes),
    )
    expect(differencesOf(made, outcome({ sinks: { sizes: [2] } }), outcome({ sinks: { sizes: [1, 1] } }))).toEqual([])
    expect(uncomparedOf(made)).toEqual([
      {
        slot: 'sizes',
        reason:
          "it is fed from the changes of counts, and how many of those there are is the platform's business; with { emit: 'every' } there is one for each element",
      },
    ])
  })

  it('leaves a sink alone that is given changes and something else', () => {
    const both = sink('both', { item: change as never })
    const made: Job = job(
      'both',
      words.map((word) => [word, { before: none, delta: 1 }] as const).write(both as never),
      words
        .map((word) => [word, 1] as const)
        .sumByKey(counts)
        .write(both as never),
    )
    const wrote = (...items: readonly unknown[]) => outcome({ sinks: { both: items } })
    expect(differencesOf(made, wrote(['a', { before: none, delta: 1 }]), wrote())).toEqual([])
    expect(uncomparedOf(made)).toHaveLength(1)
  })

  it('compares everything where each element has a change, and elements have an order', () => {
    const last = aggregation({ value: codec.string, semigroup: { concat: (_: string, b: string) => b } })
    const made = (from: typeof words) =>
      job(
        'lasts',
        from
          .map((word) => [word.slice(0, 1), word] as const)
          .sumByKey(store('lasts', { key: codec.string, sum: last }), { emit: 'every' })
          .map(([, { delta }]) => delta)
          .write(seen),
      ) as Job
    const wrote = (...items: readonly string[]) => outcome({ sinks: { seen: items } })
    expect(sentences(made(words), wrote('a'), wrote())).toEqual(['sink seen, "a": memory has 1, Redis has none'])
    // Where branches meet there is no one order, so what was there before a change is open.
    const meeting = words.merge(words.map((word) => word.toUpperCase())) as unknown as typeof words
    expect(sentences(made(meeting), wrote('a'), wrote())).toEqual([])
  })
})

describe('dead letters', () => {
  const letters = (...records: readonly (readonly [string, string, string])[]) =>
    outcome({ deadLetters: records.map(([stream, node, record]) => ({ stream, node, record, error: String(Math.random()) })) })

  it('counts the records of sources, whatever their errors say', () => {
    expect(differencesOf(wordCount, letters(['words', 'check', 'bad']), letters(['words', 'check', 'bad']))).toEqual([])
    expect(
      sentences(
        wordCount,
        letters(['words', 'check', 'bad'], ['words', 'check', 'bad']),
        letters(['words', 'check', 'bad'], ['words', 'x', '']),
      ),
    ).toEqual([
      'dead letters of words, refused by x, record "": memory has none, Redis has 1',
      'dead letters of words, refused by check, record bad: memory has 2, Redis has 1',
    ])
  })

  it('does not count changes of stores, but knows their keys', () => {
    const change = (key: string, delta: number) => ['counts', 'map', JSON.stringify([key, delta])] as const
    expect(differencesOf(wordCount, letters(change('a', 3)), letters(change('a', 1), change('a', 2)))).toEqual([])
    expect(sentences(wordCount, letters(change('a', 3)), letters(change('b', 3)))).toEqual([
      'dead letters of changes of counts, key a: memory has some, Redis has none',
      'dead letters of changes of counts, key b: memory has none, Redis has some',
    ])
  })
})

describe('what is not to be compared', () => {
  const [expected, actual] = [
    { ...held(['a', 1]), sinks: { seen: ['a'] }, deadLetters: [{ stream: 'words', node: 'check', record: 'bad', error: '' }] },
    outcome({}),
  ]

  it('is left out, for a reason', () => {
    expect(sentences(wordCount, expected, actual)).toHaveLength(3)
    const except = { counts: 'approximate', seen: 'a log', words: 'its errors come and go' }
    expect(sentences(wordCount, expected, actual, { except })).toEqual([])
    expect(uncomparedOf(wordCount, { except })).toEqual([
      { slot: 'counts', reason: 'approximate' },
      { slot: 'seen', reason: 'a log' },
      { slot: 'words', reason: 'its errors come and go' },
    ])
  })

  it.each([
    [{ except: { counts: ' ' } }, 'comparing outcomes: except.counts; got " "; allowed: the reason, in words'],
    [{ except: { count: 'x' } }, 'comparing outcomes: except; got "count"; allowed: words, seen, counts'],
    [{ equals: { words: () => true } }, 'comparing outcomes: equals; got "words"; allowed: seen, counts'],
    [{ equals: { counts: true } }, 'comparing outcomes: equals.counts; got true; allowed: a function of two values'],
    [{ tolerance: -1 }, 'comparing outcomes: tolerance; got -1; allowed: a number from 0 to less than 1'],
  ])('refuses %j', (options, message) => {
    expect(() => differencesOf(wordCount, expected, actual, options as never)).toThrow(
      expect.objectContaining({ code: 'invalid-option', message }),
    )
  })
})

describe('told', () => {
  it('cuts what is long, and says what it may come from', () => {
    const many = held(...Array.from({ length: 32 }, (_, i) => [`k${i}`, 1] as const))
    const lines = told(differencesOf(wordCount, many, outcome({})))
    expect(lines).toHaveLength(21)
    expect(lines.at(-1)).toBe('and 12 more')
  })

  it('explains zeros that come and go', async () => {
    const byCount = (by: typeof sum): Job =>
      job(
        'by-count',
        words
          .map((word) => [word, 1] as const)
          .sumByKey(counts)
          .flatMap(([, { before, delta }]) => {
            const was = before._tag === 'None' ? 0 : before.value
            return [...(was === 0 ? [] : [[was, -1] as const]), [was + delta, 1] as const]
          })
          .sumByKey(store('byCount', { key: codec.int, sum: by })),
      )
    const run = async (made: Job, batchSize: number) =>
      (await memory({ batchSize })
        .on(made)
        .run({ words: ['a', 'a'] } as never)) as Outcome
    expect(told(differencesOf(byCount(sum), await run(byCount(sum), 2), await run(byCount(sum), 1)))).toEqual([
      'store byCount, key 1: expected has no such key, actual has 0',
      'byCount is fed from changes, and a key may pass through it or not, as batches fall: let it go of what comes to 0, as sparseSum does',
    ])
    expect(differencesOf(byCount(sparseSum), await run(byCount(sparseSum), 2), await run(byCount(sparseSum), 1))).toEqual([])
  })

  it('suspects who counts changes, and who relies on an order that is none', () => {
    const changes: Job = job(
      'changes',
      words
        .map((word) => [word, 1] as const)
        .sumByKey(counts)
        .map(([word]) => [word, 1] as const)
        .sumByKey(store('changes', { key: codec.string, sum: count })),
    )
    const held = (n: number) => outcome({ stores: { changes: new Map([['a', n]]) } })
    expect(told(differencesOf(changes, held(1), held(2)))).toEqual([
      'store changes, key "a": expected has 1, actual has 2',
      "changes is fed from the changes of counts: how many of those there are, and what each holds, is the platform's business",
    ])
    const last = aggregation({ value: codec.string, semigroup: { concat: (_: string, b: string) => b } })
    const other = source('other', { item: codec.string })
    const lasts: Job = job(
      'lasts',
      words
        .merge(other)
        .map((word) => ['last', word] as const)
        .sumByKey(store('lasts', { key: codec.string, sum: last })),
    )
    const ended = (word: string) => outcome({ stores: { lasts: new Map([['last', word]]) } })
    expect(told(differencesOf(lasts, ended('a'), ended('b')))).toEqual([
      'store lasts, key "last": expected has "a", actual has "b"',
      'the aggregation of lasts is not declared to commute, and records of words and other meet before it: how they interleave is free',
    ])
  })
})

describe('jobs of all kinds', () => {
  const run = async (made: Job, inputs: Inputs, seed: number) =>
    (await simulation({ seed })
      .on(made)
      .run(inputs as never)) as unknown as Outcome

  // Where zeros come and go, the kit says so; the generator makes such jobs and knows which they are.
  const keepsZeros = ({ comparison }: { readonly comparison: { readonly stores: readonly { readonly zeros: boolean }[] } }) =>
    comparison.stores.every(({ zeros }) => zeros)

  it('come to the same in batches of any size, and in simulations', () =>
    fc.assert(
      fc.asyncProperty(arbitraryJob().filter(keepsZeros), fc.noShrink(fc.nat()), async ({ job: made, inputs }, seed) => {
        const reference = (await memory({ batchSize: 1 + (seed % 50) })
          .on(made)
          .run(inputs as never)) as Outcome
        expect(told(differencesOf(made, reference, await run(made, inputs, seed), { names }))).toEqual([])
      }),
      { numRuns: 150 },
    ))

  it('are told apart when any value is lost', () =>
    fc.assert(
      fc.asyncProperty(arbitraryJob({ steps: 8 }), fc.noShrink(fc.nat()), async ({ job: made, inputs }, seed) => {
        const whole = (await memory()
          .on(made)
          .run(inputs as never)) as Outcome
        expect(differencesOf(made, whole, whole)).toEqual([])
        const [name, lost] = Object.entries(whole.stores).find(([, { size }]) => size > 0) ?? []
        if (name === undefined || lost === undefined) return
        const at = seed % lost.size
        const less = new Map([...lost].filter((_, i) => i !== at))
        expect(differencesOf(made, whole, { ...whole, stores: { ...whole.stores, [name]: less } })).toHaveLength(1)
      }),
    ))

  it('has records that cannot be read among the dead letters of every platform', async () => {
    const sizes = source('sizes', { item: codec.int })
    const made = job('sizes', sizes.map((n) => ['all', n] as const).sumByKey(counts))
    const inputs = { sizes: encoded(['1', 'two', '3']) }
    const reference = await memory().on(made).run(inputs)
    expect(reference.deadLetters).toHaveLength(1)
    expect(differencesOf(made, reference, await run(made, inputs, 1))).toEqual([])
    expect(sentences(made, { ...reference, deadLetters: [] }, reference)).toEqual([
      'dead letters of sizes, refused by sizes, record two: memory has none, Redis has 1',
    ])
  })
})
