/** Wakes all who wait. */
export class Bell {
  #wake: () => void = () => {}
  #rung = this.#next()

  /** Settles when it is rung the next time. */
  get rung(): Promise<void> {
    return this.#rung
  }

  ring(): void {
    const wake = this.#wake
    this.#rung = this.#next()
    wake()
  }

  #next(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }
}
