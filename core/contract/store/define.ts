import { left } from 'fp-ts/lib/Either.js'
import type { Option } from 'fp-ts/lib/Option.js'
import type { Task } from 'fp-ts/lib/Task.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { Answers, Merge, MergeableStore, Put, ReadableStore, Store } from './store.ts'
import { StoreError, storeErrorOf } from './store-error.ts'

/** What a store is made of: its multi forms. What they throw is the failure of all that was asked in that call. */
export interface Gets<K, V> {
  readonly multiGet: (keys: readonly K[]) => Promise<Answers<Option<V>>>
}

export interface Puts<K, V> {
  readonly multiPut: (entries: readonly Put<K, V>[]) => Promise<Answers<void>>
}

export interface Merges<K, V> {
  readonly idempotent: boolean
  readonly multiMerge: (entries: readonly Merge<K, V>[]) => Promise<Answers<Option<V>>>
}

/** A readable store from its multi form. To read what answers promises, see `readable`. */
export function readableStoreOf<K, V>({ multiGet }: Gets<K, V>): ReadableStore<K, V> {
  const many = answering('multiGet', multiGet)
  return { get: one(many), multiGet: many }
}

/** A store from its multi forms. */
export function storeOf<K, V>({ multiPut, ...gets }: Gets<K, V> & Puts<K, V>): Store<K, V> {
  const many = answering('multiPut', multiPut)
  return { ...readableStoreOf(gets), put: (key, value) => one(many)([key, value]), multiPut: many }
}

/**
 * A mergeable store from its multi forms: the author of a store writes three functions and gets six, which answer each key
 * once, in order, and never reject.
 *
 * ```ts
 * import { either, option } from 'tanager'
 * import { mergeableStoreOf } from 'tanager/store'
 *
 * const totals = new Map<string, number>()
 * const counters = mergeableStoreOf<string, number>({
 *   idempotent: false,
 *   multiGet: async (keys) => keys.map((key) => either.right(option.fromNullable(totals.get(key)))),
 *   multiPut: async (entries) =>
 *     entries.map(([key, value]) => {
 *       if (option.isSome(value)) totals.set(key, value.value)
 *       else totals.delete(key)
 *       return either.right(undefined)
 *     }),
 *   multiMerge: async (entries) =>
 *     entries.map(([key, delta]) => {
 *       const before = option.fromNullable(totals.get(key))
 *       totals.set(key, option.getOrElse(() => 0)(before) + delta)
 *       return either.right(before)
 *     }),
 * })
 * await counters.merge('a', 2)() // right(none)
 * await counters.merge('a', 3)() // right(some(2))
 * ```
 */
export function mergeableStoreOf<K, V>({
  idempotent,
  multiMerge,
  ...others
}: Gets<K, V> & Puts<K, V> & Merges<K, V>): MergeableStore<K, V> {
  const many = answering('multiMerge', multiMerge)
  return { ...storeOf(others), idempotent, merge: (key, delta) => one(many)([key, delta]), multiMerge: many }
}

/** As many answers as questions, whatever happens. */
export function answering<Q, A>(
  what: string,
  ask: (questions: readonly Q[]) => Promise<Answers<A>>,
): (questions: readonly Q[]) => Task<Answers<A>> {
  return (questions) => async () => {
    if (questions.length === 0) return []
    let error: StoreError
    try {
      const answers = await ask(questions)
      if (answers.length === questions.length) return answers
      error = new StoreError('invalid-binding', `${what} must answer each key once, in order`, {
        value: `${answers.length} answers to ${questions.length} keys`,
        retryable: false,
      })
    } catch (thrown) {
      error = storeErrorOf(thrown)
    }
    return questions.map(() => left(error))
  }
}

function one<Q, A>(many: (questions: readonly Q[]) => Task<Answers<A>>): (question: Q) => TaskEither<StoreError, A> {
  return (question) => async () => (await many([question])())[0] as Answers<A>[number]
}
