import { isRight, right } from 'fp-ts/lib/Either.js'
import { isSome, type Option } from 'fp-ts/lib/Option.js'
import type { Codec } from '../../codec/codec.ts'
import type { Clock } from '../clock.ts'
import { Fills } from './fills.ts'
import { identityOf } from './identity.ts'
import type { AnyReadable, KeyOf, Like, ValueOf } from './kind.ts'
import { Lru } from './lru.ts'
import { partly } from './partly.ts'
import { positive } from './positive.ts'
import { rebuilt } from './rebuild.ts'
import { written } from './written.ts'

export interface CacheOptions<K> {
  /** How keys are told apart. */
  readonly key: Codec<K>
  /** How many answers are kept; of more, those that were not asked for the longest go. */
  readonly entries: number
  /** Whether to remember also that there is no value; not unless said so. */
  readonly absent?: boolean
  /** How old an answer may be, in milliseconds, counted from when it was asked for, by a clock: `Date` is one. */
  readonly expire?: { readonly after: number; readonly clock: Pick<Clock, 'now'> }
}

interface Kept<V> {
  readonly answer: Option<V>
  readonly asked: number
}

/**
 * Remembers what was read. What is put or merged through the cached store is forgotten when that is done, so whoever writes
 * here reads here what was written; what others write is seen once the answer is too old, or has made room. Failures are
 * never remembered.
 *
 * ```ts
 * import { codec } from 'tanager'
 * import { cached, readable } from 'tanager/store'
 *
 * const slow = readable(async (name: string) => name.length)
 * const quick = cached(slow, { key: codec.string, entries: 10_000, expire: { after: 60_000, clock: Date } })
 * await quick.get('ann')() // right(some(3)), and for a minute without asking
 * ```
 *
 * @throws TanagerError `invalid-option`
 */
export function cached<S extends AnyReadable>(store: S, { key, entries, absent = false, expire }: CacheOptions<KeyOf<S>>): Like<S> {
  const kept = new Lru<Kept<ValueOf<S>>>(positive('cached: entries', entries))
  const fills = new Fills()
  const identity = identityOf(key)
  const now = () => expire?.clock.now() ?? 0
  const oldest = expire === undefined ? Number.POSITIVE_INFINITY : positive('cached: expire.after', expire.after)

  function forget(id: unknown): void {
    kept.delete(id)
    fills.spoil(id)
  }

  return rebuilt<S, KeyOf<S>, ValueOf<S>, KeyOf<S>, ValueOf<S>>(store, {
    gets: (ask) => (keys) => {
      const asked = now()
      return partly(
        keys,
        (key) => {
          const id = identity(key)
          const found = kept.get(id)
          return found !== undefined && asked - found.asked < oldest ? { answer: right(found.answer) } : { ask: { id, key } }
        },
        async (missing) => {
          const begun = missing.map(({ id }) => fills.begin(id))
          try {
            const answers = await ask(missing.map(({ key }) => key))
            for (const [i, { id }] of missing.entries()) {
              const answer = answers[i]
              // An answer that was on its way while its key was written may be of before.
              if (answer === undefined || !isRight(answer) || begun[i]?.spoilt) continue
              if (absent || isSome(answer.right)) kept.set(id, { answer: answer.right, asked })
            }
            return answers
          } finally {
            for (const fill of begun) fills.end(fill)
          }
        },
      )
    },
    puts: written(identity, forget),
    merges: written(identity, forget),
  })
}
