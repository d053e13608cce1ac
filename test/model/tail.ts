import type { Cell, Cells } from './cells.ts'
import type { Action } from './machine.ts'
import type { Parts } from './parts.ts'
import type { Mutate } from './protocol.ts'
import { at, type Worker } from './worker.ts'

/**
 * A Redis that loses its last moments: once it writes down what it holds, and once, later, it dies and begins again with
 * that. Log and queue go back together, as they are in one Redis. Senders and workers do not: they go on with what they
 * have in hand, which may be of a time that never was.
 *
 * @param end where, in the row of bytes, what Redis holds ends; it begins with it
 */
export function tailOf(cells: Cells, end: number) {
  const written = cells.row(end)
  const state = cells.cell()
  const [nothing, something, over] = [0, 1, 2]

  return ({ queue, jobs, story }: Parts, workers: readonly Worker[], mishaps: Cell): readonly Action[] => [
    {
      claim: () => -1,
      step: () => {
        if (state.now !== nothing || mishaps.now === 0) return false
        story.tell?.('Redis writes to disk')
        for (let at = 0; at < end; at++) written.set(at, cells.bytes[at] as number)
        state.now = something
        return true
      },
    },
    {
      claim: () => -1,
      step: () => {
        if (state.now !== something || mishaps.now === 0) return false
        story.tell?.('Redis dies, and is again what it was on disk')
        for (let at = 0; at < end; at++) {
          cells.bytes[at] = written.get(at)
          written.set(at, 0)
        }
        state.now = over
        mishaps.now -= 1
        // Nobody renews the locks of that time.
        for (const job of jobs.in(queue.active)) queue.putBack(job)
        for (const worker of workers) if (!worker.isIdle) worker.lost.now = 1
        return true
      },
    },
  ]
}

// Two batches take the low half of a byte; the high half is free for a stamp.
const low = 0x0f

/** What a commit asks for besides, once things are stamped. */
export type Asked = 'batch' | 'values' | 'inbox'
export const allAsked: readonly Asked[] = ['batch', 'values', 'inbox']

/**
 * What would keep what is left counted once: whatever is written down is stamped, each time anew, and who commits says
 * which stamp they have read. After Redis has gone back, a batch of the same number, or an entry at the same position,
 * may be another.
 *
 * batch   is the batch the one that was read?
 * values  were they read at the position the inbox was read at? One that has moved on may go back, and hide that.
 * inbox   is the last entry the one that was read? All before it was there when it was added.
 */
export const stamped =
  (asked: readonly Asked[]): Mutate =>
  ({ log, program }, cells) => {
    // Of no Redis, and so never taken back: in a program, enough random bits.
    const stamps = cells.cell()
    const stamp = (bag: number) => {
      stamps.now += 1
      if (stamps.now > low) throw new Error('the model has no more stamps')
      return (bag & low) | (stamps.now << 4)
    }
    const enter = log.enter.bind(log)
    log.enter = (stream, batch) => enter(stream, stamp(batch))
    const push = log.push.bind(log)
    log.push = (place, sequence, adds) => push(place, sequence, (partition) => stamp(adds(partition)))
    const merged = program.merged.bind(program)
    program.merged = (worker) => {
      const values = merged(worker)
      const sum = values.get(0)
      values.clear()
      values.push(sum & low)
      return values
    }

    /** Goes on if what was read is still there, else does as whoever comes too late. */
    const onlyIf = (what: Asked, step: number, isThere: (worker: Worker) => boolean) => {
      if (!asked.includes(what)) return
      const goOn = program.steps[step] as (worker: Worker) => void
      program.steps[step] = (worker) => {
        if (isThere(worker)) return goOn(worker)
        worker.forget()
        worker.at.now = at.finish
      }
    }
    onlyIf('batch', at.commitStage, (worker) => {
      const { stream, sequence } = program.stageOf(worker)
      return log.read(log.stream(stream), sequence) === worker.batch.now
    })
    onlyIf('values', at.readValues, (worker) => log.isAt(program.partitionOf(worker), worker.position.now))
    onlyIf('inbox', at.commitSum, (worker) => {
      const last = worker.entries.length - 1
      return program.partitionOf(worker).inbox.get(last) === worker.entries.get(last)
    })
  }
