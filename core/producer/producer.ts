import type { Either } from 'fp-ts/lib/Either.js'
import type { Option } from 'fp-ts/lib/Option.js'
import type { Emit } from '../graph/node/sum.ts'
import type { Node } from '../graph/node.ts'
import type { AnySlot, ServiceSlot, SinkSlot, SourceSlot, StoreSlot } from '../slot/slot.ts'
import type { Window, Windowing } from '../time/window.ts'

export declare const Element: unique symbol
export declare const Slots: unique symbol
declare const Ended: unique symbol

/** A key and its value. */
export type Pair<K, V> = readonly [K, V]

/** What a sum passes on: the key's true total just before, and what was merged into it. `concat(before, delta)` is the total after. */
export interface Change<V> {
  readonly before: Option<V>
  readonly delta: V
}

/** Bounds for work that waits on something outside. */
export interface AsyncOptions {
  /** How many calls may be under way at a time within one batch; 16 unless told. */
  readonly concurrency?: number
}

export interface SumOptions {
  /** `merged` (the default): one change per key and merge, however many elements that took. `every`: one change for each element. */
  readonly emit?: Emit
}

/**
 * A stream of `T`, described, not run: every verb answers a new description. `R` collects the slots used on the way, so
 * that a platform knows at compile time what there is to bind.
 *
 * Functions given to verbs may run more than once for one record and must not have effects of their own; effects belong
 * in services and sinks. A function that throws costs its record, which goes to the dead letters.
 */
export interface Producer<out T, out R extends AnySlot> {
  readonly [Element]: T
  readonly [Slots]: R
  readonly node: Node

  /** One for one. */
  map<U>(fn: (element: T) => U): Producer<U, R>
  /** Those for which `keep` holds. */
  filter<U extends T>(keep: (element: T) => element is U): Producer<U, R>
  filter(keep: (element: T) => boolean): Producer<T, R>
  /** One or none: `undefined` means that the function has no answer there. */
  collect<U>(fn: (element: T) => U | undefined): Producer<U, R>
  /** One or none, as an fp-ts Option. */
  optionMap<U>(fn: (element: T) => Option<U>): Producer<U, R>
  /** Any number; prefer `map`, `filter` or `collect` where they do. */
  flatMap<U>(fn: (element: T) => Iterable<U>): Producer<U, R>
  /** One for one, by a function that waits. Out of attempts, a rejection costs its record. */
  mapAsync<U>(fn: (element: T) => Promise<U>, options?: AsyncOptions): Producer<U, R>
  /** Any number, by a function that waits. Out of attempts, a rejection costs its record. */
  flatMapAsync<U>(fn: (element: T) => Promise<Iterable<U>>, options?: AsyncOptions): Producer<U, R>
  /** All elements of both, in no promised order. A stream merged with itself gives every element twice. */
  merge<U, R2 extends AnySlot>(that: Producer<U, R2>): Producer<T | U, R | R2>
  /** All elements of both, this one's as `Left`, that one's as `Right`. */
  either<U, R2 extends AnySlot>(that: Producer<U, R2>): Producer<Either<T, U>, R | R2>
  /** Has this stream planned, and goes on with that one. */
  also<U, R2 extends AnySlot>(that: Tail<U, R2>): Tail<U, R | R2>
  also<U, R2 extends AnySlot>(that: Producer<U, R2>): Producer<U, R | R2>
  /** Names this step and all above it, for plans, dead letters and options. */
  name(name: string): Producer<T, R>
  /** Asks a service about every element. */
  lookup<U, N extends string, W>(
    this: Producer<U, R>,
    service: ServiceSlot<N, U, W>,
  ): Producer<Pair<U, Option<W>>, R | ServiceSlot<N, U, W>>
  /** Sends every element to a sink, and on. */
  write<U, N extends string>(this: Producer<U, R>, sink: SinkSlot<N, U>): Tail<T, R | SinkSlot<N, U>>
  /** Each element under a key. */
  keyBy<K>(fn: (element: T) => K): Producer<Pair<K, T>, R>
  /** Each element with its event time, in milliseconds since 1970. Needs sources with a `timestamp`, and no sum between. */
  withTime(): Producer<Pair<T, number>, R>
  /** Hands this stream to a function: how steps of your own are reused. */
  pipe<B>(fn: (self: this) => B): B

