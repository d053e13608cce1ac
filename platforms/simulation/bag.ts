import type { Pointer } from '../../core/engine/log.ts'

/** A pointer to be run. */
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

// More than two at once show nothing that two do not, and would breed while they wait for room.
const mostCopies = 2

/** What the scheduler knows of: what waits, what runs, and what has failed for good. */
export class Bag {
  readonly #waiting = new Set<Work>()
  /** How many of each there are, waiting or running. */
  readonly #copies = new Map<string, number>()
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
    return this.#copiesOf(nameOf(pointer)) > 0
  }

  add(pointer: Pointer): void {
    this.#enter({ pointer, name: nameOf(pointer), attempt: 1, from: 0 })
  }

  /** Has somebody run what somebody runs already. */
  double(work: Work): void {
    this.#enter(work)
  }

  take(work: Work): void {
    this.#waiting.delete(work)
  }

  /** Puts back what was taken. */
  again(work: Work, from: number, attempt: number = work.attempt): void {
    this.#waiting.add({ ...work, from, attempt })
  }

  /** Forgets what was taken: it is done. */
  finish({ name }: Work): void {
    const left = this.#copiesOf(name) - 1
    if (left > 0) this.#copies.set(name, left)
    else this.#copies.delete(name)
  }

  fail(work: Work, error: string): void {
    this.finish(work)
    this.#failed.set(work.name, { pointer: work.pointer, error })
  }

  #enter(work: Work): void {
    const copies = this.#copiesOf(work.name)
    if (copies === mostCopies) return
    this.#copies.set(work.name, copies + 1)
    this.#waiting.add(work)
  }

  #copiesOf(name: string): number {
    return this.#copies.get(name) ?? 0
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
