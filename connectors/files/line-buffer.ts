import type { Lines } from '../../core/contract/source-reader.ts'
import { TanagerError } from '../../core/error.ts'

const released = Buffer.alloc(0)

/** Lines of a batch, as they stand in their files: copied once, to where they are sent from. */
export class LineBuffer {
  #bytes: Buffer
  /** The first is left free, as whoever takes them wants it. */
  #end = 1
  #units = 0
  #count = 0
  #isAscii = true
  #records: readonly string[] | undefined

  /** @param bytes to be used from the first on; others take their place if they are too few */
  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  /** What they were made in, for others. */
  release(): Buffer {
    const bytes = this.#bytes
    this.#bytes = released
    return bytes
  }

  /** @param lines whole ones, each with its line feed */
  add(lines: Buffer, count: number, isAscii: boolean): void {
    const end = this.#end + lines.length
    if (end > this.#bytes.length) this.#grow(end)
    lines.copy(this.#bytes, this.#end)
    this.#end = end
    this.#count += count
    this.#units += isAscii ? lines.length : unitsOf(lines)
    this.#isAscii &&= isAscii
  }

  get lines(): Lines {
    // The last line feed is behind the last line, and between no two.
    return { bytes: this.#bytes.subarray(0, this.#end - 1), length: this.#units - 1, count: this.#count }
  }

  /** @throws TanagerError `closed` if they were released before anybody asked */
  get records(): readonly string[] {
    this.#records ??= this.#cutApart()
    return this.#records
  }

  #cutApart(): readonly string[] {
    if (this.#bytes !== released) return this.#bytes.toString(this.#isAscii ? 'latin1' : 'utf8', 1, this.#end - 1).split('\n')
    throw new TanagerError('closed', 'the records of a batch are gone when it is acknowledged', { remedy: 'Look at them before that.' })
  }

  #grow(least: number): void {
    const bytes = Buffer.allocUnsafe(Math.max(least, this.#bytes.length * 2))
    this.#bytes.copy(bytes, 0, 0, this.#end)
    this.#bytes = bytes
  }
}

/** How many UTF-16 units UTF-8 comes to: one for each character, two where it has four bytes. */
function unitsOf(bytes: Buffer): number {
  let units = bytes.length
  for (let i = 0; i < bytes.length; i += 1) {
    const byte = bytes[i] as number
    if (byte < 0x80) continue
    if (byte < 0xc0) units -= 1
    else if (byte >= 0xf0) units += 1
  }
  return units
}
