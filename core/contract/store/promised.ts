import { type Either, isLeft } from 'fp-ts/lib/Either.js'
import { none, some, toUndefined } from 'fp-ts/lib/Option.js'
import { canMerge, canPut } from './able.ts'
import { answering } from './define.ts'
import type { AnyMergeable, AnyReadable, KeyOf, ValueOf } from './kind.ts'
import type { Merge, Put, ReadableStore, Store } from './store.ts'
import type { StoreError } from './store-error.ts'

/** A readable store whose answers are promises. They reject with a `StoreError`, the multi forms with the first there is. */
export interface PromisedReads<K, V> {
  readonly get: (key: K) => Promise<V | undefined>
  readonly multiGet: (keys: readonly K[]) => Promise<readonly (V | undefined)[]>
}

export interface PromisedWrites<K, V> {
  /** Of `undefined`, removes the key. */
  readonly put: (key: K, value: V | undefined) => Promise<void>
  readonly multiPut: (entries: readonly (readonly [key: K, value: V | undefined])[]) => Promise<void>
}

export interface PromisedMerges<K, V> {
  readonly merge: (key: K, delta: V) => Promise<V | undefined>
  readonly multiMerge: (entries: readonly (readonly [key: K, delta: V])[]) => Promise<readonly (V | undefined)[]>
}

type WritesOf<S> = S extends Store<KeyOf<S>, ValueOf<S>> ? PromisedWrites<KeyOf<S>, ValueOf<S>> : unknown
type MergesOf<S> = S extends AnyMergeable ? PromisedMerges<KeyOf<S>, ValueOf<S>> : unknown

/** A store as plain promises. */
export type Promised<S> = PromisedReads<KeyOf<S>, ValueOf<S>> & WritesOf<S> & MergesOf<S>

/**
 * A store for those who do without fp-ts: promises that reject instead of `Either`, `undefined` instead of `Option`. In the
 * multi forms one failure hides the other answers; who needs them apart asks the store itself.
 *
 * ```ts
 * import { codec, store } from 'tanager'
 * import { sum } from 'tanager/algebra'
 * import { memoryStore, promised } from 'tanager/store'
 *
 * const clicks = promised(memoryStore(store('clicks', { key: codec.string, sum })))
 * await clicks.merge('spring', 2)
 * await clicks.get('spring') // 2
 * ```
 */
export function promised<S extends AnyReadable>(store: S): Promised<S> {
  const given: ReadableStore<unknown, unknown> = store
  const reads = many('multiGet', (keys: readonly unknown[]) => given.multiGet(keys), toUndefined)
  const writes =
    canPut(given) &&
    many(
      'multiPut',
      (entries: readonly Put<unknown, unknown>[]) => given.multiPut(entries),
      () => undefined,
    )
  const merges =
    canMerge(given) && many('multiMerge', (entries: readonly Merge<unknown, unknown>[]) => given.multiMerge(entries), toUndefined)
  const optionOf = (value: unknown) => (value === undefined ? none : some(value))
  const all: PromisedReads<unknown, unknown> & Partial<PromisedWrites<unknown, unknown> & PromisedMerges<unknown, unknown>> = {
    get: async (key) => (await reads([key]))[0],
    multiGet: reads,
    ...(writes && {
      put: async (key, value) => void (await writes([[key, optionOf(value)]])),
      multiPut: async (entries) => void (await writes(entries.map(([key, value]) => [key, optionOf(value)]))),
    }),
    ...(merges && {
      merge: async (key, delta) => (await merges([[key, delta]]))[0],
      multiMerge: merges,
    }),
  }
  return all as Promised<S>
}

function many<Q, A, B>(
  what: string,
  form: (questions: readonly Q[]) => () => Promise<readonly Either<StoreError, A>[]>,
  show: (answer: A) => B,
): (questions: readonly Q[]) => Promise<readonly B[]> {
  const ask = answering<Q, A>(what, (questions) => form(questions)())
  return async (questions) =>
    (await ask(questions)()).map((answer) => {
      if (isLeft(answer)) throw answer.left
      return show(answer.right)
    })
}
