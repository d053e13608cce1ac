/** Where the endpoint is: somewhere else whenever it is started. */
export interface Endpoint {
  readonly keyed: string
  readonly plain: string
}

const headers = { 'content-type': 'text/plain' }

/** Sends beacons over HTTP. */
export class Callers {
  #endpoint: Promise<Endpoint>
  /** Of requests without a key: the beacon of each, and the answer; 0 for none. */
  readonly answers = new Map<string, number>()
  /** Of requests with one: how often each answer came. */
  readonly seen = new Map<number, number>()

  constructor(endpoint: Promise<Endpoint>) {
    this.#endpoint = endpoint
  }

  moved(endpoint: Promise<Endpoint>): void {
    this.#endpoint = endpoint
  }

  /** Sends a request again under its key until it is accepted, as callers should; and once more, if somebody is not sure. */
  async send(key: string, beacons: readonly string[], { twice }: { readonly twice: boolean }): Promise<void> {
    for (let left = twice ? 2 : 1; left > 0; ) {
      const { keyed } = await this.#endpoint
      const status = await post(keyed, beacons, { 'idempotency-key': key })
      this.seen.set(status, (this.seen.get(status) ?? 0) + 1)
      if (status === 202) left -= 1
      else if ([0, 429, 503].includes(status)) await new Promise((resolve) => setTimeout(resolve, 20))
      else throw new Error(`the request ${key} was answered with ${status}`)
    }
  }

  /** Sends one beacon, once, and writes down what became of it. */
  async try(beacon: string): Promise<void> {
    const { plain } = await this.#endpoint
    this.answers.set(beacon, await post(plain, [beacon], {}))
  }
}

async function post(url: string, beacons: readonly string[], more: Readonly<Record<string, string>>): Promise<number> {
  try {
    const answer = await fetch(`${url}/sources/beacons`, { method: 'POST', headers: { ...headers, ...more }, body: beacons.join('\n') })
    await answer.text()
    return answer.status
  } catch {
    return 0
  }
}
