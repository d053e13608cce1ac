import { type FSWatcher, watch } from 'node:fs'
import { Bell } from '../../core/contract/reader/bell.ts'

/**
 * Waits for a change in a folder. What the system tells of changes is a hint, to be quick: on some disks it tells nothing,
 * and sometimes too little. So nobody waits longer than the time after which one looks anyway.
 */
export class Hint {
  readonly #bell = new Bell()
  #watcher: FSWatcher | undefined
  #isRung = false

  constructor(folder: string) {
    try {
      this.#watcher = watch(folder, () => this.ring())
      this.#watcher.on('error', () => this.#watcher?.close())
    } catch {
      // Too many folders are watched already, or this one cannot be: it is looked at now and then.
    }
  }

  ring(): void {
    this.#isRung = true
    this.#bell.ring()
  }

  /** Until there is a hint, and `longest` at most. Hints before `shortest` wait until then, so that a busy folder costs no more. */
  async wait(shortest: number, longest: number, stop: Promise<void>): Promise<void> {
    const rung = this.#isRung ? Promise.resolve() : this.#bell.rung
    this.#isRung = false
    await within(longest, rung, stop)
    if (shortest > 0) await within(Math.min(shortest, longest), stop)
    this.#isRung = false
  }

  close(): void {
    this.#watcher?.close()
  }
}

/** Until one of them is settled, or the time is over. */
async function within(milliseconds: number, ...promises: readonly Promise<void>[]): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds)
  })
  try {
    await Promise.race([late, ...promises])
  } finally {
    clearTimeout(timer)
  }
}
