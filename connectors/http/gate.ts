/** How long an answer counts, in milliseconds. */
const fresh = 1_000
/** How long the target may take to answer before it is taken to be away, in milliseconds. */
const patience = 1_000

/**
 * Whether what stands behind the endpoint is there. A batch that is on its way to a Redis that is away waits there until
 * Redis is back, however long ago its request was answered: so while it is away, nothing more is sent.
 */
export class Gate {
  readonly #status: (() => Promise<unknown>) | undefined
  #asking: Promise<boolean> | undefined
  #away = false
  #heard = 0

  constructor(status: (() => Promise<unknown>) | undefined) {
    this.#status = status
  }

  /** As far as is known: it was asked, and has not answered yet. */
  get isShut(): boolean {
    return this.#away
  }

  /** Asks it, at most one question at a time. */
  async isThere(): Promise<boolean> {
    const status = this.#status
    if (status === undefined || Date.now() - this.#heard < fresh) return true
    if (this.#away) return false
    this.#asking ??= this.#ask(status)
    let timer: ReturnType<typeof setTimeout> | undefined
    const late = new Promise<false>((resolve) => {
      timer = setTimeout(() => {
        // Its answer, whenever it comes, opens the gate again.
        this.#away = this.#asking !== undefined
        resolve(false)
      }, patience)
    })
    const there = await Promise.race([this.#asking, late])
    clearTimeout(timer)
    return there
  }

  async #ask(status: () => Promise<unknown>): Promise<boolean> {
    try {
      await status()
      this.#heard = Date.now()
      return true
    } catch {
      return false
    } finally {
      this.#away = false
      this.#asking = undefined
    }
  }
}
