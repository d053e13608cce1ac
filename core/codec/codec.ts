import { messageOf, TanagerError } from '../error.ts'

/** What `JSON.parse` can answer. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/**
 * How one type of value is written and read again. It has two faces: `encode`/`decode` for the value on its own (a
 * record, a key, a stored value), as text a person can read, and `toJson`/`fromJson` for the value inside another one.
 *
 * Laws (`test/laws/codec.test.ts`): `decode(encode(a))` equals `a`; `fromJson(toJson(a))` equals `a`; two values that
 * differ have encodings that differ; a value that cannot be written is refused with an error, never bent.
 *
 * `id` names the format and `version` counts its changes: together they are part of a deployed plan's fingerprint, so
 * that bytes are never read as something they are not.
 */
export interface Codec<A> {
  readonly id: string
  readonly version: number
  readonly encode: (value: A) => string
  readonly decode: (text: string) => A
  readonly toJson: (value: A) => Json
  readonly fromJson: (json: Json) => A
  /** True if two values are the same `Map` key exactly when their encodings are equal; spares one encoding per record. */
  readonly native: boolean
  /** The form a store keeps when bytes are smaller or mean something to Redis itself; text is used where it is absent. */
  readonly binary?: { readonly toBytes: (value: A) => Uint8Array; readonly fromBytes: (bytes: Uint8Array) => A }
}

/** What a codec of your own needs; the JSON face defaults to the encoded text. */
export interface CodecSpec<A> {
  readonly id: string
  readonly version?: number
  readonly encode: (value: A) => string
  readonly decode: (text: string) => A
  readonly toJson?: (value: A) => Json
  readonly fromJson?: (json: Json) => A
  readonly native?: boolean
  readonly binary?: Codec<A>['binary']
}

/**
 * A codec from two functions.
 *
 * ```ts
 * import { codec } from 'tanager'
 * const url = codec.of<URL>({ id: 'url', encode: (u) => u.href, decode: (s) => new URL(s) })
 * ```
 */
export function of<A>(spec: CodecSpec<A>): Codec<A> {
  const { id, version = 1, encode, decode, native = false, binary } = spec
  return Object.freeze({
    id,
    version,
    encode,
    decode,
    toJson: spec.toJson ?? encode,
    fromJson: spec.fromJson ?? ((json: Json) => (typeof json === 'string' ? decode(json) : refuse(id, json, 'a string'))),
    native,
    ...(binary === undefined ? {} : { binary }),
  })
}

/** A codec whose text is its JSON: what every composed codec is. */
export function ofJson<A>(id: string, toJson: (value: A) => Json, fromJson: (json: Json) => A, native = false, version = 1): Codec<A> {
  return of<A>({
    id,
    version,
    encode: (value) => JSON.stringify(toJson(value)),
    decode: (text) => fromJson(parse(id, text)),
    toJson,
    fromJson,
    native,
  })
}

/** The error of a codec asked to write a value it has no text for. */
export function cannotEncode(id: string, value: unknown, allowed: string, cause?: unknown): TanagerError {
  return new TanagerError('encode', `codec ${id} cannot write this value`, { value, allowed, ...(cause === undefined ? {} : { cause }) })
}

/** The error of a codec given text that is none of its own. */
export function cannotDecode(id: string, value: unknown, allowed: string, cause?: unknown): TanagerError {
  return new TanagerError('decode', `codec ${id} cannot read this value`, { value, allowed, ...(cause === undefined ? {} : { cause }) })
}

/** Throws that error: the last arm of a `decode`. */
export function refuse(id: string, value: unknown, allowed: string, cause?: unknown): never {
  throw cannotDecode(id, value, allowed, cause)
}

/** `JSON.parse` that says which codec met what. */
export function parse(id: string, text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch (cause) {
    return refuse(id, text, `JSON (${messageOf(cause)})`, cause)
  }
}

/** A codec's name and version in one word, as fingerprints and plans print it. */
export function formatOf(codec: { readonly id: string; readonly version: number }): string {
  return codec.version === 1 ? codec.id : `${codec.id}@${codec.version}`
}
