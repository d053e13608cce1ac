import { codec, type either, job, type option, type Pair, type Producer, service, sink, source, store } from 'tanager'
import { count, sum } from 'tanager/algebra'
import { bullmq } from 'tanager/bullmq'
import { memory } from 'tanager/memory'
import { expect, expectTypeOf, it } from 'vitest'

const words = source('words', { item: codec.string })
const numbers = source('numbers', { item: codec.int })
const counts = store('counts', { key: codec.string, sum })
const visits = store('visits', { key: codec.string, sum: count })
const names = service('names', { key: codec.string, value: codec.string })
const out = sink('out', { item: codec.string })

type ElementOf<P> = P extends Producer<infer T, infer _R> ? T : never

it('knows what each verb makes of its elements', () => {
  const pairs = words.map((w) => [w, w.length] as const)
  expectTypeOf<ElementOf<typeof pairs>>().toEqualTypeOf<readonly [string, number]>()
  const joined = pairs.leftJoin(names)
  expectTypeOf<ElementOf<typeof joined>>().toEqualTypeOf<Pair<string, Pair<number, option.Option<string>>>>()
  const both = words.either(numbers)
  expectTypeOf<ElementOf<typeof both>>().toEqualTypeOf<either.Either<string, number>>()
  const merged = words.merge(numbers)
  expectTypeOf<ElementOf<typeof merged>>().toEqualTypeOf<string | number>()
  const narrowed = merged.filter((x): x is number => typeof x === 'number')
  expectTypeOf<ElementOf<typeof narrowed>>().toEqualTypeOf<number>()
  const changes = pairs.sumByKey(counts)
  expectTypeOf<ElementOf<typeof changes>>().toEqualTypeOf<
    Pair<string, { readonly before: option.Option<number>; readonly delta: number }>
  >()
  expect(changes.node.kind).toBe('sum')
})

it('sums what widens to the store’s value, and prepares what does not', () => {
  const ones = words.map((w) => [w, 1] as const).sumByKey(counts)
  const any = words.keyBy((w) => w).aggregateByKey(visits)
  const whatIsWrittenMayBeNarrower = words.map(() => 'fixed' as const).write(out)
  expect(job('accepted', ones, any, whatIsWrittenMayBeNarrower).tails).toHaveLength(3)
})

it('types a result by the names of its slots', async () => {
  const tails = job('results', words.map((w) => [w, 1] as const).sumByKey(counts), words.write(out))
  const { stores, sinks } = await memory()
    .on(tails)
    .run({ words: ['a'] })
  expectTypeOf(stores.counts).toEqualTypeOf<ReadonlyMap<string, number>>()
  expectTypeOf(sinks.out).toEqualTypeOf<readonly string[]>()
  expect([stores.counts.get('a'), sinks.out]).toEqual([1, ['a']])
})

it('types a client by the names of its slots', () => {
  const app = bullmq({ redis: 'redis://127.0.0.1:1' })
    .on(job('clients', words.lookup(names).keys().write(out)))
    .bind({ names: new Map([['a', 'b']]) })
  type Client = ReturnType<typeof app.client>
  expectTypeOf<Parameters<Client['send']>[0]>().toEqualTypeOf<'words'>()
  expectTypeOf<Parameters<Client['sink']>[0]>().toEqualTypeOf<'out'>()
  expect(app.job.name).toBe('clients')
})
