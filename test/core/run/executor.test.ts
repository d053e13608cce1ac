import { aggregation, codec, job, service, sink, source, store } from 'tanager'
import { sum } from 'tanager/algebra'
import { memory } from 'tanager/memory'
import { describe, expect, it } from 'vitest'

const numbers = source('numbers', { item: codec.int })
const counts = store('counts', { key: codec.string, sum })
const seen = sink('seen', { item: codec.int })

const throwsAt = (bad: number) => (n: number) => {
  if (n === bad) throw new Error(`not ${n}`)
  return n
}

describe('a record that throws', () => {
  it('takes back what it has already added, and only that', async () => {
    const late = job(
      'late',
      numbers.map((n) => [`n${n % 2}`, n] as const).sumByKey(counts),
      numbers
        .write(seen)
        .flatMap(function* (n) {
          yield n
          throwsAt(3)(n)
        })
        .write(seen),
    )
    const { stores, sinks, deadLetters } = await memory()
      .on(late)
      .run({ numbers: [1, 2, 3, 5] })
    expect(stores.counts).toEqual(
      new Map([
        ['n1', 6],
        ['n0', 2],
      ]),
    )
    expect(sinks.seen).toEqual([1, 1, 2, 2, 5, 5])
    expect(deadLetters).toEqual([{ stream: 'numbers', node: 'flatMap', index: 2, record: '3', error: 'not 3' }])
  })

  it('takes it back too where an aggregation throws in the middle of it', async () => {
    const small = aggregation<number>({
      value: codec.int,
      commutative: true,
      semigroup: { concat: (a, b) => throwsAt(11)(a + b) },
    })
    const other = store('small', { key: codec.string, sum: small })
    const both = job(
      'both',
      numbers.map((n) => ['all', n] as const).sumByKey(counts),
      numbers.map((n) => ['all', n] as const).sumByKey(other),
    )
    const { stores, deadLetters } = await memory()
      .on(both)
      .run({ numbers: [5, 6, 1] })
    expect([stores.counts.get('all'), stores.small.get('all')]).toEqual([6, 6])
    expect(deadLetters).toMatchObject([{ node: 'sumByKey(small)', record: '6', error: 'not 11' }])
  })

  it('is alone, also where records wait for one another', async () => {
    const names = service('names', { key: codec.int, value: codec.string })
    const waiting = job(
      'waiting',
      numbers
        .write(seen)
        .lookup(names)
        .map(([n]) => throwsAt(2)(n))
        .mapAsync(async (n) => [`n${throwsAt(4)(n)}`, n] as const)
        .sumByKey(counts),
    )
    const { stores, sinks, deadLetters } = await memory()
      .on(waiting)
      .run({ numbers: [4, 1, 2, 3], names: () => undefined })
    expect(stores.counts).toEqual(
      new Map([
        ['n1', 1],
        ['n3', 3],
      ]),
    )
    expect(sinks.seen).toEqual([1, 3])
    expect(deadLetters.map(({ index, node, error }) => [index, node, error])).toEqual([
      [0, 'mapAsync', 'not 4'],
      [2, 'mapValues·map', 'not 2'],
    ])
  })
})

describe('a service', () => {
  const names = service('names', { key: codec.string, value: codec.string })
  const asking = job(
    'asking',
    numbers
      .map((n) => [`k${n % 2}`, n] as const)
      .leftJoin(names)
      .map(([key, [n]]) => [key, n] as const)
      .sumByKey(counts),
  )

  it('is asked once for a batch, for each key once', async () => {
    const asked: (readonly string[])[] = []
    const counting = {
      multiGet: async (keys: readonly string[]) => {
        asked.push(keys)
        return keys.map(() => ({ _tag: 'None' as const }))
      },
    }
    await memory()
      .on(asking)
      .run({ numbers: [1, 2, 3, 4, 5], names: counting })
    expect(asked).toEqual([['k1', 'k0']])
  })

  it('is at fault itself if it fails or miscounts: no record is blamed', async () => {
    const run = (names: () => Promise<never[]>) =>
      memory()
        .on(asking)
        .run({ numbers: [1], names: { multiGet: names } })
    await expect(run(() => Promise.reject(new Error('away')))).rejects.toMatchObject({
      code: 'service',
      message: expect.stringContaining('names failed: away'),
    })
    await expect(run(async () => [])).rejects.toMatchObject({ code: 'service', message: expect.stringContaining('0 answers to 1 keys') })
  })
})

describe('what cannot be written', () => {
  it('costs the record it came from', async () => {
    const halves = store('halves', {
      key: codec.string,
      sum: aggregation<number>({ value: codec.int, commutative: true, semigroup: sum.semigroup }),
    })
    const odd = await memory()
      .on(job('odd', numbers.map((n) => ['all', n / 2] as const).sumByKey(halves)))
      .run({ numbers: [2, 3, 4] })
    expect([...odd.stores.halves.values()]).toEqual([3])
    expect(odd.deadLetters).toMatchObject([{ index: 1, node: 'sumByKey(halves)', record: '3' }])
  })

  it('stops the batch where only the sum of good records is at fault, and says what to do', async () => {
    const raw = store('raw', {
      key: codec.string,
      sum: aggregation<number>({ value: codec.int, commutative: true, semigroup: { concat: (a, b) => a + b } }),
    })
    const adding = memory()
      .on(job('raw', numbers.map((n) => ['all', n] as const).sumByKey(raw)))
      .run({ numbers: [Number.MAX_SAFE_INTEGER, 10] })
    await expect(adding).rejects.toMatchObject({ code: 'overflow', message: expect.stringContaining('sumBigInt') })
  })
})
