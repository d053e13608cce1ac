const most = 4096

/**
 * The variables of a model, laid out in one row of bytes: a state is a copy of the row, and two states are the same if
 * their bytes are. Whoever leaves a variable behind sets it to zero, or states that differ in nothing would be told apart.
 */
export class Cells {
  readonly bytes = new Uint8Array(most)
  #size = 0

  /** How many bytes are in use, in whole words of four. */
  get size(): number {
    return (this.#size + 3) & ~3
  }

  /** Where the next variable will be. */
  get end(): number {
    return this.#size
  }

  cell(): Cell {
    return new Cell(this.bytes, this.#take(1))
  }

  row(length: number): Row {
    return new Row(this.bytes, this.#take(length), length)
  }

  list(capacity: number): List {
    return new List(this.bytes, this.#take(capacity + 1), capacity)
  }

  bits(count: number): Bits {
    const length = (count + 7) >> 3
    return new Bits(this.bytes, this.#take(length), length)
  }

  #take(length: number): number {
    const at = this.#size
    this.#size += length
    if (this.#size > most) throw new Error(`a state of this model needs more than ${most} bytes`)
    return at
  }
}

/** One small number. */
export class Cell {
  readonly #bytes: Uint8Array
  readonly #at: number

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes
    this.#at = at
  }

  get now(): number {
    return this.#bytes[this.#at] as number
  }

  set now(value: number) {
    this.#bytes[this.#at] = value
  }
}

/** Small numbers, by place from 0. */
export class Row {
  readonly length: number
  readonly #bytes: Uint8Array
  readonly #at: number

  constructor(bytes: Uint8Array, at: number, length: number) {
    this.#bytes = bytes
    this.#at = at
    this.length = length
  }

  get(place: number): number {
    return this.#bytes[this.#at + place] as number
  }

  set(place: number, value: number): void {
    if (place >= this.length) throw new Error('the model has no room for this many')
    this.#bytes[this.#at + place] = value
  }

  get isZero(): boolean {
    for (let i = 0; i < this.length; i++) if (this.#bytes[this.#at + i] !== 0) return false
    return true
  }
}

/** Small numbers, one after the other. */
export class List {
  readonly #bytes: Uint8Array
  readonly #at: number
  readonly #capacity: number

  constructor(bytes: Uint8Array, at: number, capacity: number) {
    this.#bytes = bytes
    this.#at = at
    this.#capacity = capacity
  }

  get length(): number {
    return this.#bytes[this.#at] as number
  }

  get(place: number): number {
    return this.#bytes[this.#at + 1 + place] as number
  }

  push(value: number): void {
    const length = this.length
    if (length === this.#capacity) throw new Error('the model has no room for this many')
    this.#bytes[this.#at] = length + 1
    this.#bytes[this.#at + 1 + length] = value
  }

  /** Takes the first ones out; more than there are is all there are. */
  drop(count: number): void {
    const length = this.length
    const left = Math.max(0, length - count)
    for (let i = 0; i < length; i++) this.#bytes[this.#at + 1 + i] = i < left ? this.get(i + count) : 0
    this.#bytes[this.#at] = left
  }

  /** Becomes a copy of the first `count` of another, or of all of it. */
  copy(other: List, count: number = other.length): void {
    this.clear()
    const length = Math.min(count, other.length)
    for (let i = 0; i < length; i++) this.push(other.get(i))
  }

  clear(): void {
    for (let i = this.length; i >= 0; i--) this.#bytes[this.#at + i] = 0
  }
}

/** A set of small numbers. */
export class Bits {
  readonly #bytes: Uint8Array
  readonly #at: number
  readonly #length: number

  constructor(bytes: Uint8Array, at: number, length: number) {
    this.#bytes = bytes
    this.#at = at
    this.#length = length
  }

  has(member: number): boolean {
    return ((this.#bytes[this.#at + (member >> 3)] as number) & (1 << (member & 7))) !== 0
  }

  add(member: number): void {
    if (member >> 3 >= this.#length) throw new Error('the model has no room for this many')
    this.#bytes[this.#at + (member >> 3)] = (this.#bytes[this.#at + (member >> 3)] as number) | (1 << (member & 7))
  }

  /** Whether it was there. */
  delete(member: number): boolean {
    if (!this.has(member)) return false
    this.#bytes[this.#at + (member >> 3)] = (this.#bytes[this.#at + (member >> 3)] as number) & ~(1 << (member & 7))
    return true
  }

  get isEmpty(): boolean {
    for (let i = 0; i < this.#length; i++) if (this.#bytes[this.#at + i] !== 0) return false
    return true
  }

  clear(): void {
    for (let i = 0; i < this.#length; i++) this.#bytes[this.#at + i] = 0
  }
}
