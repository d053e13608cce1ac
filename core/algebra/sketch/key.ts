import { type Codec, cannotEncode, formatOf } from '../../codec/codec.ts'
import { string } from '../../codec/string.ts'
import { isWellFormed } from '../../codec/wellformed.ts'

/** What is counted, for sketches that count keys: text, unless a codec says how other keys are written. */
export interface KeyOptions<K> {
  readonly key?: Codec<K>
}

/** How keys become text and are read again, and the name of that in an id. */
export interface Keys<K> {
  readonly write: (key: K) => string
  readonly read: (text: string) => K
  readonly id: string
}

export function keysOf<K>({ key }: KeyOptions<K>): Keys<K> {
  const codec = key ?? (string as unknown as Codec<K>)
  return {
    write: codec.native
      ? codec.encode
      : (value) => {
          const text = codec.encode(value)
          if (!isWellFormed(text)) throw cannotEncode(codec.id, value, 'text without lone surrogates')
          return text
        },
    read: codec.decode,
    id: key === undefined ? '' : `,key:${formatOf(codec)}`,
  }
}

/** The order of keys where counts do not tell them apart: by their UTF-16, the same on every machine. */
export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
