import type { Pointer } from '../../core/engine/log.ts'

/** A pointer that waits to be run. */
export interface Work {
  readonly pointer: Pointer
  readonly name: string
  /** Which attempt the next one is, from 1. */
  readonly attempt: number
  /** It is not run before. */
  readonly from: number
}

/** A pointer that was tried as often as it may be. */
export interface FailedWork {
  readonly pointer: Pointer
  readonly error: string
}

/** What the scheduler knows of: what waits, what runs, and what failed for good. */
export class Bag {
  readonly #waiting = new Set<Work>()
  readonly #running: Work[] = []
  readonly #failed = new Map<string, FailedWork>()

  get waiting(): readonly Work[] {
    return [...this.#waiting]
  }

  get failed(): readonly FailedWork[] {
    return [...this.#failed.values()]
  }

  hasFailed(pointer: Pointer): boolean {
    return this.#failed.has(nameOf(pointer))
  }

  /** Whether it waits or runs. */
  knows(pointer: Pointer): boolean {
    const name = nameOf(pointer)
    return [...this.#waiting, ...this.#running].some((work) => work.name === name)
  }

  add(pointer: Pointer): void {
    this.#waiting.add({ pointer, name: nameOf(pointer), attempt: 1, from: 0 })
  }

  take(work: Work): void {
    this.#waiting.delete(work)
    this.#running.push(work)
  }

  /** Forgets that somebody runs this. */
  release(work: Work): void {
    const at = this.#running.indexOf(work)
    if (at !== -1) this.#running.splice(at, 1)
  }

  again(work: Work, from: number, attempt: number = work.attempt): void {
    this.#waiting.add({ ...work, from, attempt })
  }

  fail({ name, pointer }: Work, error: string): void {
    this.#failed.set(name, { pointer, error })
  }
}

export function nameOf(pointer: Pointer): string {
  switch (pointer.kind) {
    case 'stage':
      return `stage ${pointer.stream} ${pointer.sequence}`
    case 'sum':
      return `sum ${pointer.store} ${pointer.partition} at ${pointer.position}`
    case 'sink':
      return `sink ${pointer.sink} ${pointer.sequence}`
  }
}
