import { randomOf, zipfOf } from '../../jobs/beacon-counts/zipf.ts'

/** Keys of some ten characters, each a flat string, as it would be if it had come over a wire. */
function keys(length: number, place: () => number): readonly string[] {
  return Array.from({ length }, () => Buffer.from(`user-${place()}`).toString('latin1'))
}

/** Almost all of them different: there is hardly one that a table could have kept from before. */
export function distinctKeys(length: number): readonly string[] {
  const random = randomOf(1)
  return keys(length, () => random() % 10_000_000)
}

/** By Zipf's law over 65 536 keys. */
export function zipfKeys(length: number): readonly string[] {
  return keys(length, zipfOf(65_536, randomOf(2)))
}

/** Durations in milliseconds, most of them about a hundred, some many times that (log-normal). */
export function durations(length: number, seed = 3): readonly number[] {
  const random = randomOf(seed)
  const share = () => (random() + 0.5) / 2 ** 32
  return Array.from({ length }, () => 100 * Math.exp(Math.sqrt(-2 * Math.log(share())) * Math.cos(2 * Math.PI * share())))
}

export function countsOf(all: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>()
  for (const key of all) counts.set(key, (counts.get(key) ?? 0) + 1)
  return counts
}

/** So many parts of equal length. */
export function cut<A>(all: readonly A[], parts: number): readonly (readonly A[])[] {
  const length = Math.floor(all.length / parts)
  return Array.from({ length: parts }, (_, i) => all.slice(i * length, (i + 1) * length))
}
