import { type Codec, cannotDecode, cannotEncode, of } from '../../codec/codec.ts'

/**
 * A table's codec that refuses entries that are as good as none. Merging leaves them out, so a table that had one would
 * merge to different tables, depending on what is merged first.
 */
export function withoutEmptyEntries<T>(
  codec: Codec<T>,
  entries: (table: T) => Iterable<readonly [unknown, unknown]>,
  isEmpty: (value: never) => boolean,
): Codec<T> {
  const allowed = 'entries that say more than no entry (leave it out, or let aggregateByKey do so)'
  const full = (refuse: typeof cannotEncode, table: T): T => {
    for (const entry of entries(table)) if (isEmpty(entry[1] as never)) throw refuse(codec.id, entry, allowed)
    return table
  }
  const { id, version, native, encode, decode, toJson, fromJson } = codec
  return of<T>({
    id,
    version,
    native,
    // The codec first: it knows whether this is a table at all.
    encode: (table) => {
      const text = encode(table)
      full(cannotEncode, table)
      return text
    },
    decode: (text) => full(cannotDecode, decode(text)),
    toJson: (table) => {
      const json = toJson(table)
      full(cannotEncode, table)
      return json
    },
    fromJson: (json) => full(cannotDecode, fromJson(json)),
  })
}
