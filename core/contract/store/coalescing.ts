import { left } from 'fp-ts/lib/Either.js'
import type { Option } from 'fp-ts/lib/Option.js'
import type { Codec } from '../../codec/codec.ts'
import { identityOf } from './identity.ts'
import type { AnyReadable, KeyOf, Like, ValueOf } from './kind.ts'
import { rebuilt } from './rebuild.ts'
import type { Answers } from './store.ts'
import { storeErrorOf } from './store-error.ts'
import { written } from './written.ts'

/**
 * Asks once for a key that is asked for again while the answer is on its way, or several times at once: everybody gets the
 * same answer. What was put or merged through the store is seen by all who ask after that; what others write meanwhile may
 * be seen one answer later.
 *
 * ```ts
 * import { codec } from 'tanager'
 * import { coalescing, readable } from 'tanager/store'
 *
 * let asked = 0
 * const lengths = coalescing(
 *   readable(async (name: string) => {
 *     asked += 1
 *     return name.length
 *   }),
 *   { key: codec.string },
 * )
 * await Promise.all([lengths.get('ann')(), lengths.get('ann')()])
 * console.assert(asked === 1)
 * ```
 */
export function coalescing<S extends AnyReadable>(store: S, { key }: { readonly key: Codec<KeyOf<S>> }): Like<S> {
  type Answer = Answers<Option<ValueOf<S>>>[number]
  const identity = identityOf(key)
  const underWay = new Map<unknown, Promise<Answer>>()
  const forget = (id: unknown) => underWay.delete(id)

  return rebuilt<S, KeyOf<S>, ValueOf<S>, KeyOf<S>, ValueOf<S>>(store, {
    gets: (ask) => (keys) => {
      const fresh = new Map<unknown, KeyOf<S>>()
      const sorted = keys.map((key): { readonly id: unknown } | { readonly failure: Answer } => {
        try {
          const id = identity(key)
          if (!underWay.has(id)) fresh.set(id, key)
          return { id }
        } catch (thrown) {
          return { failure: left(storeErrorOf(thrown)) }
        }
      })
      if (fresh.size > 0) {
        const asked = ask([...fresh.values()])
        for (const [place, id] of [...fresh.keys()].entries()) {
          const answer: Promise<Answer> = asked.then((answers) => {
            // Unless it was forgotten, and asked for anew since.
            if (underWay.get(id) === answer) underWay.delete(id)
            return answers[place] as Answer
          })
          underWay.set(id, answer)
        }
      }
      return Promise.all(sorted.map((each) => ('id' in each ? (underWay.get(each.id) as Promise<Answer>) : each.failure)))
    },
    puts: written(identity, forget),
    merges: written(identity, forget),
  })
}
