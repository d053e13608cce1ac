import type { Option } from 'fp-ts/lib/Option.js'
import type { AnyReadable, KeyOf, Like, ValueOf } from './kind.ts'
import { positive } from './positive.ts'
import { asIs, rebuilt } from './rebuild.ts'
import type { Answers } from './store.ts'

export interface BatchOptions {
  /** How many keys are asked for at once, at most; 1000 unless given. More are asked in several calls, side by side. */
  readonly largest?: number
  /**
   * How long more keys are waited for. Unless given, only for what is asked in the same turn, before anybody's promise goes
   * on; `() => clock.sleep(1)` waits for a millisecond.
   */
  readonly gather?: () => Promise<unknown>
}

/**
 * Asks for what is asked one by one together: many `get`s become one `multiGet`. A key that comes twice is asked twice;
 * `coalescing` over it asks once.
 *
 * ```ts
 * import { option } from 'tanager'
 * import { batched, readable } from 'tanager/store'
 *
 * let calls = 0
 * const lengths = batched(
 *   readable<string, number>({
 *     multiGet: async (names) => {
 *       calls += 1
 *       return names.map((name) => option.some(name.length))
 *     },
 *   }),
 * )
 * await Promise.all(['ann', 'bob', 'cy'].map((name) => lengths.get(name)()))
 * console.assert(calls === 1)
 * ```
 *
 * @throws TanagerError `invalid-option`
 */
export function batched<S extends AnyReadable>(store: S, { largest = 1000, gather = () => Promise.resolve() }: BatchOptions = {}): Like<S> {
  type Found = Answers<Option<ValueOf<S>>>
  positive('batched: largest', largest)
  let gathering: { readonly keys: KeyOf<S>[]; readonly answers: Promise<Found> } | undefined

  return rebuilt<S, KeyOf<S>, ValueOf<S>, KeyOf<S>, ValueOf<S>>(store, {
    gets: (ask) => {
      async function askTogether(keys: readonly KeyOf<S>[]): Promise<Found> {
        // Whoever cannot wait does not: nobody's answer is lost for it.
        await Promise.resolve()
          .then(gather)
          .catch(() => {})
        gathering = undefined
        const calls: Promise<Found>[] = []
        for (let from = 0; from < keys.length; from += largest) calls.push(ask(keys.slice(from, from + largest)))
        return (await Promise.all(calls)).flat()
      }

      return async (keys) => {
        if (gathering === undefined) {
          const gathered: KeyOf<S>[] = []
          gathering = { keys: gathered, answers: askTogether(gathered) }
        }
        const { keys: all, answers } = gathering
        const from = all.length
        for (const key of keys) all.push(key)
        return (await answers).slice(from, from + keys.length)
      }
    },
    puts: asIs,
    merges: asIs,
  })
}
