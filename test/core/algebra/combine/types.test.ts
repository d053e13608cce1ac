import type { Either } from 'fp-ts/lib/Either.js'
import * as number from 'fp-ts/lib/number.js'
import type { Option } from 'fp-ts/lib/Option.js'
import { type Aggregation, codec, store } from 'tanager'
import {
  contramap,
  count,
  either,
  eventually,
  filter,
  join,
  map,
  mapOf,
  max,
  option,
  record,
  setOf,
  struct,
  sum,
  tuple,
} from 'tanager/algebra'
import { expect, expectTypeOf, it } from 'vitest'

interface Hit {
  readonly bytes: number
}

const bytes = contramap(sum, (hit: Hit) => hit.bytes)
const size = map(setOf(codec.string), (all) => all.size)

it('knows what combined aggregations keep, take and show', () => {
  expectTypeOf(bytes).toEqualTypeOf<Aggregation<number, Hit, number>>()
  expectTypeOf(size).toEqualTypeOf<Aggregation<ReadonlySet<string>, string, number>>()
  expectTypeOf(tuple(bytes, size)).toEqualTypeOf<
    Aggregation<readonly [number, ReadonlySet<string>], readonly [Hit, string], readonly [number, number]>
  >()
  expectTypeOf(struct({ bytes, size })).toEqualTypeOf<
    Aggregation<
      { readonly bytes: number; readonly size: ReadonlySet<string> },
      { readonly bytes: Hit; readonly size: string },
      { readonly bytes: number; readonly size: number }
    >
  >()
  expectTypeOf(option(size)).toEqualTypeOf<Aggregation<Option<ReadonlySet<string>>, Option<string>, Option<number>>>()
  expectTypeOf(record(size)).toEqualTypeOf<
    Aggregation<{ readonly [name: string]: ReadonlySet<string> }, { readonly [name: string]: string }, { readonly [name: string]: number }>
  >()
  expectTypeOf(mapOf(codec.int, size)).toEqualTypeOf<
    Aggregation<ReadonlyMap<number, ReadonlySet<string>>, ReadonlyMap<number, string>, ReadonlyMap<number, number>>
  >()
  expectTypeOf(either(bytes, size)).toEqualTypeOf<
    Aggregation<readonly [Option<number>, Option<ReadonlySet<string>>], Either<Hit, string>, readonly [Option<number>, Option<number>]>
  >()
  expectTypeOf(filter(count, (hit: Hit) => hit.bytes > 0)).toEqualTypeOf<Aggregation<Option<number>, Hit, Option<number>>>()
  const few = eventually(size, map(sum, String), { past: 3, size: (all) => all.size, inputs: (all) => [all.size] })
  expectTypeOf(few).toEqualTypeOf<Aggregation<Either<number, ReadonlySet<string>>, string, number | string>>()
  expect(few.commutative).toBe(true)
})

it('asks of the input of joined aggregations what each of them asks', () => {
  const both = join({ hits: count, bytes, user: contramap(size, (hit: { readonly user: string }) => hit.user) })
  expectTypeOf<Parameters<typeof both.prepare>[0]>().toEqualTypeOf<Hit & { readonly user: string }>()
  expectTypeOf(join(count, bytes)).toEqualTypeOf<Aggregation<readonly [number, number], Hit, readonly [number, number]>>()
  // @ts-expect-error: a hit has bytes
  expect(both.prepare({ user: 'Ada' }).hits).toBe(1)
})

it('refuses what does not fit', () => {
  // @ts-expect-error: a function of something that a sum does not take
  contramap(sum, (text: string) => text)
  // @ts-expect-error: a total of `sum` is a number
  map(sum, (text: string) => text)
  // @ts-expect-error: not an aggregation
  expect(() => tuple(number.SemigroupSum).prepare([1])).toThrow()
  // @ts-expect-error: a text has no bytes
  expect(() => tuple(bytes, sum).prepare(['text', 1])).not.toThrow()
  const kept = store('kept', { key: codec.string, sum: tuple(sum, max(number.Ord)) })
  expectTypeOf(kept.sum.semigroup.concat).parameters.toEqualTypeOf<[readonly [number, number], readonly [number, number]]>()
})
