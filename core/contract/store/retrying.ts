import { isLeft } from 'fp-ts/lib/Either.js'
import type { Codec } from '../../codec/codec.ts'
import type { CompileError } from '../../job.ts'
import { type BackoffOptions, backoff } from '../backoff.ts'
import type { Clock } from '../clock.ts'
import { idempotent } from './idempotent.ts'
import { identityOf } from './identity.ts'
import type { AnyReadable, AnyStore, KeyOf, Like, ValueOf } from './kind.ts'
import { positive } from './positive.ts'
import { asIs, rebuilt } from './rebuild.ts'
import type { Answers, MergeableStore } from './store.ts'

interface Retries extends BackoffOptions {
  /** What the waits are by: `clockOf(globalThis)` is the real one. */
  readonly clock: Clock
  /** How often a key is tried, in all; 5 unless given. */
  readonly attempts?: number
  /** Ends the waiting, with the failures there are. */
  readonly stop?: AbortSignal
}

/** Of two puts of one key, the earlier is not tried again after the later; so it has to be known what one key is. */
type PutsAgain<S> = S extends AnyStore ? { readonly key: Codec<KeyOf<S>> } : { readonly key?: Codec<KeyOf<S>> }

/** Merges can be tried again only where that is known to change nothing. */
type MergesAgain<S> = S extends { readonly idempotent: true }
  ? { readonly merges?: boolean }
  : { readonly merges?: false | CompileError<'a merge that is tried again may count twice: only a store from idempotent(store) takes it'> }

type Ask<Q, A> = (questions: readonly Q[]) => Promise<Answers<A>>
type Given<K> = Retries & { readonly key?: Codec<K>; readonly merges?: boolean }

export type RetryOptions<S> = Retries & PutsAgain<S> & MergesAgain<S>

/**
 * Tries again what failed and may go well later: reads, and puts, which do the same when they are done twice. Only the keys
 * that failed are asked for again, after waits that grow (`first`, `longest`, `random`). A put that is tried again may come
 * after one of somebody else's.
 *
 * A merge that failed may have been done, and done again would count twice; so merges are passed on once. Where merging again
 * changes nothing, `merges: true` tries them too; what such a merge answers as the value before may have its own delta in it.
 *
 * ```ts
 * import { clockOf, readable, retrying } from 'tanager/store'
 *
 * let calls = 0
 * const shaky = readable(async (name: string) => {
 *   calls += 1
 *   if (calls < 3) throw new Error('away')
 *   return name.length
 * })
 * await retrying(shaky, { clock: clockOf(globalThis), first: 5 }).get('ann')() // right(some(3))
 * ```
 *
 * @throws TanagerError `invalid-option`
 */
export function retrying<S extends AnyReadable>(store: S, options: RetryOptions<S>): Like<S> {
  const { clock, attempts = 5, stop, key, merges = false, ...waits } = options as Given<KeyOf<S>>
  positive('retrying: attempts', attempts)
  const wait = backoff(waits)
  // For whoever has no types, or has cast them away.
  if (merges) idempotent(store as unknown as MergeableStore<unknown, unknown>)

  function again<Q, A>(ask: Ask<Q, A>, superseded: (questions: readonly Q[]) => ReadonlySet<number> = () => new Set()): Ask<Q, A> {
    return async (questions) => {
      const old = superseded(questions)
      const answers = [...(await ask(questions))]
      for (let failures = 1; failures < attempts; failures++) {
        const failed = [...answers.keys()].filter((at) => isRetryable(answers[at]) && !old.has(at))
        if (failed.length === 0 || stop?.aborted) break
        const over = await clock.sleep(wait(failures), stop).then(
          () => false,
          () => true,
        )
        if (over) break
        const next = await ask(failed.map((at) => questions[at] as Q))
        for (const [i, at] of failed.entries()) answers[at] = next[i] as Answers<A>[number]
      }
      return answers
    }
  }

  return rebuilt<S, KeyOf<S>, ValueOf<S>, KeyOf<S>, ValueOf<S>>(store, {
    gets: (ask) => again(ask),
    puts: (put) => again(put, (entries) => (key === undefined ? new Set() : earlierOf(entries, identityOf(key)))),
    merges: merges ? (merge) => again(merge) : asIs,
  })
}

const isRetryable = <A>(answer: Answers<A>[number] | undefined): boolean => answer !== undefined && isLeft(answer) && answer.left.retryable

/** Where entries are whose key comes again later. */
function earlierOf<K>(entries: readonly (readonly [key: K, ...unknown[]])[], identity: (key: K) => unknown): ReadonlySet<number> {
  const seen = new Set<unknown>()
  const earlier = new Set<number>()
  for (let at = entries.length - 1; at >= 0; at--) {
    try {
      const id = identity((entries[at] as readonly [K])[0])
      if (seen.has(id)) earlier.add(at)
      seen.add(id)
    } catch {
      // The store says what is wrong with it, and will not be asked again.
    }
  }
  return earlier
}
