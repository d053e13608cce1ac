import fc from 'fast-check'
import { codec, job, service, sink, source, store } from 'tanager'
import { sum } from 'tanager/algebra'
import { describe, expect, it } from 'vitest'
import { aggregation } from '../../../core/algebra/aggregation.ts'
import type { Service } from '../../../core/contract/service.ts'
import type { Job } from '../../../core/job.ts'
import { planOf } from '../../../core/plan/index.ts'
import { executorOf } from '../../../core/run/executor.ts'
import { watchOf } from '../../../platforms/bullmq/watch.ts'
import { handEngine } from '../engine/hand-engine.ts'

const words = source('words', { item: codec.string })
const counts = store('counts', { key: codec.string, sum })
const seen = sink('seen', { item: codec.string })
const names = service('names', { key: codec.string, value: codec.string })
const watch = watchOf({ running: 100, waiting: 100, standstill: 60_000 })
const silent: Service<unknown, unknown> = { multiGet: () => new Promise(() => {}) }
const none: Service<unknown, unknown> = { multiGet: async (keys) => keys.map(() => ({ _tag: 'None' })) as never }

/** Never returns, whatever is around it. */
function forEver(): never {
  for (;;) {
    try {
      for (;;);
    } catch {
    } finally {
      // Even this does not keep it alive.
    }
  }
}

async function run(anyJob: unknown, records: readonly string[], { lastAttempt = true, answers = none } = {}) {
  const plan = planOf(anyJob as Job)
  const result = await executorOf(plan, 'words', () => answers, { watch }).run({ records, encoded: true }, { lastAttempt, closely: true })
  return {
    counts: Object.fromEntries(result.sums.flatMap(({ encodedKeys, values }) => encodedKeys.map((key, i) => [key, values[i]]))),
    dead: result.deadLetters.map(({ node, record }) => `${node}: ${record}`),
    errors: result.deadLetters.map(({ error }) => error),
    written: result.writes.flatMap(({ encoded }) => encoded),
  }
}

const pair = (word: string) => [word, 1] as const

