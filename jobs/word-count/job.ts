import { type Change, codec, job, option, source, store } from 'tanager'
import { sparseSum, sum } from 'tanager/algebra'
import { wordsOf } from './words.ts'

export const lines = source('lines', { item: codec.string })

/** How often each word occurs. */
export const words = store('words', { key: codec.string, sum })
/** How many words occur so often. A number that no word occurs any more is not kept, hence `sparseSum`. */
export const occurrences = store('occurrences', { key: codec.int, sum: sparseSum })

export default job(
  'word-count',
  lines
    .flatMap(wordsOf)
    .map((word) => [word, 1] as const)
    .sumByKey(words)
    .values()
    .flatMap(moves)
    .sumByKey(occurrences),
)

/** A word that occurred n times, and now occurs more often, is one less of those that occur n times. */
function* moves({ before, delta }: Change<number>) {
  const n = option.getOrElse(() => 0)(before)
  if (n > 0) yield [n, -1] as const
  yield [n + delta, 1] as const
}
