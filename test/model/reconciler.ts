import type { Bits, Cells } from './cells.ts'
import type { Parts } from './parts.ts'

/** Looks for what is not done, then tells the queue of it: `reconcile.ts` over `pending.ts`. */
export class Reconciler {
  readonly #parts: Parts
  readonly found: Bits

  constructor(cells: Cells, parts: Parts) {
    this.#parts = parts
    this.found = cells.bits(parts.jobs.count)
  }

  /** Not again before it has told. */
  look(): boolean {
    if (!this.found.isEmpty) return false
    const { jobs, story } = this.#parts
    const jobsFound = this.find()
    story.tell?.(`the reconciler finds ${jobs.names(jobsFound)}`)
    for (const job of jobsFound) this.found.add(job)
    return jobsFound.length > 0
  }

  find(): readonly number[] {
    const { configuration, queue } = this.#parts
    return configuration.reconciler === 'whole' ? this.pending() : this.pending().filter((job) => !queue.has(job))
  }

  pending(): readonly number[] {
    const { log, jobs } = this.#parts
    return log.pending().map((pointer) => jobs.of(pointer))
  }

  tell(): boolean {
    if (this.found.isEmpty) return false
    this.#parts.tell('the reconciler', this.found)
    return true
  }

  crash(): boolean {
    if (this.found.isEmpty) return false
    this.#parts.story.tell?.('the reconciler dies')
    this.found.clear()
    return true
  }
}
