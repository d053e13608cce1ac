/** What a Count-Min sketch holds. One set of keys with their counts has one value, however it came together. */
export type CountMin = One | Few | Many

/** A single key: what a job adds. */
export interface One {
  readonly kind: 'one'
  readonly key: string
  readonly count: number
}

/** Every key with its count, as long as there is room for them. */
export interface Few {
  readonly kind: 'few'
  readonly total: number
  readonly counts: ReadonlyMap<string, number>
}

/** Too many keys to keep. */
export interface Many {
  readonly kind: 'many'
  readonly total: number
  /** Row after row. */
  readonly cells: Float64Array
  /** In the order of their text, the keys that may be heavy hitters. */
  readonly candidates: readonly string[]
}

export const nothing: Few = Object.freeze({ kind: 'few', total: 0, counts: new Map() })

/** What a key takes of the room: its text, and its count beside it. */
export function roomOf(key: string): number {
  return key.length + 4
}
