import { isUtf8 } from 'node:buffer'
import type { ConsumeMessage } from 'amqplib'
import type { RefusedRecord } from '../../core/contract/source-reader.ts'

/** One message, read; its bytes, which may be part of far more that was received at once, are let go. */
export interface Received {
  readonly text: string
  /** Why it is no record, if it is none. */
  readonly refused: RefusedRecord | undefined
  readonly id: string | undefined
}

export function received({ content, properties }: ConsumeMessage): Received {
  const { messageId } = properties as { readonly messageId?: unknown }
  const id = typeof messageId === 'string' && messageId !== '' ? messageId : undefined
  if (isUtf8(content)) return { text: content.toString('utf8'), refused: undefined, id }
  const known = id === undefined ? '' : ` of message ${JSON.stringify(id)}`
  const { contentEncoding } = properties as { readonly contentEncoding?: unknown }
  const packed = typeof contentEncoding === 'string' ? `; its content encoding is ${JSON.stringify(contentEncoding)}` : ''
  return { text: '', refused: { record: shown(content), error: `the content${known}, ${content.length} bytes, is no UTF-8${packed}` }, id }
}

const longestShown = 1000

/** Bytes as text, each that is none as `\xff`. */
function shown(content: Buffer): string {
  const text = [...content.subarray(0, longestShown)]
    .map((byte) =>
      byte === 0x5c ? '\\\\' : byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`,
    )
    .join('')
  return content.length > longestShown ? `${text}…` : text
}
