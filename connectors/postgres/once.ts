/** Does a step the first time it is asked for; one that failed is tried again when it is asked for again. */
export function once<A>(step: () => Promise<A>): () => Promise<A> {
  let done: Promise<A> | undefined
  return () => {
    done ??= step().catch((error) => {
      done = undefined
      throw error
    })
    return done
  }
}
