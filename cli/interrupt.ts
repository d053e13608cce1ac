import { exitCodeOf, Quiet } from './fault.ts'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * The wish that we end: the first signal asks for it, and gives time to leave things in order; the second does not ask.
 * Declare it with `using`.
 */
export class Interrupt implements Disposable {
  readonly #stop = new AbortController()
  readonly #listener: (signal: NodeJS.Signals) => void
  /** Rejects when the first signal comes. */
  readonly happened: Promise<never>

  /** @param second what cannot be left undone when there is no more time */
  constructor(second: () => void = () => {}) {
    let reject: (reason: Quiet) => void
    this.happened = new Promise((_, rejected) => {
      reject = rejected
    })
    // It may come when nobody waits for it any more.
    this.happened.catch(() => {})
    this.#listener = (signal) => {
      if (this.#stop.signal.aborted) {
        second()
        process.exit(exitCodeOf(signal))
      }
      this.#stop.abort()
      reject(new Quiet(exitCodeOf(signal)))
    }
    for (const signal of signals) process.on(signal, this.#listener)
  }

  get signal(): AbortSignal {
    return this.#stop.signal
  }

  /** The work's answer, unless we are asked to end before it is there. */
  before<A>(work: Promise<A>): Promise<A> {
    return Promise.race([work, this.happened])
  }

  [Symbol.dispose](): void {
    for (const signal of signals) process.off(signal, this.#listener)
  }
}
