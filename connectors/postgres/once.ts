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

/** The same, for what may come to be another: `anew` does the step again, and from then on that is what there is. */
export function renewable<A>(step: () => Promise<A>): { readonly get: () => Promise<A>; readonly anew: () => Promise<A> } {
  let done = once(step)
  return {
    get: () => done(),
    anew: () => {
      done = once(step)
      return done()
    },
  }
}
