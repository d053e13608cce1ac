const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Bytes that are not what they should be; the codec that meets it says whose they were. */
export class Unreadable extends Error {
  readonly allowed: string

  constructor(allowed: string) {
    super(allowed)
    this.allowed = allowed
  }
}

/** Throws unless what was read is as it must be: there is one way to write a value, and no other is read. */
export function must(holds: boolean, allowed: string): asserts holds {
  if (!holds) throw new Unreadable(allowed)
}

/** Takes bytes one after the other, never one that is not there. */
export class Reader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #end: number
  #at = 0

  constructor(bytes: Uint8Array, end: number) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#end = end
  }

  byte(): number {
    return this.#bytes[this.#take(1)] as number
  }

  count(): number {
    let value = 0
    let weight = 1
    for (let read = 0; read < 8; read++) {
      const byte = this.byte()
      value += (byte & 127) * weight
      if (byte < 128) {
        must(read === 0 || byte > 0, 'whole numbers without a zero at their end')
        must(value <= Number.MAX_SAFE_INTEGER, `whole numbers up to ${Number.MAX_SAFE_INTEGER}`)
        return value
      }
      weight *= 128
    }
    throw new Unreadable('whole numbers of at most eight bytes')
  }

  /** How many parts of at least so many bytes come next: never more than there are bytes left for. */
  length(bytesEach: number): number {
    const length = this.count()
    must(length * bytesEach <= this.left, 'as many parts as announced')
    return length
  }

  signed(): number {
    const value = this.count()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  float(): number {
    return this.#view.getFloat64(this.#take(8), true)
  }

  /** A float as a sketch keeps it: finite, and zero without a sign. */
  finite(): number {
    const value = this.float()
    must(Number.isFinite(value) && !Object.is(value, -0), 'finite numbers, and 0 without a sign')
    return value
  }

  word(): number {
    return this.#view.getUint32(this.#take(4), true)
  }

  text(): string {
    const length = this.length(1)
    const from = this.#take(length)
    try {
      return decoder.decode(this.#bytes.subarray(from, from + length))
    } catch {
      throw new Unreadable('text in UTF-8')
    }
  }

  raw(length: number): Uint8Array {
    const from = this.#take(length)
    return this.#bytes.slice(from, from + length)
  }

  get left(): number {
    return this.#end - this.#at
  }

  #take(length: number): number {
    must(length <= this.left, 'as many bytes as were written')
    const from = this.#at
    this.#at += length
    return from
  }
}
