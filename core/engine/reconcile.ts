import type { Log, Pointer } from './log.ts'
import type { Handler, Scheduler } from './scheduler.ts'

/** How many batches of each stream one round finds again. */
const perRound = 200

// The golden ratio: its multiples fall evenly between 0 and 1, however many there are.
const stride = 0.618033988749895

/**
 * Tells the scheduler once more of what is not done: in even rounds the oldest, in odd ones from another place each time.
 * Pointers are named after their work, so those it still has are not run twice for this; those it lost are found here, and
 * nowhere else.
 */
export async function reconcile(log: Pick<Log, 'pending'>, scheduler: Scheduler, round = 0): Promise<readonly Pointer[]> {
  const { pointers } = await log.pending(perRound, round % 2 === 0 ? 0 : (round * stride) % 1)
  if (pointers.length > 0) await scheduler.enqueue(pointers)
  return pointers
}

/**
 * Runs the oldest of what is not done, one after the other, without a scheduler: where it cannot be told of anything, the
 * work itself is in the log all the same.
 *
 * @returns how many were run
 */
export async function runWithoutScheduler(log: Pick<Log, 'pending'>, handle: Handler): Promise<number> {
  const { pointers } = await log.pending(perRound)
  for (const pointer of pointers) await handle(pointer, { last: false, deaths: 0 })
  return pointers.length
}
