import type { Cell } from './cells.ts'
import type { Fault } from './configuration.ts'
import type { Action } from './machine.ts'
import type { Parts } from './parts.ts'
import type { Reconciler } from './reconciler.ts'
import type { Sender } from './sender.ts'
import { at, type Program, type Worker } from './worker.ts'

interface Victims {
  readonly workers: readonly Worker[]
  readonly senders: readonly Sender[]
  readonly reconciler: Reconciler
  readonly program: Program
}

/** What may go wrong, as long as there are mishaps left. Nobody has a claim to a fault. */
export function faultsOf(parts: Parts, { workers, senders, reconciler, program }: Victims, mishaps: Cell): readonly Action[] {
  const { configuration, jobs, log, queue, story } = parts
  const allJobs = Array.from({ length: jobs.count }, (_, job) => job)

  const kinds: Record<Exclude<Fault, 'tail'>, readonly (() => boolean)[]> = {
    crash: [
      ...workers.map((worker) => () => {
        if (worker.isIdle) return false
        story.tell?.(`${worker.who} dies; after a while ${jobs.name(worker.job.now)} is there for others`)
        if (worker.lost.now === 0) queue.putBack(worker.job.now)
        worker.rest()
        return true
      }),
      ...senders.map((sender) => () => sender.crash()),
      () => reconciler.crash(),
    ],
    stall: workers.map((worker) => () => {
      if (worker.isIdle || worker.lost.now === 1) return false
      story.tell?.(`${worker.who} stands still; ${jobs.name(worker.job.now)} is there for others`)
      queue.putBack(worker.job.now)
      worker.lost.now = 1
      return true
    }),
    lose: allJobs.map((job) => () => {
      if (!queue.has(job)) return false
      story.tell?.(`the queue loses ${jobs.name(job)}`)
      queue.forget(job)
      for (const worker of workers) if (!worker.isIdle && worker.job.now === job) worker.lost.now = 1
      return true
    }),
    again: allJobs.map((job) => () => {
      if (queue.has(job) || !couldBe(job)) return false
      story.tell?.(`the queue is told of ${jobs.name(job)} once more`)
      queue.add(job)
      return true
    }),
    resent: workers.map((worker) => () => {
      if (!log.isAtStake()) return false
      const step = worker.at.now === at.commitStage ? 'stage' : worker.at.now === at.commitSum ? 'sum' : undefined
      if (step === undefined || program[step](worker).status !== 'committed') return false
      story.tell?.(`${worker.who} commits what it has for ${jobs.name(worker.job.now)}, does not hear it, and will send it again`)
      worker.unheard.now = 1
      return true
    }),
    deaf: senders.flatMap((sender) => Array.from({ length: sender.batches }, (_, place) => () => sender.send(place, false))),
  }

  /** Whether somebody may have been told of it some time. */
  function couldBe(job: number): boolean {
    const pointer = jobs.get(job)
    return 'sequence' in pointer
      ? pointer.sequence <= log.stream(pointer.stream).head.now
      : pointer.position <= log.partition(pointer.partition).position.now
  }

  const possible = configuration.faults.flatMap((fault) => (fault === 'tail' ? [] : kinds[fault]))
  return possible.map((happen) => ({
    claim: () => -1,
    step: () => {
      if (mishaps.now === 0 || !happen()) return false
      mishaps.now -= 1
      return true
    },
  }))
}
