import { isUtf8 } from 'node:buffer'
import type { RefusedRecord } from '../../core/contract/source-reader.ts'

/** One thing that came: a record, or why it is none. */
export interface Received {
  readonly text: string
  readonly refused: RefusedRecord | undefined
  readonly id: string | undefined
}

/** @param what is named in the error, such as `entry 5-0` */
export function received(bytes: Buffer, what: string, id: string | undefined): Received {
  if (isUtf8(bytes)) return { text: bytes.toString('utf8'), refused: undefined, id }
  return refusal(shown(bytes), `${what}, ${bytes.length} bytes, is no UTF-8`, id)
}

export const refusal = (record: string, error: string, id: string | undefined): Received => ({ text: '', refused: { record, error }, id })

const longestShown = 1000

/** Bytes as text, each that is none as `\xff`. */
function shown(bytes: Buffer): string {
  const text = [...bytes.subarray(0, longestShown)]
    .map((byte) =>
      byte === 0x5c ? '\\\\' : byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`,
    )
    .join('')
  return bytes.length > longestShown ? `${text}…` : text
}
