import { isLeft, isRight, left } from 'fp-ts/lib/Either.js'
import { isNone } from 'fp-ts/lib/Option.js'
import { answering, readableStoreOf } from './define.ts'
import type { ReadableStore } from './store.ts'
import { StoreError } from './store-error.ts'

export interface FallbackOptions {
  /** Whether the second is asked also where the first has certainly no value: where they hold different keys. */
  readonly absent?: boolean
}

/**
 * Asks the second store for what the first does not answer. Plainly, the second is a copy of the first, and is asked where
 * that fails: that there is no value is an answer, of either. With `absent: true` the second holds what the first does not
 * have; then, where the first fails, a value of the second is taken, but that it has none says nothing.
 *
 * ```ts
 * import { fallback, readable } from 'tanager/store'
 *
 * const recent = readable(new Map([['ann', 3]]))
 * const archive = readable(new Map([['bob', 5]]))
 * await fallback(recent, archive, { absent: true }).get('bob')() // right(some(5))
 * ```
 */
export function fallback<K, V>(
  first: ReadableStore<K, V>,
  second: ReadableStore<K, V>,
  { absent = false }: FallbackOptions = {},
): ReadableStore<K, V> {
  const [askFirst, askSecond] = [first, second].map((store) => answering('multiGet', (keys: readonly K[]) => store.multiGet(keys)()))
  return readableStoreOf({
    multiGet: async (keys) => {
      const answers = [...(await (askFirst as NonNullable<typeof askFirst>)(keys)())]
      const open = [...answers.keys()].filter((at) => {
        const answer = answers[at]
        return answer !== undefined && (isLeft(answer) || (absent && isNone(answer.right)))
      })
      const others = await (askSecond as NonNullable<typeof askSecond>)(open.map((at) => keys[at] as K))()
      for (const [i, at] of open.entries()) {
        const [mine, other] = [answers[at], others[i]]
        if (mine === undefined || other === undefined) continue
        if (isLeft(mine) && isLeft(other)) answers[at] = left(bothFailed(mine.left, other.left))
        else if (!(absent && isLeft(mine) && isRight(other) && isNone(other.right))) answers[at] = other
      }
      return answers
    },
  })
}

function bothFailed(first: StoreError, second: StoreError): StoreError {
  return new StoreError(first.code, `${first.message}; and the store to fall back to: ${second.message}`, {
    retryable: first.retryable || second.retryable,
    cause: first,
  })
}
