/** Who runs tasks, and what becomes of it when it dies. */
export interface Owner {
  readonly who: string
  /** All it was doing is forgotten. */
  readonly crash: () => void
}

/** Asynchronous code that runs from one wait to the next while nothing else does: this is what makes a run repeatable. */
export class Task {
  readonly owner: Owner
  #pause: () => void = () => {}
  #over = false

  constructor(owner: Owner) {
    this.owner = owner
  }

  /** Lets the task go on; settles when it waits again, or is over. */
  go(on: () => void): Promise<void> {
    return new Promise((resolve) => {
      this.#pause = resolve
      on()
      if (this.#over) resolve()
    })
  }

  /** Runs a task from its beginning to its first wait. */
  start<T>(body: () => Promise<T>, done: (result: T) => void, failed: (error: unknown) => void): Promise<void> {
    return this.go(() => {
      void body()
        .then(done, failed)
        .finally(() => {
          this.#over = true
          this.#pause()
        })
    })
  }

  /** Called by whatever the task waits for. */
  pause(): void {
    this.#pause()
  }
}
