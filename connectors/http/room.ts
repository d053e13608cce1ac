import { Problem } from './problem.ts'

/** How much is in hand at one time, of all requests: what keeps many large or slow ones from filling the memory. */
export class Room {
  readonly #requests: number
  readonly #held: number
  readonly #retryAfter: number
  #inHand = 0
  #bytes = 0

  constructor(requests: number, held: number, retryAfter: number) {
    this.#requests = requests
    this.#held = held
    this.#retryAfter = retryAfter
  }

  /** Takes a request in, or refuses it. */
  enter(): Held {
    if (this.#inHand >= this.#requests) throw this.#full(`${this.#requests} requests are in hand already`)
    this.#inHand += 1
    let own = 0
    let left = false
    return {
      add: (bytes) => {
        if (this.#bytes + bytes > this.#held) throw this.#full('the requests in hand are too much together')
        this.#bytes += bytes
        own += bytes
      },
      leave: () => {
        if (left) return
        left = true
        this.#inHand -= 1
        this.#bytes -= own
      },
    }
  }

  #full(what: string): Problem {
    return new Problem(503, what, {
      remedy: 'Nothing was accepted. Send it again later.',
      headers: { 'retry-after': String(this.#retryAfter) },
    })
  }
}

/** The room that one request takes. */
export interface Held {
  readonly add: (bytes: number) => void
  readonly leave: () => void
}
