import type { IdempotentStore, MergeableStore, ReadableStore, Store } from './store.ts'

// biome-ignore-start lint/suspicious/noExplicitAny: positions that match every store.
/** A store of any kind: at least, it can be read. */
export type AnyReadable = ReadableStore<any, any>
export type AnyMergeable = MergeableStore<any, any>
export type AnyStore = Store<any, any>
// biome-ignore-end lint/suspicious/noExplicitAny: see above

export type KeyOf<S> = S extends ReadableStore<infer K, infer _V> ? K : never
export type ValueOf<S> = S extends ReadableStore<infer _K, infer V> ? V : never

/** A store of the kind of `S`, with other keys and values: what can be done with the one can be done with the other. */
export type KindOf<S, K, V> = S extends AnyMergeable
  ? S extends { readonly idempotent: true }
    ? IdempotentStore<K, V>
    : MergeableStore<K, V>
  : S extends AnyStore
    ? Store<K, V>
    : ReadableStore<K, V>

/** What a combinator gives back: a store like the one it was given. */
export type Like<S> = KindOf<S, KeyOf<S>, ValueOf<S>>
