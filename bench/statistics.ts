import type { Target } from './report/report.ts'

/** Several measurements of one thing: on a machine that others use too, the middle one says most. */
export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (part: number) => sorted[Math.min(Math.floor(part * sorted.length), sorted.length - 1)] as number
  const middle = sorted.length / 2
  const median = sorted.length % 2 === 0 ? ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2 : at(0.5)
  return { median, min: at(0), max: at(1) }
}

/** The value below which so great a part of the values lie. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(Math.ceil(part * sorted.length), sorted.length) - 1] as number
}

/** How many times the one the other is, run by run: those that ran next to each other are compared, with the same noise in both. */
export function ratios(ones: readonly number[], others: readonly number[]): readonly number[] {
  if (ones.length !== others.length) throw new RangeError(`${ones.length} runs beside ${others.length}: each needs its neighbour`)
  return ones.map((one, i) => one / (others[i] as number))
}

export function reached({ runs, target }: { readonly runs: readonly number[]; readonly target: Target }): boolean {
  const { median } = spreadOf(runs)
  return 'atLeast' in target ? median >= target.atLeast : median <= target.atMost
}
