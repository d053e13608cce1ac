import type { OutputProgress, Stored } from '../log.ts'

/** What one write came to. */
export interface Written {
  /** Keys put or removed, or records given to a sink. */
  readonly rows: number
  /** Of what was put, keys and values, or of a sink's batch; text as UTF-8. */
  readonly bytes: number
}

/** What a merge writes. */
export function writtenBy(puts: readonly (readonly [key: string, value: Stored])[], removes: readonly string[]): Written {
  let bytes = 0
  for (const [key, value] of puts) bytes += bytesOf(key) + bytesOf(value)
  return { rows: puts.length + removes.length, bytes }
}

/** How many bytes it is, or text as UTF-8. Counted and not encoded: a drain asks this of thousands of short texts. */
export function bytesOf(value: Stored): number {
  if (typeof value !== 'string') return value.length
  let bytes = value.length
  for (let i = 0; i < value.length; i++) {
    const unit = value.charCodeAt(i)
    if (unit < 0x80) continue
    // Half of a pair is half of four bytes.
    bytes += unit < 0x800 || (unit & 0xf800) === 0xd800 ? 1 : 2
  }
  return bytes
}

/** What the partitions of a store come to. */
export function together(parts: readonly OutputProgress[]): OutputProgress {
  const times = parts.flatMap(({ lastWrite }) => (lastWrite === undefined ? [] : [lastWrite]))
  return {
    rows: parts.reduce((sum, { rows }) => sum + rows, 0),
    bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0),
    ...(times.length === 0 ? {} : { lastWrite: Math.max(...times) }),
  }
}
