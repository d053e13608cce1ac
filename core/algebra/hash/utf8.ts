import { isWellFormed } from '../../codec/wellformed.ts'
import { TanagerError } from '../../error.ts'

/** Text as UTF-8, in memory that the next text may take over. */
export interface Utf8 {
  bytes: Uint8Array
  length: number
}

const encoder = new TextEncoder()
// Up to here the loop is quicker than the call into the encoder.
const short = 48
// Longer text gets memory of its own: what is kept for ever should be small.
const kept = 1 << 14
const shared: Utf8 = { bytes: new Uint8Array(3 * kept), length: 0 }

/**
 * The UTF-8 of a text, without allocating for any text of a usual length. To be used up before the next call.
 *
 * @throws TanagerError `encode` for a lone surrogate: it has no UTF-8, and all of them would be counted as one.
 */
export function utf8(text: string): Utf8 {
  const { length } = text
  if (length > short) return long(text)
  const { bytes } = shared
  let at = 0
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i)
    if (unit < 0x80) {
      bytes[at++] = unit
    } else if (unit < 0x800) {
      bytes[at++] = 0xc0 | (unit >>> 6)
      bytes[at++] = 0x80 | (unit & 0x3f)
    } else if ((unit & 0xf800) !== 0xd800) {
      bytes[at++] = 0xe0 | (unit >>> 12)
      bytes[at++] = 0x80 | ((unit >>> 6) & 0x3f)
      bytes[at++] = 0x80 | (unit & 0x3f)
    } else {
      const next = text.charCodeAt(++i)
      if (unit > 0xdbff || (next & 0xfc00) !== 0xdc00) throw torn(text)
      const point = 0x10000 + ((unit & 0x3ff) << 10) + (next & 0x3ff)
      bytes[at++] = 0xf0 | (point >>> 18)
      bytes[at++] = 0x80 | ((point >>> 12) & 0x3f)
      bytes[at++] = 0x80 | ((point >>> 6) & 0x3f)
      bytes[at++] = 0x80 | (point & 0x3f)
    }
  }
  shared.length = at
  return shared
}

function long(text: string): Utf8 {
  if (!isWellFormed(text)) throw torn(text)
  if (text.length > kept) {
    const bytes = encoder.encode(text)
    return { bytes, length: bytes.length }
  }
  shared.length = encoder.encodeInto(text, shared.bytes).written
  return shared
}

function torn(text: string): TanagerError {
  return new TanagerError('encode', 'this text cannot be hashed', { value: text, allowed: 'text without lone surrogates' })
}
