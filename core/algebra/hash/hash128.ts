/**
 * 128 bits from text or bytes, as four words of 32 bits, the least first. The words go into a place of the caller's, at
 * least four long, so that nothing is allocated for a hash.
 */
export interface Hash128 {
  /** Part of the id of every aggregation that keeps what depends on it. */
  readonly id: string
  /** Of its UTF-8, so that text and its bytes have the same hash. Text with a lone surrogate is refused. */
  readonly text: (text: string, into: Int32Array) => void
  readonly bytes: (bytes: Uint8Array, into: Int32Array) => void
}
