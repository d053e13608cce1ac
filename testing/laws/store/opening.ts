/** How to have one to try: empty, and apart from all others. It is opened for each example anew. */
export interface Opening<S> {
  readonly open: () => S | Promise<S>
  readonly close?: (opened: S) => void | Promise<void>
}

/** Opens one, and closes it whatever happens. */
export async function opened<S, A>({ open, close }: Opening<S>, use: (opened: S) => Promise<A>): Promise<A> {
  const it = await open()
  try {
    return await use(it)
  } finally {
    await close?.(it)
  }
}
