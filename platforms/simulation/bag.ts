import type { Pointer } from '../../core/engine/log.ts'

/** A pointer to be run. */
export interface Work {
  readonly pointer: Pointer
  readonly name: string
  /** Which attempt the next one is, from 1. */
  readonly attempt: number
  /** It is not run before. */
  readonly from: number
  /** Whoever had it in hand is dead, and nobody has found out yet. */
  readonly left?: boolean
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
  /** What may be run now, in the order it came. */
  readonly #ready: Work[] = []
  /** What may not be run yet. Apart from the rest, since it is looked through at every step. */
  #later: Work[] = []
  /** How many of each there are, waiting or running. */
  readonly #copies = new Map<string, number>()
  readonly #failed = new Map<string, FailedWork>()

  due(now: number): readonly Work[] {
    if (this.#later.some(({ from }) => from <= now)) {
      this.#ready.push(...this.#later.filter(({ from }) => from <= now))
      this.#later = this.#later.filter(({ from }) => from > now)
    }
    return this.#ready
  }

  /** When the next of what waits may be run. */
  get next(): number {
    return this.#ready.length > 0 ? 0 : this.#later.reduce((least, { from }) => Math.min(least, from), Number.POSITIVE_INFINITY)
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

  /** Takes one of what is due. */
  take(work: Work): void {
    this.#ready.splice(this.#ready.indexOf(work), 1)
  }

  /** Puts back what was taken. */
  again(work: Work, from: number, attempt: number = work.attempt): void {
    this.#later.push({ ...work, from, attempt, left: false })
  }

  /** Puts back what was in the hands of somebody who is dead. */
  leave(work: Work, from: number): void {
    this.#later.push({ ...work, from, left: true })
  }

  /** Has it be found out at once who is dead. */
  findOut(): void {
    this.#later = this.#later.map((work) => (work.left === true ? { ...work, from: 0 } : work))
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
    this.#later.push(work)
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
