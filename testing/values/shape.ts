/** What a codec is made of, as far as its id tells. */
export type Shape =
  | { readonly kind: 'leaf'; readonly name: Leaf }
  | { readonly kind: 'tuple'; readonly parts: readonly Shape[] }
  | { readonly kind: 'struct'; readonly fields: readonly (readonly [name: string, shape: Shape])[] }
  | { readonly kind: 'option' | 'array' | 'record'; readonly part: Shape }
  | { readonly kind: 'map'; readonly key: Shape; readonly value: Shape }

const leaves = ['string', 'int', 'float', 'finite', 'bigint', 'boolean', 'json', 'bytes', 'date'] as const

export type Leaf = (typeof leaves)[number]

/** The part of an id that is none of ours: a codec made by hand, or from a schema. */
export interface Unknown {
  readonly kind: 'unknown'
  readonly id: string
}

/**
 * Reads the id of a codec: `struct(at:date,tags:array(string))`. The parts of a composed codec are nowhere else to be had,
 * and its id names them all, since it stands in fingerprints.
 */
export function shapeOf(codec: { readonly id: string; readonly version: number }): Shape | Unknown {
  if (codec.version !== 1) return { kind: 'unknown', id: `${codec.id}@${codec.version}` }
  const reader = new Reader(codec.id)
  try {
    const shape = reader.shape()
    return reader.atEnd ? shape : { kind: 'unknown', id: codec.id }
  } catch (thrown) {
    if (thrown instanceof Foreign) return { kind: 'unknown', id: thrown.id }
    throw thrown
  }
}

class Foreign extends Error {
  readonly id: string

  constructor(id: string) {
    super(id)
    this.id = id
  }
}

class Reader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  get atEnd(): boolean {
    return this.#at === this.#text.length
  }

  shape(): Shape {
    const start = this.#at
    const name = this.#match(/[A-Za-z]*/y)
    if (this.#ends() && (leaves as readonly string[]).includes(name)) return { kind: 'leaf', name: name as Leaf }
    if (this.#next() === '(') {
      switch (name) {
        case 'tuple':
          return { kind: name, parts: this.#list(start, () => this.shape()) }
        case 'struct':
          return { kind: name, fields: this.#list(start, () => this.#field()) }
        case 'option':
        case 'array':
        case 'record': {
          const [part, ...more] = this.#list(start, () => this.shape())
          if (part !== undefined && more.length === 0) return { kind: name, part }
          break
        }
        case 'map': {
          const [key, value, ...more] = this.#list(start, () => this.shape())
          if (key !== undefined && value !== undefined && more.length === 0) return { kind: name, key, value }
        }
      }
    }
    throw this.#foreign(start)
  }

  #field(): readonly [string, Shape] {
    const start = this.#at
    const name = this.#next() === '"' ? this.#match(/"(?:[^"\\]|\\.)*"/y) : this.#match(/[A-Za-z_$][\w$]*/y)
    if (name === '' || this.#next() !== ':') throw this.#foreign(start)
    this.#at += 1
    return [name.startsWith('"') ? JSON.parse(name) : name, this.shape()]
  }

  #list<A>(start: number, item: () => A): readonly A[] {
    this.#at += 1
    const items: A[] = []
    while (this.#next() !== ')') {
      if (items.length > 0) {
        if (this.#next() !== ',') throw this.#foreign(start)
        this.#at += 1
      }
      items.push(item())
    }
    this.#at += 1
    if (!this.#ends()) throw this.#foreign(start)
    return items
  }

  #next(): string {
    return this.#text[this.#at] ?? ''
  }

  #ends(): boolean {
    return ['', ',', ')'].includes(this.#next())
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0] ?? ''
    this.#at += found.length
    return found
  }

  /** All that stands where a codec of ours was looked for, to the comma or the bracket behind it. */
  #foreign(start: number): Foreign {
    let depth = 0
    let end = start
    for (; end < this.#text.length; end++) {
      const char = this.#text[end]
      if (depth === 0 && (char === ',' || char === ')')) break
      if (char === '(') depth += 1
      if (char === ')') depth -= 1
    }
    return new Foreign(this.#text.slice(start, end) || this.#text)
  }
}
