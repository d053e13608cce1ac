import { type Codec, refuse } from '../../codec/codec.ts'
import { must, Reader, Unreadable } from '../sketch/binary/reader.ts'
import { Writer } from '../sketch/binary/writer.ts'

/** How a value is taken apart for bytes. */
export interface Packing<V> {
  /** Which of the forms it may have this one has. */
  readonly formOf: (value: V) => number
  /** The codecs of the parts of each form. */
  readonly forms: readonly (readonly Codec<unknown>[])[]
  readonly partsOf: (value: V) => readonly unknown[]
  readonly whole: (parts: readonly unknown[], form: number) => V
}

const letter = 'P'.charCodeAt(0)
const version = 1

/**
 * The codec of values that hold others, with bytes for stores if one of those has bytes: a sketch inside keeps its size, and
 * does not become base64. A letter, a version, the form, then each part with its length: its own bytes, or else its text.
 */
export function packed<V>(codec: Codec<V>, { formOf, forms, partsOf, whole }: Packing<V>): Codec<V> {
  if (forms.every((parts) => parts.every((part) => part.binary === undefined))) return codec
  const toBytes = (value: V): Uint8Array => {
    const form = formOf(value)
    const writer = new Writer()
    for (const byte of [letter, version, form]) writer.byte(byte)
    const values = partsOf(value)
    for (const [i, part] of (forms[form] as readonly Codec<unknown>[]).entries()) {
      if (part.binary === undefined) writer.text(part.encode(values[i]))
      else {
        const bytes = part.binary.toBytes(values[i])
        writer.count(bytes.length)
        writer.raw(bytes)
      }
    }
    return writer.written.slice()
  }
  const read = (reader: Reader): V => {
    must(reader.byte() === letter, 'bytes that begin with 80, which is P')
    must(reader.byte() === version, `version ${version} (a newer tanager has written this, or it is damaged)`)
    const form = reader.byte()
    const parts = forms[form]
    must(parts !== undefined, `a form from 0 to ${forms.length - 1}`)
    const values = parts.map((part) =>
      part.binary === undefined ? part.decode(reader.text()) : part.binary.fromBytes(reader.raw(reader.length(1))),
    )
    must(reader.left === 0, 'nothing behind the last part')
    return whole(values, form)
  }
  const fromBytes = (bytes: Uint8Array): V => {
    try {
      return read(new Reader(bytes, bytes.length))
    } catch (cause) {
      if (cause instanceof Unreadable) return refuse(codec.id, `${bytes.length} bytes`, cause.allowed, cause)
      throw cause
    }
  }
  return Object.freeze({ ...codec, binary: { toBytes, fromBytes } })
}
