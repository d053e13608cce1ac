import { createHash } from 'node:crypto'

/** Of the first bytes that were read, this many are remembered. */
export const headSize = 1024
/** And of the last before the place that the reading has come to. */
export const tailSize = 256

/**
 * What is remembered of the contents that were read. It tells a file whose inode was given to another, one that was cut
 * short and has grown again, and a copy. Both ends count: logs may begin with the same banner, or tables with the same header.
 */
export const printOf = (head: Uint8Array, tail: Uint8Array): string => headPrint(head) + hashed(tail).slice(0, 4)

/** Whether contents that begin like this may be those that were read: it is quick to find out. */
export const mayBe = (print: string, head: Uint8Array, offset: number): boolean =>
  head.length >= Math.min(offset, headSize) && print.startsWith(headPrint(head.subarray(0, Math.min(offset, headSize))))

const headPrint = (head: Uint8Array): string => hashed(head).slice(0, 3)

/** A name as it is kept in a position: a hint, as the contents are compared too. */
export const nameMark = (name: string): string => hashed(Buffer.from(name)).slice(0, 2)

const hashed = (bytes: Uint8Array): string => createHash('sha1').update(bytes).digest('base64url')
