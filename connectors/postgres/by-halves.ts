/** What an attempt has failed with, if it has. */
export type Failed = { readonly thrown: unknown } | undefined

/** Tries all at once, and where that fails the halves, in order, down to those that fail by themselves. */
export async function byHalves<A>(
  all: readonly A[],
  attempt: (part: readonly A[]) => Promise<Failed>,
  fails: (one: A, thrown: unknown) => Promise<void> | void,
): Promise<void> {
  if (all.length === 0) return
  const failed = await attempt(all)
  if (failed === undefined) return
  if (all.length === 1) return fails(all[0] as A, failed.thrown)
  const half = all.length >> 1
  await byHalves(all.slice(0, half), attempt, fails)
  await byHalves(all.slice(half), attempt, fails)
}
