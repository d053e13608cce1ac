import type { Log } from './log.ts'
import type { Scheduler } from './scheduler.ts'

/** How many batches of each stream one round finds again. */
const perRound = 500

/**
 * Tells the scheduler once more of all that is not done, the oldest first. Pointers are named after their work, so those
 * it still has are not run twice for this; those it lost are found here, and nowhere else.
 */
export async function reconcile(log: Log, scheduler: Scheduler): Promise<number> {
  const { pointers } = await log.pending(perRound)
  if (pointers.length > 0) await scheduler.enqueue(pointers)
  return pointers.length
}
