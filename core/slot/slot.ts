import type { Aggregation } from '../algebra/aggregation.ts'
import type { Codec } from '../codec/codec.ts'
import { TanagerError } from '../error.ts'

/** Where records enter: a name and how its records are written; `timestamp` gives a record's event time, in milliseconds since 1970. */
export interface SourceSlot<out N extends string, T> {
  readonly kind: 'source'
  readonly name: N
  readonly item: Codec<T>
  readonly timestamp?: (item: T) => number
}

/** Where sums are kept: how keys are written, and the aggregation that merges values `V` (prepared from `In`, presented as `Out`). */
export interface StoreSlot<out N extends string, K, V, In = V, Out = V> {
  readonly kind: 'store'
  readonly name: N
  readonly key: Codec<K>
  readonly sum: Aggregation<V, In, Out>
}

/** Something outside that answers a key with a value, or with nothing. */
export interface ServiceSlot<out N extends string, K, W> {
  readonly kind: 'service'
  readonly name: N
  readonly key: Codec<K>
  readonly value: Codec<W>
}

/** Where records leave. */
export interface SinkSlot<out N extends string, T> {
  readonly kind: 'sink'
  readonly name: N
  readonly item: Codec<T>
}

// biome-ignore-start lint/suspicious/noExplicitAny: `unknown` would refuse each concrete slot, codecs being invariant.
/** Any slot, its types erased. */
export type AnySlot =
  | SourceSlot<string, any>
  | StoreSlot<string, any, any, any, any>
  | ServiceSlot<string, any, any>
  | SinkSlot<string, any>
// biome-ignore-end lint/suspicious/noExplicitAny: see above

export type SlotKind = AnySlot['kind']

/** A store: `sum` is how two values of one key become one. */
export function store<const N extends string, K, V, In = V, Out = V>(
  name: N,
  options: { readonly key: Codec<K>; readonly sum: Aggregation<V, In, Out> },
): StoreSlot<N, K, V, In, Out> {
  const { key, sum } = options
  // The function that makes an aggregation is easily taken for one, and would be noticed only where its code is made.
  if (typeof sum !== 'object' || sum === null || typeof sum.semigroup?.concat !== 'function') {
    throw new TanagerError('invalid-option', `the store ${name} has no aggregation: sum`, {
      value: sum,
      allowed: 'an aggregation, such as sum, or hyperLogLog({ p: 12 })',
    })
  }
  return Object.freeze({ kind: 'store', name: validName('store', name), key, sum })
}

/** A lookup service; the job names it, a binding answers it. */
export function service<const N extends string, K, W>(
  name: N,
  options: { readonly key: Codec<K>; readonly value: Codec<W> },
): ServiceSlot<N, K, W> {
  return Object.freeze({ kind: 'service', name: validName('service', name), key: options.key, value: options.value })
}

/** A sink. */
export function sink<const N extends string, T>(name: N, options: { readonly item: Codec<T> }): SinkSlot<N, T> {
  return Object.freeze({ kind: 'sink', name: validName('sink', name), item: options.item })
}

const nameShape = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/

/** Names become parts of Redis keys, job ids and file names; this alphabet cannot break out of any of them. */
export function validName<N extends string>(what: string, name: N): N {
  if (typeof name !== 'string' || !nameShape.test(name)) {
    throw new TanagerError('invalid-name', `a ${what} needs a name`, {
      value: name,
      allowed: '1 to 100 of A-Z a-z 0-9 _ . -, the first a letter or a digit',
    })
  }
  return name
}
