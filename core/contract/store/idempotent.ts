import { TanagerError } from '../../error.ts'
import type { IdempotentStore, MergeableStore } from './store.ts'

/**
 * A store of which it is known that merging again changes nothing, for those who ask for one: the type cannot tell which
 * aggregation a store has.
 *
 * @throws TanagerError `invalid-option` where it is not so
 */
export function idempotent<K, V>(store: MergeableStore<K, V>): IdempotentStore<K, V> {
  if (store.idempotent) return store as IdempotentStore<K, V>
  throw new TanagerError('invalid-option', 'the merges of this store are not idempotent', {
    remedy:
      'A merge that may have been done cannot be done again. Declare the aggregation idempotent and commutative if it is, as a maximum is.',
  })
}
