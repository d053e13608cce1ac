/** What a run leaves standing, cleared away in the opposite order, whatever has become of it. */
export class Rubble implements AsyncDisposable {
  readonly #clear: (() => unknown)[] = []

  add<T>(thing: T, clear: (thing: T) => unknown): T {
    this.#clear.push(() => clear(thing))
    return thing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (let clear = this.#clear.pop(); clear !== undefined; clear = this.#clear.pop()) {
      try {
        await clear()
      } catch (error) {
        console.error('while clearing up:', error)
      }
    }
  }
}
