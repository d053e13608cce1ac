import { type Either, isLeft } from 'fp-ts/lib/Either.js'
import { isNone, type Option } from 'fp-ts/lib/Option.js'
import { shown } from '../../compare/shown.ts'

/** The first of some questions that is not answered with undefined. */
export async function firstWrong(
  ...questions: readonly (() => Promise<string | undefined> | string | undefined)[]
): Promise<string | undefined> {
  for (const question of questions) {
    const wrong = await question()
    if (wrong !== undefined) return wrong
  }
  return undefined
}

/** What is wrong with an answer that should be the other. */
export function differs(call: string, got: unknown, expected: unknown, equals: (a: never, b: never) => boolean): string | undefined {
  return equals(got as never, expected as never) ? undefined : `${call} is ${shown(got)}, not ${shown(expected)}`
}

/** What is wrong with as many answers as there should be. */
export function allDiffer(
  call: string,
  got: readonly unknown[],
  expected: readonly unknown[],
  equals: (a: never, b: never) => boolean,
): string | undefined {
  if (got.length !== expected.length) return `${call} gives ${got.length} answers to ${expected.length} questions`
  const at = expected.findIndex((each, i) => !equals(got[i] as never, each as never))
  return at === -1 ? undefined : differs(`answer ${at} of ${call}`, got[at], expected[at], equals)
}

/** Two options, by how two values are the same. */
export const sameOption =
  <V>(equals: (a: V, b: V) => boolean) =>
  (a: Option<V>, b: Option<V>): boolean =>
    isNone(a) || isNone(b) ? isNone(a) === isNone(b) : equals(a.value, b.value)

/** What a task has answered; a failure is thrown, and told as one. */
export function rightOf<E, A>(answer: Either<E, A> | undefined): A {
  if (answer === undefined) throw new Error('a question was not answered')
  if (isLeft(answer)) throw answer.left
  return answer.right
}

export const rightsOf = <E, A>(answers: readonly Either<E, A>[]): readonly A[] => answers.map(rightOf)
