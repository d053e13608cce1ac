import { isLeft, right } from 'fp-ts/lib/Either.js'
import { asService, type Service, type ServiceBinding } from '../service.ts'
import { readableStoreOf } from './define.ts'
import type { ReadableStore } from './store.ts'

/**
 * Whatever answers keys with promises, as a readable store: a `Service`, a `TransactionalStore`, a client's reader of a
 * job's store, a `Map`, a function of one key.
 *
 * ```ts
 * import { readable } from 'tanager/store'
 *
 * const ages = readable(new Map([['ann', 41]]))
 * await ages.get('ann')() // right(some(41))
 * ```
 *
 * What rejects is a failure of every key that was asked with it. To read what a receipt is for, say so in between:
 * `readable({ multiGet: (keys) => reader.multiGet(keys, { after: receipt }) })`.
 */
export function readable<K, V>(from: ServiceBinding<K, V>): ReadableStore<K, V> {
  const service = asService('given to readable', from)
  return readableStoreOf({ multiGet: async (keys) => (await service.multiGet(keys)).map((answer) => right(answer)) })
}

/** A readable store as the service of a job: one failure fails the batch, which is tried again. */
export function serviceOf<K, V>(store: ReadableStore<K, V>): Service<K, V> {
  return {
    multiGet: async (keys) =>
      (await store.multiGet(keys)()).map((answer) => {
        if (isLeft(answer)) throw answer.left
        return answer.right
      }),
  }
}
