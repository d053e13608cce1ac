import { isRight } from 'fp-ts/lib/Either.js'
import { isSome, type Option } from 'fp-ts/lib/Option.js'
import { answering, readableStoreOf } from './define.ts'
import type { Put, ReadableStore, Store } from './store.ts'

/**
 * Asks the cache, then the store for what that does not have, and puts what was found into the cache: for a cache that
 * several processes share; `cached` keeps one in the memory of this. A cache that fails costs time and nothing else.
 *
 * What is written to the store meanwhile, or later, the cache does not learn: give it an expiry of its own, or write to both.
 *
 * ```ts
 * import { codec, store } from 'tanager'
 * import { sum } from 'tanager/algebra'
 * import { memoryStore, readable, readThrough } from 'tanager/store'
 *
 * const cache = memoryStore(store('cache', { key: codec.string, sum }))
 * const lengths = readThrough(cache, readable(async (name: string) => name.length))
 * await lengths.get('ann')() // right(some(3))
 * cache.entries() // [['ann', 3]]
 * ```
 */
export function readThrough<K, V>(cache: Store<K, V>, store: ReadableStore<K, V>): ReadableStore<K, V> {
  const cached = answering('multiGet', (keys: readonly K[]) => cache.multiGet(keys)())
  const stored = answering('multiGet', (keys: readonly K[]) => store.multiGet(keys)())
  const keep = answering('multiPut', (entries: readonly Put<K, V>[]) => cache.multiPut(entries)())
  return readableStoreOf({
    multiGet: async (keys) => {
      const answers = [...(await cached(keys)())]
      const missing = [...answers.keys()].filter((at) => !isFound(answers[at]))
      const found = await stored(missing.map((at) => keys[at] as K))()
      const puts: Put<K, V>[] = []
      for (const [i, at] of missing.entries()) {
        const answer = found[i] as (typeof found)[number]
        answers[at] = answer
        if (isRight(answer) && isSome(answer.right)) puts.push([keys[at] as K, answer.right])
      }
      // Awaited, so that nothing is left running; what came of it does not matter.
      await keep(puts)()
      return answers
    },
  })
}

const isFound = <V>(answer: { readonly _tag: string; readonly right?: Option<V> } | undefined): boolean =>
  answer?.right !== undefined && isSome(answer.right)
