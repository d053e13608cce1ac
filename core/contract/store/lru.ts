/**
 * The entries that were used last, as many as there may be. A `Map` keeps the order in which its keys were put in, so one
 * that is taken out and put in again whenever it is used has the longest unused first: that is all there is to it, and core
 * needs no package.
 */
export class Lru<V> {
  readonly #most: number
  readonly #entries = new Map<unknown, V>()

  constructor(most: number) {
    this.#most = most
  }

  get(id: unknown): V | undefined {
    const found = this.#entries.get(id)
    if (found !== undefined) this.set(id, found)
    return found
  }

  set(id: unknown, value: V): void {
    this.#entries.delete(id)
    this.#entries.set(id, value)
    if (this.#entries.size <= this.#most) return
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest)
      return
    }
  }

  delete(id: unknown): void {
    this.#entries.delete(id)
  }
}
