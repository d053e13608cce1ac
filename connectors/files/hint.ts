import { type FSWatcher, watch } from 'node:fs'

/**
 * Waits for a change in a folder. What the system tells of changes is a hint, to be quick: on some disks it tells nothing,
 * and sometimes too little. So nobody waits longer than the time after which one looks anyway.
 */
export class Hint {
  #watcher: FSWatcher | undefined
  #isRung = false
  #isClosed = false
  /** Ends the wait of whoever waits now, if a hint may. */
  #ring: () => void = () => {}
  /** Ends it in any case. */
  #stop: () => void = () => {}

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
    this.#ring()
  }

  /** Until there is a hint, and `longest` at most. Hints before `shortest` wait until then, so that a busy folder costs no more. */
  async wait(shortest: number, longest: number): Promise<void> {
    if (!this.#isRung) await this.#pause(longest, true)
    this.#isRung = false
    if (shortest > 0) await this.#pause(Math.min(shortest, longest), false)
    this.#isRung = false
  }

  /** Ends the wait, and all that come. */
  close(): void {
    this.#isClosed = true
    this.#watcher?.close()
    this.#stop()
  }

  async #pause(milliseconds: number, forHints: boolean): Promise<void> {
    if (this.#isClosed) return
    let timer: ReturnType<typeof setTimeout> | undefined
    await new Promise<void>((resolve) => {
      timer = setTimeout(resolve, milliseconds)
      this.#stop = resolve
      this.#ring = forHints ? resolve : () => {}
    })
    clearTimeout(timer)
  }
}
