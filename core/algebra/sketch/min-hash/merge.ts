import { hash } from '../places.ts'
import { hashes, type MinHash, nothing } from './value.ts'

const words = new Int32Array(4)

export function hashOf(key: string): number {
  hash.text(key, words)
  return ((words[0] as number) >>> 0) * 2 ** 21 + ((words[1] as number) >>> 11)
}

/** All sets as one, in one go. */
export function mergeAll(values: readonly MinHash[], size: number): MinHash {
  // What is not below this is not among the least, whatever else comes.
  let limit = hashes
  let gathered: number[] = []
  const room = 2 * size + 1024
  for (const value of values) {
    if (typeof value === 'number') {
      if (value < limit) gathered.push(value)
    } else {
      for (const one of value) {
        // The rest is greater still.
        if (one >= limit) break
        gathered.push(one)
      }
    }
    if (gathered.length <= room) continue
    gathered = least(gathered, size)
    if (gathered.length === size) limit = gathered[size - 1] as number
  }
  gathered = least(gathered, size)
  if (gathered.length < 2) return gathered[0] ?? nothing
  return Object.freeze(gathered)
}

function least(all: readonly number[], size: number): number[] {
  const sorted = Float64Array.from(all).sort()
  const kept: number[] = []
  for (let i = 0; i < sorted.length && kept.length < size; i++) {
    if (i === 0 || sorted[i] !== sorted[i - 1]) kept.push(sorted[i] as number)
  }
  return kept
}
