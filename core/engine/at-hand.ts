import type { Pointer } from './log.ts'
import type { Handler, Scheduler } from './scheduler.ts'

/**
 * Runs the drains that a commit has to tell of at once, in its own process, while inboxes are short; all else is told to the
 * scheduler. An event that comes by itself is visible so much earlier, and costs one job less. Where inboxes are long, drains
 * are to wait for more to gather, and for their share of all workers.
 *
 * Whoever commits waits for its drains: so none is begun that a worker which is told to end does not finish. One that is
 * lost with its worker is found by the reconciler, as anything else that a scheduler loses.
 */
export const atHand = (far: Scheduler, run: Handler, areShort: () => boolean): Scheduler => ({
  enqueue: async (pointers) => {
    const short = areShort()
    const near = pointers.filter(({ kind }) => short && kind === 'sum')
    const rest = pointers.filter((pointer) => !near.includes(pointer))
    // Who cannot be told of the rest must not keep from the drains: the reconciler tells of it.
    const told = rest.length === 0 ? undefined : far.enqueue(rest).catch(() => {})
    const [done] = await Promise.all([Promise.all(near.map((pointer) => isDone(run, pointer))), told])
    const left = near.filter((_, i) => !done[i])
    if (left.length > 0) await far.enqueue(left)
  },
})

/** What fails here, or has no room, is tried again by the scheduler, which counts how often. */
async function isDone(run: Handler, pointer: Pointer): Promise<boolean> {
  try {
    return (await run(pointer, { last: false, deaths: 0 })).status === 'done'
  } catch {
    return false
  }
}
