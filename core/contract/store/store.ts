import type { Either } from 'fp-ts/lib/Either.js'
import type { Option } from 'fp-ts/lib/Option.js'
import type { Task } from 'fp-ts/lib/Task.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { StoreError } from './store-error.ts'

/**
 * As many answers as questions, in their order, also where a question comes twice. Each is an answer of its own: some may
 * be failures while others are not.
 */
export type Answers<A> = readonly Either<StoreError, A>[]

/**
 * Something that knows values by key. `some` is a value, `none` means that there is certainly none, a failure that it is
 * not known. Tasks never reject, do nothing before they are run, and ask anew each time they are.
 *
 * Laws: `readableStoreLaws` in `tanager/testing`. `get` answers what `multiGet` does.
 */
export interface ReadableStore<K, V> {
  readonly get: (key: K) => TaskEither<StoreError, Option<V>>
  readonly multiGet: (keys: readonly K[]) => Task<Answers<Option<V>>>
}

/**
 * A store that can be written: `put` of `some` value keeps it, of `none` removes the key.
 *
 * Laws: `storeLaws`. `multiPut` does what `put` would do with one pair after the other, so of pairs with one key the last
 * one stays; it is no transaction.
 */
export interface Store<K, V> extends ReadableStore<K, V> {
  readonly put: (key: K, value: Option<V>) => TaskEither<StoreError, void>
  readonly multiPut: (entries: readonly Put<K, V>[]) => Task<Answers<void>>
}

export type Put<K, V> = readonly [key: K, value: Option<V>]

/**
 * A store that knows how two values of a key become one. `merge` answers the value **before**, and leaves behind what that
 * and the delta come to. It is one step: of many merges into one key, at the same time and from anywhere, none is lost.
 * Where the aggregation says which totals are worth no more than none (`isEmpty`), such a total is not kept, nor is one
 * that is put.
 *
 * Laws: `mergeableStoreLaws`. `multiMerge` does what `merge` would do with one pair after the other.
 */
export interface MergeableStore<K, V> extends Store<K, V> {
  /**
   * Whether merging a delta a second time changes nothing, also if others were merged in between: the aggregation is
   * idempotent and commutative, as a maximum is.
   */
  readonly idempotent: boolean
  readonly merge: (key: K, delta: V) => TaskEither<StoreError, Option<V>>
  readonly multiMerge: (entries: readonly Merge<K, V>[]) => Task<Answers<Option<V>>>
}

export type Merge<K, V> = readonly [key: K, delta: V]

/** A store whose merges may be done again without harm. */
export interface IdempotentStore<K, V> extends MergeableStore<K, V> {
  readonly idempotent: true
}
