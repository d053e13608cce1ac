/** All states that were ever seen, each under a number, in the order they were seen in: one row of words, one hash table. */
export class States {
  readonly #width: number
  readonly #state: Uint32Array
  #rows: Uint32Array
  #table = new Int32Array(1 << 12).fill(-1)
  #count = 0

  /** @param state where the state to be looked at is written */
  constructor(state: Uint32Array) {
    this.#state = state
    this.#width = state.length
    this.#rows = new Uint32Array(this.#width << 10)
  }

  get count(): number {
    return this.#count
  }

  /** The number of the state that is written there now; a new one gets the next. */
  number(): number {
    const mask = this.#table.length - 1
    let slot = this.#hash(this.#state, 0) & mask
    for (let id = this.#table[slot] as number; id !== -1; id = this.#table[slot] as number) {
      if (this.isWritten(id)) return id
      slot = (slot + 1) & mask
    }
    const id = this.#count++
    if (this.#count * this.#width > this.#rows.length) this.#rows = grown(this.#rows)
    this.#rows.set(this.#state, id * this.#width)
    this.#table[slot] = id
    if (this.#count * 2 > this.#table.length) this.#spread()
    return id
  }

  /** Writes a state there. */
  load(id: number): void {
    const at = id * this.#width
    for (let i = 0; i < this.#width; i++) this.#state[i] = this.#rows[at + i] as number
  }

  /** Whether it is that state which is written there. */
  isWritten(id: number): boolean {
    const at = id * this.#width
    for (let i = 0; i < this.#width; i++) if (this.#rows[at + i] !== this.#state[i]) return false
    return true
  }

  // FNV-1a over words, and a stir at the end: its low bits alone say too little of the high ones.
  #hash(words: Uint32Array, at: number): number {
    let hash = 0x811c9dc5
    for (let i = 0; i < this.#width; i++) hash = Math.imul(hash ^ (words[at + i] as number), 0x01000193) ^ (hash >>> 15)
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
    return hash ^ (hash >>> 13)
  }

  #spread(): void {
    this.#table = new Int32Array(this.#table.length * 2).fill(-1)
    const mask = this.#table.length - 1
    for (let id = 0; id < this.#count; id++) {
      let slot = this.#hash(this.#rows, id * this.#width) & mask
      while (this.#table[slot] !== -1) slot = (slot + 1) & mask
      this.#table[slot] = id
    }
  }
}

/** The same numbers, with room for as many more. */
export function grown<T extends Uint32Array | Int32Array>(numbers: T): T {
  const more = new (numbers.constructor as new (length: number) => T)(numbers.length * 2)
  more.set(numbers)
  return more
}
