import { json } from '../../core/codec/json.ts'
import { isWellFormed } from '../../core/codec/wellformed.ts'
import { messageOf, TanagerError } from '../../core/error.ts'

/** How an item becomes the content of a message: a function, or anything that can `encode`, such as the codec of the sink. */
export type RabbitmqEncode<T> = ((item: T) => string | Uint8Array) | { readonly encode: (item: T) => string }

export interface Content {
  readonly bytes: Buffer
  readonly type: string | undefined
}

/** Text as it is, bytes as they are, and everything else as JSON, unless there is something to encode with. */
export function contentOf<T>(item: T, encode: RabbitmqEncode<T> | undefined, place: number): Content {
  try {
    if (encode === undefined) return plainContent(item)
    const made: unknown = typeof encode === 'function' ? encode(item) : encode.encode(item)
    return { bytes: bytesOf(made), type: undefined }
  } catch (cause) {
    throw new TanagerError('encode', `item ${place} cannot become a message: ${messageOf(cause)}`, {
      value: item,
      ...(encode === undefined ? { remedy: 'Give encode: a function, or the codec of the sink' } : {}),
      cause,
    })
  }
}

function plainContent(item: unknown): Content {
  if (typeof item === 'string') return { bytes: bytesOf(item), type: 'text/plain' }
  if (item instanceof Uint8Array) return { bytes: bytesOf(item), type: 'application/octet-stream' }
  return { bytes: Buffer.from(json().encode(item)), type: 'application/json' }
}

function bytesOf(made: unknown): Buffer {
  if (made instanceof Uint8Array) return Buffer.from(made.buffer, made.byteOffset, made.byteLength)
  if (typeof made !== 'string')
    throw new TanagerError('encode', 'encode answers no text', { value: made, allowed: 'a string or a Uint8Array' })
  if (isWellFormed(made)) return Buffer.from(made)
  throw new TanagerError('encode', 'this is no text', { value: made, allowed: 'text without lone surrogates' })
}
