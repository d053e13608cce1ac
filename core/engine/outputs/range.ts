import type { Interval } from './alarm.ts'

/** What is remembered of a count: that it was so much at that time. */
type Sample = readonly [at: number, count: number]

/** All that is remembered of one. Plain data, for whoever looks next. */
export interface RangeMemory {
  /** Oldest first, a twelfth of the interval apart: few, however long the interval is. */
  readonly samples: readonly Sample[]
  readonly last: Sample
}

/** What a look finds. `undefined`: it cannot be told, and what was the case still is. */
export type Verdict = 'broken' | 'kept' | undefined

interface Look<M> {
  readonly memory: M
  readonly verdict: Verdict
  readonly value: number
}

const parts = 12

/**
 * Looks at a count that only grows, and tells whether it grew within a range over the last interval. Counts are known at
 * looks only, which are never just one interval apart; so what was counted in it is known from below and from above. A
 * range is broken, or kept, when both say so. In between nothing changes, so that a count on the edge is no alarm that
 * begins and ends with every look.
 *
 * A look begins anew where there was none for a whole interval, or the count has gone back: then nothing is known.
 */
export function lookAtRange(
  { per, atLeast = 0, atMost = Number.POSITIVE_INFINITY }: Interval,
  memory: RangeMemory | undefined,
  count: number,
  now: number,
): Look<RangeMemory> {
  if (memory === undefined || isAnew(memory.last, per, count, now)) {
    return { memory: { samples: [[now, count]], last: [now, count] }, verdict: undefined, value: 0 }
  }
  const whole = memory.samples.findLast(([at]) => at <= now - per)
  const within = memory.samples.find(([at]) => at >= now - per)
  const most = whole === undefined ? Number.POSITIVE_INFINITY : count - whole[1]
  const least = within === undefined ? 0 : count - within[1]
  const newest = memory.samples.at(-1) as Sample
  const samples = [
    ...memory.samples.filter(([at]) => whole === undefined || at >= whole[0]),
    ...(now - newest[0] >= per / parts ? [[now, count] as const] : []),
  ]
  const next = { samples, last: [now, count] as const }
  if (most < atLeast) return { memory: next, verdict: 'broken', value: most }
  if (least > atMost) return { memory: next, verdict: 'broken', value: least }
  return { memory: next, verdict: least >= atLeast && most <= atMost ? 'kept' : undefined, value: least }
}

/** A clock that has gone back is another worker's. */
const isAnew = ([at, before]: Sample, per: number, count: number, now: number) => now < at || now - at > per || count < before
