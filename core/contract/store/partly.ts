import { left } from 'fp-ts/lib/Either.js'
import type { Answers } from './store.ts'
import { storeErrorOf } from './store-error.ts'

/** What becomes of one question: it is answered here, or something is asked elsewhere. */
export type Sorted<R, A> = { readonly answer: Answers<A>[number] } | { readonly ask: R }

/**
 * Answers what can be answered here, asks for all the rest in one call, and puts the answers where they belong. A question
 * that cannot even be looked at fails alone.
 */
export async function partly<Q, R, A>(
  questions: readonly Q[],
  sort: (question: Q) => Sorted<R, A>,
  ask: (rest: readonly R[]) => Promise<Answers<A>>,
): Promise<Answers<A>> {
  const answers: Answers<A>[number][] = []
  const rest: R[] = []
  const places: number[] = []
  for (const [at, question] of questions.entries()) {
    const sorted = attempt(() => sort(question))
    if ('answer' in sorted) answers[at] = sorted.answer
    else {
      places.push(at)
      rest.push(sorted.ask)
    }
  }
  if (rest.length === 0) return answers
  const found = await ask(rest)
  for (const [i, at] of places.entries()) answers[at] = found[i] as Answers<A>[number]
  return answers
}

function attempt<R, A>(sort: () => Sorted<R, A>): Sorted<R, A> {
  try {
    return sort()
  } catch (thrown) {
    return { answer: left(storeErrorOf(thrown)) }
  }
}