describe('a function that does not come to an end', () => {
  it('costs its record, and no other', async () => {
    const stuck = job(
      'stuck',
      words
        .map((word) => (word === 'b' ? forEver() : word))
        .write(seen)
        .map(pair)
        .sumByKey(counts),
    )
    const { errors, ...outcome } = await run(stuck, ['a', 'b', 'c', 'a', 'b'])
    expect(outcome).toEqual({ counts: { a: 2, c: 1 }, written: ['a', 'c', 'a'], dead: ['map: b', 'map: b'] })
    expect(errors[0]).toMatch(/^a function did not come to an end within 100 ms/)
  })

  it('is found wherever it is: in a codec, an aggregation, a regular expression, behind a join', async () => {
    const key = codec.of<string>({ id: 'hanging', encode: (word) => (word === 'b' ? forEver() : word), decode: (text) => text })
    const keyed = job('keyed', words.map(pair).sumByKey(store('counts', { key, sum })))
    expect(await run(keyed, ['a', 'b', 'c'])).toMatchObject({ counts: { a: 1, c: 1 }, dead: [expect.stringMatching(/: b$/)] })

    const picky = aggregation<number>({ value: codec.int, semigroup: { concat: (a, b) => (b === 3 ? forEver() : a + b) } })
    const summed = job(
      'summed',
      words.map((word) => ['all', Number(word)] as const).sumByKey(store('counts', { key: codec.string, sum: picky })),
    )
    expect(await run(summed, ['1', '2', '3', '4'])).toMatchObject({ counts: { all: 7 }, dead: [expect.stringMatching(/: 3$/)] })

    const matched = job(
      'matched',
      words
        .filter((word) => !/^(a+)+$/.test(word))
        .map(pair)
        .sumByKey(counts),
    )
    const evil = `${'a'.repeat(40)}!`
    expect(await run(matched, ['b', evil])).toMatchObject({ counts: { b: 1 }, dead: [`filter·map: ${evil}`] })

    const joined = job(
      'joined',
      words
        .lookup(names)
        .map(([word]) => (word === 'b' ? forEver() : word))
        .map(pair)
        .sumByKey(counts),
    )
    expect(await run(joined, ['a', 'b', 'c'])).toMatchObject({ counts: { a: 1, c: 1 }, dead: [expect.stringMatching(/map: b$/)] })
  })

  it('is not what is merely slow: a batch that takes long is counted whole', async () => {
    const slow = job(
      'slow',
      words
        .map((word) => {
          const until = performance.now() + 5
          while (performance.now() < until);
          return word
        })
        .map(pair)
        .sumByKey(counts),
    )
    const outcome = await run(
      slow,
      Array.from({ length: 60 }, () => 'a'),
    )
    expect(outcome).toMatchObject({ counts: { a: 60 }, dead: [] })
  })

  it('is given a second chance, for the whole process may have been held up', async () => {
    let first = 2
    const once = job(
      'once',
      words
        .map((word) => (word === 'b' && first-- > 0 ? forEver() : word))
        .map(pair)
        .sumByKey(counts),
    )
    expect(await run(once, ['a', 'b', 'c'])).toMatchObject({ counts: { a: 1, b: 1, c: 1 }, dead: [] })
  })

  it('leaves the same behind wherever it is', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom('a', 'b', 'c', 'x'), { minLength: 1, maxLength: 12 }), async (records) => {
        const stuck = job(
          'stuck',
          words
            .map((word) => (word === 'x' ? forEver() : word))
            .map(pair)
            .sumByKey(counts),
        )
        const throwing = job(
          'throwing',
          words
            .map((word) => {
              if (word === 'x') throw new Error('x')
              return word
            })
            .map(pair)
            .sumByKey(counts),
        )
        const [one, other] = await Promise.all([run(stuck, records), run(throwing, records)])
        expect({ ...one, errors: [] }).toEqual({ ...other, errors: [] })
      }),
      { numRuns: 5 },
    ))

  it('is found in a merge too, and costs its delta', async () => {
    const picky = aggregation<number>({
      value: codec.int,
      commutative: true,
      semigroup: { concat: (a, b) => (b === 3 ? forEver() : a + b) },
    })
    const summed = job(
      'summed',
      words.map((word) => [word.slice(0, 1), Number(word.slice(1))] as const).sumByKey(store('counts', { key: codec.string, sum: picky })),
    )
    const engine = handEngine(summed as unknown as Job, { watch })
    for (const word of ['a1', 'b2', 'a3', 'a4', 'b5']) await engine.append('words', [word])
    for (let sequence = 1; sequence <= 5; sequence++) await engine.stage('words', sequence)
    await engine.run({ kind: 'sum', store: 'counts', partition: 0, position: 0 }, 1)
    expect(await engine.held('counts')).toEqual({ a: '5', b: '7' })
    expect(await engine.log.deadLetters({ limit: 9 })).toMatchObject([
      { node: 'merge', record: '["a",3]', error: expect.stringContaining('100 ms') },
    ])
  })
})

describe('an answer that does not come', () => {
  it('from a service has the batch tried again', async () => {
    const asking = job(
      'asking',
      words
        .lookup(names)
        .map(([word]) => pair(word))
        .sumByKey(counts),
    )
    await expect(run(asking, ['a'], { answers: silent })).rejects.toMatchObject({
      code: 'service',
      message: expect.stringContaining('the service names failed: no answer within 100 ms'),
    })
  })

  it('from mapAsync too, until the last attempt, which costs the record', async () => {
    const waiting = job(
      'waiting',
      words
        .mapAsync((word) => (word === 'b' ? new Promise<string>(() => {}) : Promise.resolve(word)))
        .map(pair)
        .sumByKey(counts),
    )
    await expect(run(waiting, ['a', 'b'], { lastAttempt: false })).rejects.toMatchObject({ code: 'retry' })
    expect(await run(waiting, ['a', 'b'])).toMatchObject({ counts: { a: 1 }, dead: ['mapAsync: b'] })
  })
})
