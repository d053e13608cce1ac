/**
 * Leaves out of a list what is not needed for something to hold of it: first halves, then ever smaller parts, down to
 * single ones, each tried without (A. Zeller, R. Hildebrandt, Simplifying and Isolating Failure-Inducing Input, 2002).
 *
 * fast-check's own shrinking was not taken: it makes small what it has made up, and these lists were given, or come out of
 * a run; and who only simulates need not install it.
 *
 * @param holds whether it still holds; it answers false when there is no more time
 */
export async function smallest<T>(list: readonly T[], holds: (part: readonly T[]) => Promise<boolean>): Promise<readonly T[]> {
  let kept = list
  for (let size = Math.ceil(kept.length / 2); size >= 1 && kept.length > 0; ) {
    let removed = false
    for (let from = 0; from < kept.length; ) {
      const rest = [...kept.slice(0, from), ...kept.slice(from + size)]
      if (await holds(rest)) {
        kept = rest
        removed = true
      } else from += size
    }
    if (size === 1 && !removed) break
    // What was needed for something else to hold may not be needed any more.
    size = Math.ceil(size / 2)
  }
  return kept
}

/** Sets to zero what numbers of a list need not be what they are, then cuts off the zeros at its end. */
export async function plainest(list: readonly number[], holds: (list: readonly number[]) => Promise<boolean>): Promise<readonly number[]> {
  const places = list.flatMap((number, at) => (number === 0 ? [] : [at]))
  const only = (some: readonly number[]) => {
    const kept = new Set(some)
    return list.map((number, at) => (kept.has(at) ? number : 0))
  }
  const plain = only(await smallest(places, (some) => holds(only(some))))
  return plain.slice(0, plain.findLastIndex((number) => number !== 0) + 1)
}
