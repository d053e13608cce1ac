/**
 * The least hashes of a set, ascending, each once: a single one as it is. As numbers of 53 bits, which a double holds.
 * One set of keys has one value.
 */
export type MinHash = number | readonly number[]

export const nothing: MinHash = Object.freeze([])

export const hashesOf = (value: MinHash): readonly number[] => (typeof value === 'number' ? [value] : value)

/** One more than the greatest hash. */
export const hashes = 2 ** 53
