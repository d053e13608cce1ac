import { isLeft, left, right } from 'fp-ts/lib/Either.js'
import { isNone, map, none, type Option, some } from 'fp-ts/lib/Option.js'
import type { AnyReadable, AnyStore, KeyOf, KindOf, ValueOf } from './kind.ts'
import { partly } from './partly.ts'
import { rebuilt } from './rebuild.ts'
import type { Answers } from './store.ts'
import { storeErrorOf } from './store-error.ts'

/** How the keys and values of a store become others. What throws is the failure of its key, and nothing is asked for it. */
export interface Conversion<S, K, V> {
  /** A key of the new store as one of the store: a codec over a store of strings will do. */
  readonly key?: { readonly encode: (key: K) => KeyOf<S> }
  /** Both ways, or, where the store can only be read, the way out. */
  readonly value?: { readonly decode: (value: ValueOf<S>) => V } & (S extends AnyStore
    ? { readonly encode: (value: V) => ValueOf<S> }
    : unknown)
}

/**
 * A store of the same kind with other keys, other values, or both. Two keys that differ must stay different. Where values are
 * merged it is the store's own aggregation that merges them, so a conversion must keep what that means; a merge whose value
 * before cannot be converted fails, and is done all the same.
 *
 * ```ts
 * import { codec } from 'tanager'
 * import { convert, readable } from 'tanager/store'
 *
 * const texts = readable(new Map([['["ann","age"]', '41']]))
 * const facts = convert(texts, { key: codec.tuple(codec.string, codec.string), value: codec.int })
 * await facts.get(['ann', 'age'])() // right(some(41))
 * ```
 */
export function convert<S extends AnyReadable, K = KeyOf<S>, V = ValueOf<S>>(store: S, by: Conversion<S, K, V>): KindOf<S, K, V> {
  const toKey = by.key?.encode ?? ((key: K) => key as unknown as KeyOf<S>)
  const value = by.value as Partial<Ways<V, ValueOf<S>>> | undefined
  const toValue = value?.encode ?? ((given: V) => given as unknown as ValueOf<S>)
  const fromValue = value?.decode ?? ((found: ValueOf<S>) => found as unknown as V)

  const presented = (answers: Answers<Option<ValueOf<S>>>): Answers<Option<V>> =>
    answers.map((answer) => {
      if (isLeft(answer)) return answer
      try {
        return right(map(fromValue)(answer.right))
      } catch (thrown) {
        return left(storeErrorOf(thrown))
      }
    })

  return rebuilt<S, KeyOf<S>, ValueOf<S>, K, V>(store, {
    gets: (ask) => (keys) =>
      partly(
        keys,
        (key) => ({ ask: toKey(key) }),
        async (rest) => presented(await ask(rest)),
      ),
    puts: (put) => (entries) =>
      partly(entries, ([key, value]) => ({ ask: [toKey(key), isNone(value) ? none : some(toValue(value.value))] as const }), put),
    merges: (merge) => (entries) =>
      partly(
        entries,
        ([key, delta]) => ({ ask: [toKey(key), toValue(delta)] as const }),
        async (rest) => presented(await merge(rest)),
      ),
  })
}

interface Ways<V, Stored> {
  readonly encode: (value: V) => Stored
  readonly decode: (value: Stored) => V
}
