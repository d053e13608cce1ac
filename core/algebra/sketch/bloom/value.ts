/** What a Bloom filter holds. One set of keys has one value. */
export type Bloom = Few | Many

/** The places of the bits that are set, ascending, each once. */
export interface Few {
  readonly kind: 'few'
  readonly places: Int32Array
}

/** All bits, the lowest of each byte first, and how many of them are set. */
export interface Many {
  readonly kind: 'many'
  readonly bytes: Uint8Array
  readonly set: number
}

export const nothing: Few = Object.freeze({ kind: 'few', places: new Int32Array() })

export const setIn = (value: Bloom): number => (value.kind === 'few' ? value.places.length : value.set)
