import type { Pointer } from './log.ts'

/**
 * Runs pointers somewhere, at least once, in any order, perhaps at once. Told of the same pointer again while it waits
 * or runs, it may keep one. It may lose a pointer too: the reconciler finds the work again.
 */
export interface Scheduler {
  readonly enqueue: (pointers: readonly Pointer[]) => Promise<void>
}

/** Tells of what a commit has left to do. Who cannot be told now is told by the reconciler: what is committed has not failed. */
export async function tell(scheduler: Scheduler, pointers: readonly Pointer[]): Promise<void> {
  if (pointers.length > 0) await scheduler.enqueue(pointers).catch(() => {})
}

/** What running a pointer came to, if it did not throw. */
export type Outcome =
  | { readonly status: 'done' }
  /** No room downstream: try again after a while; it does not count as a failure. `why` is for people, if they are needed. */
  | { readonly status: 'later'; readonly milliseconds: number; readonly why?: string }

/** The work a scheduler hands out. Throwing means: try again, with backoff. */
export type Handler = (pointer: Pointer, attempt: Attempt) => Promise<Outcome>

export interface Attempt {
  /** True if the scheduler gives up after this one. */
  readonly last: boolean
  /** How many workers have begun this and never said what came of it. */
  readonly deaths: number
}
