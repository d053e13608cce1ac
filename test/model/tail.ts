import type { Cell, Cells } from './cells.ts'
import type { Action } from './machine.ts'
import type { Parts } from './parts.ts'
import type { Worker } from './worker.ts'

/**
 * A Redis that loses its last moments: once it writes down what it holds, and once, later, it dies and begins again with
 * that. Log and queue go back together, as they are in one Redis. Senders and workers do not: they go on with what they
 * have in hand, which may be of a time that never was. What is written between the two is at stake.
 *
 * @param end where, in the row of bytes, what Redis holds ends; it begins with it
 */
export function tailOf(cells: Cells, end: number) {
  const written = cells.row(end)
  const state = cells.cell()
  const [nothing, something, over] = [0, 1, 2]

  const write = () => {
    for (let at = 0; at < end; at++) written.set(at, cells.bytes[at] as number)
    state.now = something
  }

  const actions = ({ queue, jobs, story }: Parts, workers: readonly Worker[], mishaps: Cell): readonly Action[] => [
    {
      claim: () => -1,
      step: () => {
        if (state.now !== nothing || mishaps.now === 0) return false
        story.tell?.('Redis writes to disk')
        write()
        return true
      },
    },
    // Whoever had begun a job before may find it is still theirs, or that its lock has run out meanwhile.
    ...[false, true].map((locksHold) => ({
      claim: () => -1,
      step: () => {
        if (state.now !== something || mishaps.now === 0) return false
        story.tell?.(`Redis dies, and is again what it was on disk${locksHold ? ', locks and all' : ''}`)
        for (let at = 0; at < end; at++) {
          cells.bytes[at] = written.get(at)
          written.set(at, 0)
        }
        state.now = over
        mishaps.now -= 1
        const held = new Set<number>()
        for (const { isIdle, job, lost } of workers) {
          if (isIdle) continue
          if (locksHold && lost.now === 0 && queue.active.has(job.now)) held.add(job.now)
          else lost.now = 1
        }
        for (const job of jobs.in(queue.active)) if (!held.has(job)) queue.putBack(job)
        return true
      },
    })),
  ]
  return { write, actions, isAtStake: () => state.now === something }
}
