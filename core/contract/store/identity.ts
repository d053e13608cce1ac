import type { Codec } from '../../codec/codec.ts'

/** What tells keys apart in a `Map`: the key itself, or its text where two objects may be one key. */
export function identityOf<K>({ native, encode }: Codec<K>): (key: K) => unknown {
  if (!native) return encode
  return (key) => {
    // Where writing is a check, what cannot be written is no key.
    encode(key)
    return key
  }
}
