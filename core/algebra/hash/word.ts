/**
 * The upper 32 bits of the product of two words without sign. `Math.imul` gives the lower ones. The second comes in its
 * upper and lower half: as constants they cost nothing, and the compiler takes the function in where it is called.
 */
export function upperProduct(a: number, b1: number, b0: number): number {
  const a0 = a & 0xffff
  const a1 = a >>> 16
  const middle = (Math.imul(a1, b0) + (Math.imul(a0, b0) >>> 16)) | 0
  const carry = (Math.imul(a0, b1) + (middle & 0xffff)) | 0
  return (Math.imul(a1, b1) + (middle >>> 16) + (carry >>> 16)) | 0
}

/** Four bytes, the least first. */
export function wordAt(bytes: Uint8Array, i: number): number {
  return (bytes[i] as number) | ((bytes[i + 1] as number) << 8) | ((bytes[i + 2] as number) << 16) | ((bytes[i + 3] as number) << 24)
}

/** The same, with zeros where the bytes are at their end. */
export function lastWordAt(bytes: Uint8Array, i: number, end: number): number {
  const left = end - i
  if (left >= 4) return wordAt(bytes, i)
  let word = 0
  if (left > 0) word = bytes[i] as number
  if (left > 1) word |= (bytes[i + 1] as number) << 8
  if (left > 2) word |= (bytes[i + 2] as number) << 16
  return word
}
