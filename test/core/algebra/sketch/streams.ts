/** Numbers from 0 up to 1, the same in every run (mulberry32). */
export function random(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let word = Math.imul(state ^ (state >>> 15), 1 | state)
    word = (word + Math.imul(word ^ (word >>> 7), 61 | word)) ^ word
    return ((word ^ (word >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Keys of which the n-th is n times as rare as the first. */
export function zipf(seed: number, length: number, distinct: number): readonly string[] {
  const next = random(seed)
  const sums: number[] = []
  let sum = 0
  for (let i = 1; i <= distinct; i++) {
    sum += 1 / i
    sums.push(sum)
  }
  return Array.from({ length }, () => `key-${placeOf(sums, next() * sum)}`)
}

export function uniform(seed: number, length: number, distinct: number): readonly string[] {
  const next = random(seed)
  return Array.from({ length }, () => `key-${Math.floor(next() * distinct)}`)
}

/** How often each key is there, the plain way. */
export function countsOf(keys: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  return counts
}

function placeOf(sums: readonly number[], wanted: number): number {
  let low = 0
  let high = sums.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sums[middle] as number) < wanted) low = middle + 1
    else high = middle
  }
  return low
}
