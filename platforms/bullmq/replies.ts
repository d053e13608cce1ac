/** The answers to a pipeline or transaction, one after the other, in the order of its commands; an error among them is thrown when its turn comes. */
export function repliesOf(answers: readonly (readonly [Error | null, unknown])[] | null): <T>() => T {
  let at = 0
  return <T>() => {
    const [error, value] = (answers ?? [])[at++] as readonly [Error | null, unknown]
    if (error !== null) throw error
    return value as T
  }
}
