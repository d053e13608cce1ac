import { isAscii, isUtf8 } from 'node:buffer'
import { type Filling, shownBytes } from './filling.ts'
import { type Cut, cutOf, type Framing, hasMark, lineFeed, nothing, type Unit } from './framing.ts'

export interface LinesOptions {
  /** Lines of nothing but white space are no records, and neither is the byte order mark before the first. */
  readonly skipBlank: boolean
  /** In bytes. */
  readonly longest: number
}

/**
 * A record is what stands between line feeds, as `wc`, `sort` and `awk` see it: a carriage return before the line feed is
 * part of it, and a line feed at the very end begins no further record.
 */
export function lines({ skipBlank, longest }: LinesOptions): Framing {
  return {
    lastEnd: (bytes, from, to) => {
      const last = bytes.subarray(from, to).lastIndexOf(lineFeed)
      return last === -1 ? -1 : from + last + 1
    },
    cut: (bytes, from, to, { isFirst }) => {
      if (from === to) return nothing
      const begin = skipBlank && isFirst && hasMark(bytes, from, to) ? from + 3 : from
      const isEnded = bytes[to - 1] === lineFeed
      const block = bytes.subarray(begin, to)
      const ascii = isAscii(block)
      // The usual case, a block at a time: what is done for each line apart is many times as slow.
      if (isEnded && begin === from && to - from <= longest && (ascii || isUtf8(block))) {
        return new Lines(block, ascii, skipBlank)
      }
      return cutOf([...(begin > from ? [{ bytes: begin - from }] : []), ...eachOf(block, skipBlank, longest)])
    },
  }
}

/** Whole lines of text, which nobody cuts apart but where a batch ends, or a line is blank. */
class Lines implements Cut {
  readonly bytes: number
  readonly #block: Buffer
  readonly #isAscii: boolean
  readonly #skipBlank: boolean
  #next = 0

  constructor(block: Buffer, isAscii: boolean, skipBlank: boolean) {
    this.bytes = block.length
    this.#block = block
    this.#isAscii = isAscii
    this.#skipBlank = skipBlank
  }

  get isEmpty(): boolean {
    return this.#next === this.#block.length
  }

  take(into: Filling): number {
    const block = this.#block
    const begin = this.#next
    let from = begin
    let next = begin
    let count = 0
    const give = () => {
      if (count > 0) into.addLines(block.subarray(from, next), count, this.#isAscii)
    }
    while (next < block.length) {
      const end = block.indexOf(lineFeed, next)
      if (this.#skipBlank && this.#isBlank(next, end)) {
        give()
        count = 0
        next = end + 1
        from = next
        continue
      }
      if (into.isFull(end - from - count, count + 1)) break
      count += 1
      next = end + 1
    }
    give()
    this.#next = next
    return next - begin
  }

  #isBlank(from: number, to: number): boolean {
    return from === to || ((this.#block[from] as number) <= 32 && isBlank(this.#block.toString('utf8', from, to)))
  }
}

// Most lines are told by their first character.
const isBlank = (line: string): boolean => line.length === 0 || (line.charCodeAt(0) <= 32 && line.trim() === '')

function* eachOf(block: Buffer, skipBlank: boolean, longest: number): Generator<Unit> {
  for (let from = 0; from < block.length; ) {
    const end = block.indexOf(lineFeed, from)
    const to = end === -1 ? block.length : end
    const next = end === -1 ? to : end + 1
    yield unitOf(block.subarray(from, to), next - from, skipBlank, longest)
    from = next
  }
}

function unitOf(line: Buffer, bytes: number, skipBlank: boolean, longest: number): Unit {
  if (line.length > longest) return { bytes, refused: tooLong(line, longest) }
  if (!isUtf8(line)) return { bytes, refused: { record: shownOf(line), error: noUtf8 } }
  const text = line.toString('utf8')
  return skipBlank && isBlank(text) ? { bytes } : { bytes, record: text }
}

export const noUtf8 = 'not UTF-8; each byte that is none is shown as U+FFFD'

export const shownOf = (bytes: Buffer): string => bytes.subarray(0, shownBytes).toString('utf8')

export const tooLong = (begin: Buffer, longest: number): { readonly record: string; readonly error: string } => ({
  record: shownOf(begin),
  error: `longer than ${longest} bytes; its beginning is shown`,
})
