import type { Codec, Json } from '../../../core/codec/codec.ts'
import { messageOf } from '../../../core/error.ts'
import { copyOf } from '../../compare/copy.ts'
import { same } from '../../compare/same.ts'
import { shown, written } from '../../compare/shown.ts'
import { broken, first, holds, type Law, type Verdict } from '../law.ts'

type Same<A> = (a: A, b: A) => boolean

/** What every codec owes. */
export function codecLaws<A>(codec: Codec<A>, equals: Same<A> = same): readonly Law<A>[] {
  const faces = facesOf(codec)
  return [
    { name: 'writes', values: 1, first: true, judge: (a) => first(...faces.map((face) => () => writes(face, a))) },
    { name: 'comes back', values: 1, judge: (a) => first(...faces.map((face) => () => comesBack(face, a, equals))) },
    { name: 'differs', values: 2, judge: (a, b) => first(...faces.map((face) => () => differs(face, a, b, equals))) },
    ...(codec.native ? [{ name: 'native', values: 2, judge: (a: A, b: A) => native(codec, a, b) }] : []),
  ]
}

/** Nothing about values: what a fingerprint is made of. */
export function formatLaw<A>(codec: Codec<A>): Law<A> {
  return {
    name: 'format',
    values: 0,
    judge: () => {
      const { id, version } = codec
      if (typeof id !== 'string' || id === '') return broken(`it needs a name for its format: id is ${shown(id)}`)
      return Number.isSafeInteger(version) && version >= 1
        ? holds
        : broken(`its version must be a whole number from 1, and is ${shown(version)}`)
    },
  }
}

/** One of the ways in which a codec writes: what is written is told as text. */
interface Face<A> {
  readonly where: string
  readonly write: (value: A) => string
  /** What `write` has written, as it comes back from where it was kept. */
  readonly read: (text: string) => A
}

const utf8 = { encoder: new TextEncoder(), decoder: new TextDecoder('utf-8', { ignoreBOM: true }) }

function facesOf<A>({ encode, decode, toJson, fromJson, binary }: Codec<A>): readonly Face<A>[] {
  return [
    // A text is kept as UTF-8, which has no place for half a surrogate pair.
    { where: '', write: encode, read: (text) => decode(utf8.decoder.decode(utf8.encoder.encode(text))) },
    { where: 'inside JSON ', write: (value) => JSON.stringify(toJson(value)), read: (text) => fromJson(JSON.parse(text) as Json) },
    ...(binary === undefined
      ? []
      : [
          {
            where: 'as bytes ',
            write: (value: A) => hexOf(binary.toBytes(value)),
            read: (text: string) => binary.fromBytes(bytesOf(text)),
          },
        ]),
  ]
}

const hexOf = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))

function writes<A>({ where, write }: Face<A>, value: A): Verdict {
  const given = copyOf(value)
  let text: unknown
  try {
    text = write(given)
  } catch (thrown) {
    return broken(`cannot write ${where}${shown(value)}: ${messageOf(thrown)}`)
  }
  if (typeof text !== 'string') return broken(`writes no text: ${shown(value)} is written ${where}${shown(text)}`)
  if (!same(given, value)) return broken(`changes what it writes: ${shown(value)} became ${shown(given)}`)
  const again = write(copyOf(value))
  if (again === text) return holds
  return broken(`not deterministic: ${shown(value)} is written ${where}${written(text)}, and the second time ${written(again)}`)
}

function comesBack<A>({ where, write, read }: Face<A>, value: A, equals: Same<A>): Verdict {
  const text = write(copyOf(value))
  let back: A
  try {
    back = read(text)
  } catch (thrown) {
    return broken(`does not come back: ${shown(value)} is written ${where}${written(text)}, and that cannot be read: ${messageOf(thrown)}`)
  }
  if (!equals(value, back))
    return broken(`does not come back: ${shown(value)} is written ${where}${written(text)} and read as ${shown(back)}`)
  const again = write(back)
  return again === text
    ? holds
    : broken(`one value, two encodings: ${shown(value)} is written ${where}${written(text)}, and once it was read, ${written(again)}`)
}

function differs<A>(face: Face<A>, a: A, b: A, equals: Same<A>): Verdict {
  const text = face.write(copyOf(a))
  // Two values that are written alike are seldom drawn together; what one of them comes back as is the other.
  for (const other of [b, ...readAgain(face, text)]) {
    if (equals(a, other) || face.write(copyOf(other)) !== text) continue
    return broken(`two values share an encoding: ${shown(a)} and ${shown(other)} are both written ${face.where}${written(text)}`)
  }
  return holds
}

function readAgain<A>({ read }: Face<A>, text: string): readonly A[] {
  try {
    return [read(text)]
  } catch {
    return []
  }
}

function native<A>({ encode }: Codec<A>, a: A, b: A): Verdict {
  const key = new Set([a, b]).size === 1
  if (key === (encode(a) === encode(b))) return holds
  return broken(
    `not native: ${shown(a)} and ${shown(b)} are ${key ? 'one key' : 'two keys'} of a Map, and are written ${written(encode(a))} and ${written(encode(b))}`,
  )
}
