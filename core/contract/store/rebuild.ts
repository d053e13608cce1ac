import type { Task } from 'fp-ts/lib/Task.js'
import { canMerge, canPut } from './able.ts'
import { answering, type Gets, type Merges, mergeableStoreOf, type Puts, readableStoreOf, storeOf } from './define.ts'
import type { AnyReadable, KindOf } from './kind.ts'
import type { Answers, ReadableStore } from './store.ts'

type MultiGet<K, V> = Gets<K, V>['multiGet']
type MultiPut<K, V> = Puts<K, V>['multiPut']
type MultiMerge<K, V> = Merges<K, V>['multiMerge']

/** What is done with the multi forms of one store to make those of another. */
export interface Wrap<K, V, K2, V2> {
  readonly gets: (ask: MultiGet<K, V>) => MultiGet<K2, V2>
  readonly puts: (put: MultiPut<K, V>) => MultiPut<K2, V2>
  readonly merges: (merge: MultiMerge<K, V>) => MultiMerge<K2, V2>
}

/** For a combinator that changes nothing about how a store is written. */
export const asIs = <F>(form: F): F => form

/** A store of the same kind, made of other multi forms. */
export function rebuilt<S extends AnyReadable, K, V, K2, V2>(store: S, { gets, puts, merges }: Wrap<K, V, K2, V2>): KindOf<S, K2, V2> {
  const given = store as ReadableStore<K, V>
  // Called as methods: a store may be of a class.
  const readable = { multiGet: gets(guarded('multiGet', (keys) => given.multiGet(keys))) }
  if (!canPut(given)) return readableStoreOf(readable) as KindOf<S, K2, V2>
  const writable = { ...readable, multiPut: puts(guarded('multiPut', (entries) => given.multiPut(entries))) }
  if (!canMerge(given)) return storeOf(writable) as KindOf<S, K2, V2>
  const multiMerge = merges(guarded('multiMerge', (entries) => given.multiMerge(entries)))
  return mergeableStoreOf({ ...writable, idempotent: given.idempotent, multiMerge }) as KindOf<S, K2, V2>
}

/** A store that somebody wrote by hand may still reject, or answer too little. */
function guarded<Q, A>(
  what: string,
  form: (questions: readonly Q[]) => Task<Answers<A>>,
): (questions: readonly Q[]) => Promise<Answers<A>> {
  const many = answering<Q, A>(what, (questions) => form(questions)())
  return (questions) => many(questions)()
}
