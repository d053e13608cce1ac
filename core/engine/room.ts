import type { Limits } from './limits.ts'
import type { Full } from './log.ts'
import type { Outcome } from './scheduler.ts'

/** To come back after a while. */
export const laterOf = ({ handBack }: Limits) => ({ status: 'later', milliseconds: handBack }) as const

/** What to do where there is no room: come back later; and tell people where only they can make any. */
export function noRoom({ where, name }: Full, limits: Limits): Outcome {
  const later = laterOf(limits)
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
