import { type Either, right } from 'fp-ts/lib/Either.js'
import { isSome, none, type Option, some } from 'fp-ts/lib/Option.js'
import type { Aggregation } from '../../algebra/aggregation.ts'
import type { Codec } from '../../codec/codec.ts'
import { mergeableStoreOf } from './define.ts'
import { partly } from './partly.ts'
import type { Answers, MergeableStore } from './store.ts'
import type { StoreError } from './store-error.ts'

/** What a store keeps: a slot says so, `store('clicks', { key, sum })`. */
export interface Keeps<K, V> {
  readonly key: Codec<K>
  readonly sum: Aggregation<V, never, unknown>
}

export interface MemoryStore<K, V> extends MergeableStore<K, V> {
  /** All there is, in the order in which the keys came. */
  readonly entries: () => readonly (readonly [key: K, value: V])[]
}

/**
 * A mergeable store in memory: the reference for all others, for tests, and for a cache. Keys and values are kept as their
 * codecs write them, so a value that would not come back from a database does not come back from here either.
 *
 * ```ts
 * import { codec, store } from 'tanager'
 * import { sum } from 'tanager/algebra'
 * import { memoryStore } from 'tanager/store'
 *
 * const clicks = memoryStore(store('clicks', { key: codec.string, sum }))
 * await clicks.merge('spring', 2)() // right(none)
 * await clicks.merge('spring', 3)() // right(some(2))
 * clicks.entries() // [['spring', 5]]
 * ```
 */
export function memoryStore<K, V>({ key: keys, sum }: Keeps<K, V>): MemoryStore<K, V> {
  const texts = new Map<string, string>()

  const read = (key: string): Option<V> => {
    const text = texts.get(key)
    return text === undefined ? none : some(sum.codec.decode(text))
  }

  function keep(key: string, value: Option<V>): void {
    if (isSome(value) && sum.isEmpty?.(value.value) !== true) texts.set(key, sum.codec.encode(value.value))
    else texts.delete(key)
  }

  const each = <Q, A>(step: (question: Q) => A) => {
    return (questions: readonly Q[]): Promise<Answers<A>> =>
      partly<Q, never, A>(
        questions,
        (question) => ({ answer: right(step(question)) as Either<StoreError, A> }),
        async () => [],
      )
  }

  return {
    ...mergeableStoreOf<K, V>({
      idempotent: sum.idempotent && sum.commutative,
      multiGet: each((key) => read(keys.encode(key))),
      multiPut: each(([key, value]) => keep(keys.encode(key), value)),
      multiMerge: each(([key, delta]) => {
        const text = keys.encode(key)
        const before = read(text)
        keep(text, some(isSome(before) ? sum.semigroup.concat(before.value, delta) : delta))
        return before
      }),
    }),
    entries: () => [...texts].map(([key, value]) => [keys.decode(key), sum.codec.decode(value)]),
  }
}
