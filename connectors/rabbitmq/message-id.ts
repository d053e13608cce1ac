import { createHash } from 'node:crypto'
import type { SinkToken } from '../../core/contract/sink.ts'

/** What the ids of a batch's messages begin with: the same each time the batch is written, and no other batch's. */
export function idOf({ job, sink, id }: SinkToken): string {
  const readable = `${job}/${sink}/${id}`
  // An id is 255 bytes at most, and has the number of the item too.
  return Buffer.byteLength(readable) <= 200
    ? readable
    : createHash('sha256')
        .update(JSON.stringify([job, sink, id]))
        .digest('base64url')
}