  // Verbs of streams of pairs. `this:` keeps them from streams of anything else.
  mapKeys<K, V, J>(this: Producer<Pair<K, V>, R>, fn: (key: K) => J): Producer<Pair<J, V>, R>
  mapValues<K, V, W>(this: Producer<Pair<K, V>, R>, fn: (value: V) => W): Producer<Pair<K, W>, R>
  flatMapKeys<K, V, J>(this: Producer<Pair<K, V>, R>, fn: (key: K) => Iterable<J>): Producer<Pair<J, V>, R>
  flatMapValues<K, V, W>(this: Producer<Pair<K, V>, R>, fn: (value: V) => Iterable<W>): Producer<Pair<K, W>, R>
  filterKeys<K, V>(this: Producer<Pair<K, V>, R>, keep: (key: K) => boolean): Producer<Pair<K, V>, R>
  filterValues<K, V>(this: Producer<Pair<K, V>, R>, keep: (value: V) => boolean): Producer<Pair<K, V>, R>
  collectKeys<K, V, J>(this: Producer<Pair<K, V>, R>, fn: (key: K) => J | undefined): Producer<Pair<J, V>, R>
  collectValues<K, V, W>(this: Producer<Pair<K, V>, R>, fn: (value: V) => W | undefined): Producer<Pair<K, W>, R>
  keys<K, V>(this: Producer<Pair<K, V>, R>): Producer<K, R>
  values<K, V>(this: Producer<Pair<K, V>, R>): Producer<V, R>
  swap<K, V>(this: Producer<Pair<K, V>, R>): Producer<Pair<V, K>, R>
  /** Puts the window, or windows, of its event time beside each key: count per key and window with one `sumByKey`. */
  window<K, V>(this: Producer<Pair<K, V>, R>, windowing: Windowing): Producer<Pair<Pair<K, Window>, V>, R>
  /** Asks a service about every key, once per batch and distinct key; a miss stays, as `none`. */
  leftJoin<K, V, N extends string, W>(
    this: Producer<Pair<K, V>, R>,
    service: ServiceSlot<N, K, W>,
  ): Producer<Pair<K, Pair<V, Option<W>>>, R | ServiceSlot<N, K, W>>
  /** Merges every value into the store under its key. */
  sumByKey<K, V, N extends string, In, Out>(
    this: Producer<Pair<K, V>, R>,
    store: StoreSlot<N, K, V, In, Out>,
    options?: SumOptions,
  ): Tail<Pair<K, Change<V>>, R | StoreSlot<N, K, V, In, Out>>
  /** Prepares every value as the store's aggregation wants it, then merges it. */
  aggregateByKey<K, V, N extends string, In, Out>(
    this: Producer<Pair<K, In>, R>,
    store: StoreSlot<N, K, V, In, Out>,
    options?: SumOptions,
  ): Tail<Pair<K, Change<V>>, R | StoreSlot<N, K, V, In, Out>>
}

/** A producer that ends in a sum or a write; only such can be made a job. It goes on like any other. */
export interface Tail<out T, out R extends AnySlot> extends Producer<T, R> {
  readonly [Ended]: true
  also<U, R2 extends AnySlot>(that: Tail<U, R2>): Tail<U, R | R2>
  also<U, R2 extends AnySlot>(that: Producer<U, R2>): Producer<U, R | R2>
  name(name: string): Tail<T, R>
}

/** A stream of pairs. */
export type KeyedProducer<K, V, R extends AnySlot> = Producer<Pair<K, V>, R>

/** A source is a producer, and the slot it reads. */
export interface Source<out N extends string, T> extends Producer<T, SourceSlot<N, T>> {
  readonly slot: SourceSlot<N, T>
}
