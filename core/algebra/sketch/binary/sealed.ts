import { bytes as base64 } from '../../../codec/bytes.ts'
import { type Codec, cannotEncode, type Json, of, refuse } from '../../../codec/codec.ts'
import { checksum } from './checksum.ts'
import { Reader, Unreadable } from './reader.ts'
import { Writer } from './writer.ts'

export interface SealedSpec<V> {
  readonly id: string
  /** One letter for the kind of sketch: the first of its bytes. */
  readonly letter: string
  readonly version: number
  /** Whether this is a value of the sketch at all. Quick: what it is made of is trusted. */
  readonly is: (value: unknown) => boolean
  readonly write: (value: V, to: Writer) => void
  /** Takes all there is, and nothing that `write` would have written otherwise. */
  readonly read: (from: Reader) => V
  /** A value made of a single input, in JSON: it must be quick, since each record's value is looked at by itself. */
  readonly single: {
    readonly toJson: (value: V) => Json | undefined
    readonly fromJson: (json: Json) => V | undefined
  }
}

/** Letter and version before, the checksum behind. */
const frameLength = 6

/**
 * The codec of a sketch. Its bytes are a letter, a version, the sketch and a checksum of all that, so that what was cut,
 * damaged, written by something else or by a newer version is refused, and never taken for another number. Its text is
 * the base64 of the bytes.
 */
export function sealed<V>(spec: SealedSpec<V>): Codec<V> {
  const { id, single } = spec
  const checked = (value: V): V => {
    if (!spec.is(value)) throw cannotEncode(id, value, 'what its prepare and concat have made')
    return value
  }
  const toBytes = (value: V): Uint8Array => {
    checked(value)
    const writer = new Writer()
    writer.byte(spec.letter.charCodeAt(0))
    writer.byte(spec.version)
    spec.write(value, writer)
    const { length } = writer.written
    writer.word(checksum(writer.written, length))
    return writer.written.slice()
  }
  const fromBytes = (bytes: Uint8Array): V => unseal(spec, bytes)
  const encode = (value: V) => base64.encode(toBytes(value))
  const decode = (text: string) => fromBytes(base64.decode(text))
  return of<V>({
    id,
    version: spec.version,
    encode,
    decode,
    toJson: (value) => single.toJson(checked(value)) ?? encode(value),
    fromJson: (json) => {
      const value = single.fromJson(json)
      if (value !== undefined) return value
      return typeof json === 'string' ? decode(json) : refuse(id, json, 'a single input, or base64')
    },
    binary: { toBytes, fromBytes },
  })
}

function unseal<V>({ id, letter, version, read }: SealedSpec<V>, bytes: Uint8Array): V {
  const end = bytes.length - 4
  const given = `${bytes.length} bytes`
  if (bytes.length < frameLength) return refuse(id, given, `at least ${frameLength} bytes`)
  const reader = new Reader(bytes, end)
  const first = reader.byte()
  if (first !== letter.charCodeAt(0)) {
    return refuse(id, `${given}, the first of them ${first}`, `bytes that begin with ${letter.charCodeAt(0)}, which is ${letter}`)
  }
  const written = reader.byte()
  if (written !== version) {
    const hint = written > version ? ' (a newer tanager has written this, or it is damaged)' : ''
    return refuse(id, `${given} of version ${written}`, `version ${version}${hint}`)
  }
  const sum = new DataView(bytes.buffer, bytes.byteOffset + end).getUint32(0, true)
  if (sum !== checksum(bytes, end)) return refuse(id, given, 'bytes that agree with their checksum; these are damaged or cut')
  try {
    const value = read(reader)
    if (reader.left > 0) return refuse(id, `${given}, of which ${reader.left} are too many`, 'the bytes of one sketch')
    return value
  } catch (cause) {
    if (cause instanceof Unreadable) return refuse(id, given, cause.allowed, cause)
    throw cause
  }
}
