import type { BatchLimits } from '../source-reader.ts'

/** How many of the waiting records make a batch: at least one. */
export function countOf(waiting: readonly string[], from: number, { records, length }: BatchLimits): number {
  let count = 0
  let sum = 0
  while (count < records && from + count < waiting.length) {
    sum += (waiting[from + count] as string).length
    if (count > 0 && sum > length) break
    count += 1
  }
  return count
}
