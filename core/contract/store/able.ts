import type { MergeableStore, ReadableStore, Store } from './store.ts'

/** Whether a store can be written, too. */
export const canPut = <K, V>(store: ReadableStore<K, V>): store is Store<K, V> => 'multiPut' in store

/** Whether it can merge, too. */
export const canMerge = <K, V>(store: ReadableStore<K, V>): store is MergeableStore<K, V> => 'multiMerge' in store
