import { isSome, none, type Option, some } from 'fp-ts/lib/Option.js'
import { messageOf, TanagerError } from '../../error.ts'
import type { StorePosition, TransactionalStore } from '../transactional-store.ts'
import type { Keeps } from './memory-store.ts'

export interface MemoryTransactionalStoreOptions<K, V> {
  /** Why a key, or a value under a key, is not taken, as by a column that is too small; of `none`, why it is not removed. */
  readonly unfit?: (key: K, value: Option<V>) => string | undefined
}

/**
 * A transactional store in memory: what the contract means, in a few lines, and a store to bind in a test.
 *
 * ```ts
 * import { codec, store } from 'tanager'
 * import { sum } from 'tanager/algebra'
 * import { memoryTransactionalStore } from 'tanager/store'
 *
 * const outside = memoryTransactionalStore(store('clicks', { key: codec.string, sum }), {
 *   unfit: (key) => (key.length > 10 ? 'longer than 10 characters' : undefined),
 * })
 * await outside.commit({ partition: 0, from: 0, position: 1, note: '', puts: [['spring', 2]], removes: [] }) // true
 * ```
 */
export function memoryTransactionalStore<K, V>(
  { key: keys, sum: { codec } }: Keeps<K, V>,
  { unfit = () => undefined }: MemoryTransactionalStoreOptions<K, V> = {},
): TransactionalStore<K, V> {
  const places = new Map<number, StorePosition>()
  const texts = new Map<string, string>()
  const at = (partition: number): StorePosition => places.get(partition) ?? { position: 0, note: '' }

  /** Under which name which text is to be: none for one that goes. */
  function written(key: K, value: Option<V>): readonly [name: string, text: string | undefined] {
    const why = unfit(key, value)
    if (why !== undefined) throw new TanagerError('refused', why, { value: key })
    return [keys.encode(key), isSome(value) ? codec.encode(value.value) : undefined]
  }

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
      const changes = [...puts.map(([key, value]) => written(key, some(value))), ...removes.map((key) => written(key, none))]
      places.set(partition, { position, note })
      for (const [name, text] of changes) {
        if (text === undefined) texts.delete(name)
        else texts.set(name, text)
      }
      return true
    },
    refuses: async (entries) =>
      entries.map(([key, value]) => {
        try {
          written(key, value)
          return none
        } catch (error) {
          return some(messageOf(error))
        }
      }),
    async *entries() {
      for (const [key, value] of [...texts]) yield [keys.decode(key), codec.decode(value)] as const
    },
  }
}
