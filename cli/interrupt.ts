import { exitCodeOf, Quiet } from './fault.ts'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * What may come while we work: a signal that asks us to end, which gives time to leave things in order (the second does
 * not ask), or an error that nobody caught. Declare it with `using`.
 */
export class Interrupt implements Disposable {
  readonly #stop = new AbortController()
  readonly #listener: (signal: NodeJS.Signals) => void
  readonly #uncaught: (error: unknown) => void
  /** Rejects when it comes. */
  readonly happened: Promise<never>

  /** @param second what cannot be left undone when there is no more time */
  constructor(second: () => void = () => {}) {
    let reject: (reason: unknown) => void
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
    this.#uncaught = (error) => {
      this.#stop.abort()
      reject(error)
    }
    for (const signal of signals) process.on(signal, this.#listener)
    process.on('uncaughtException', this.#uncaught)
  }

  get signal(): AbortSignal {
    return this.#stop.signal
  }

  /** The work's answer, unless something comes before it is there. */
  before<A>(work: Promise<A>): Promise<A> {
    return Promise.race([work, this.happened])
  }

  [Symbol.dispose](): void {
    for (const signal of signals) process.off(signal, this.#listener)
    process.off('uncaughtException', this.#uncaught)
  }
}
