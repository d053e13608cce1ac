import { none, type Option, some } from 'fp-ts/lib/Option.js'
import type { StorePosition, TransactionalStore } from '../transactional-store.ts'
import type { Keeps } from './memory-store.ts'

/**
 * A transactional store in memory: what the contract means, in a few lines, and a store to bind in a test.
 *
 * ```ts
 * import { codec, store } from 'tanager'
 * import { sum } from 'tanager/algebra'
 * import { memoryTransactionalStore } from 'tanager/store'
 *
 * const outside = memoryTransactionalStore(store('clicks', { key: codec.string, sum }))
 * await outside.commit({ partition: 0, from: 0, position: 1, note: '', puts: [['spring', 2]], removes: [] }) // true
 * ```
 */
export function memoryTransactionalStore<K, V>({ key: keys, sum: { codec } }: Keeps<K, V>): TransactionalStore<K, V> {
  const places = new Map<number, StorePosition>()
  const texts = new Map<string, string>()
  const at = (partition: number): StorePosition => places.get(partition) ?? { position: 0, note: '' }

  return {
    at: async (partition) => at(partition),
    multiGet: async (wanted) =>
      wanted.map((key): Option<V> => {
        const text = texts.get(keys.encode(key))
        return text === undefined ? none : some(codec.decode(text))
      }),
    commit: async ({ partition, from, position, note, puts, removes }) => {
      if (at(partition).position !== from) return false
      // Everything is written down before anything is changed: what cannot be written must not leave half a transaction.
      const values = puts.map(([key, value]) => [keys.encode(key), codec.encode(value)] as const)
      const gone = removes.map((key) => keys.encode(key))
      places.set(partition, { position, note })
      for (const [key, value] of values) texts.set(key, value)
      for (const key of gone) texts.delete(key)
      return true
    },
    async *entries() {
      for (const [key, value] of [...texts]) yield [keys.decode(key), codec.decode(value)] as const
    },
  }
}
