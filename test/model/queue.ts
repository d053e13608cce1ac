import type { Bits, Cells } from './cells.ts'

/**
 * BullMQ, as far as it can be relied on: a job of a name that is there, waiting or active, is not added again; one that
 * is done is forgotten, and its name is free. In which order jobs are run is anybody's guess.
 */
export class Queue {
  readonly waiting: Bits
  readonly active: Bits

  constructor(cells: Cells, jobs: number) {
    this.waiting = cells.bits(jobs)
    this.active = cells.bits(jobs)
  }

  has(job: number): boolean {
    return this.waiting.has(job) || this.active.has(job)
  }

  add(job: number): void {
    if (!this.has(job)) this.waiting.add(job)
  }

  /** Somebody begins it. */
  take(job: number): void {
    this.waiting.delete(job)
    this.active.add(job)
  }

  /** Whoever had it comes back later, or never: it waits again. */
  putBack(job: number): void {
    this.active.delete(job)
    this.waiting.add(job)
  }

  forget(job: number): void {
    this.waiting.delete(job)
    this.active.delete(job)
  }
}
