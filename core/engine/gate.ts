/**
 * Keeps a batch that may bring its process down apart from all others in it: they run side by side, it runs alone, so that
 * whatever brings the process down then is its own doing.
 */
export class Gate {
  #together = 0
  #alone = false
  readonly #waiting: (() => void)[] = []
  readonly #begun = new Set<string>()

  /** Does what has this name, unless it is being done. */
  async once<A, B>(name: string, work: () => Promise<A>, otherwise: B): Promise<A | B> {
    if (this.#begun.has(name)) return otherwise
    this.#begun.add(name)
    try {
      return await work()
    } finally {
      this.#begun.delete(name)
    }
  }

  async together<A>(work: () => Promise<A>): Promise<A> {
    while (this.#alone) await this.#turn()
    this.#together += 1
    try {
      return await work()
    } finally {
      this.#together -= 1
      this.#wake()
    }
  }

  async alone<A>(work: () => Promise<A>): Promise<A> {
    while (this.#alone) await this.#turn()
    // From here on nobody else comes in; those who are in have to leave first.
    this.#alone = true
    try {
      while (this.#together > 0) await this.#turn()
      return await work()
    } finally {
      this.#alone = false
      this.#wake()
    }
  }

  #turn(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
    })
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake()
  }
}
