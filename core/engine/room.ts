import type { Limits } from './limits.ts'
import type { Full } from './log.ts'
import type { Outcome } from './scheduler.ts'

/** What to do where there is no room: come back later; and tell people where only they can make any. */
export function noRoom({ where, name }: Full, { handBack }: Limits): Outcome {
  const later = { status: 'later', milliseconds: handBack } as const
  switch (where) {
    case 'sink':
      return { ...later, why: `the sink ${name} is full, and everything waits for whoever takes from it` }
    case 'dead letters':
      return { ...later, why: 'there are as many dead letters as there may be, and everything waits for somebody to retry or drop them' }
    case 'log':
      return { ...later, why: 'Redis takes nothing for now, and everything waits: is it out of memory, or of disk?' }
    default:
      return later
  }
}
