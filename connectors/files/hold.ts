import type { Seen } from './listing.ts'
import { bytesOf, type FileFormat } from './open-file.ts'
import { headSize } from './print.ts'

/** How long a file must have been left alone, in milliseconds, before it is done. */
export const settling = 60_000

/**
 * Whether a new file is a copy of another that is still there: `access.log.1` while `access.log` is to be cut short, or
 * `access.log.gz` while `access.log` is to be removed. It is left alone as long as that may be so: once the other is gone, its
 * contents are known to be the same, and are not read again.
 */
export async function isCopyInTheMaking(seen: Seen, named: ReadonlyMap<string, Seen>, format: FileFormat): Promise<boolean> {
  if (Date.now() - seen.changed > settling) return false
  for (let end = seen.name.length - 2; end > 0; end -= 1) {
    const other = '.~_-'.includes(seen.name[end] as string) ? named.get(seen.name.slice(0, end)) : undefined
    if (other !== undefined && other.size > 0 && (await begins(seen, other, format))) return true
  }
  return false
}

/** Whether one file has what the other begins with, as far as it goes: compressed bytes may still lack their end. */
async function begins(seen: Seen, other: Seen, format: FileFormat): Promise<boolean> {
  const [copy, original] = await Promise.all([bytesOf(seen, format, 0), bytesOf(other, format, 0)])
  const count = Math.min(copy.bytes.length, original.bytes.length, headSize)
  if (!copy.bytes.subarray(0, count).equals(original.bytes.subarray(0, count))) return false
  if (copy.isCompressed) return !original.isCompressed
  if (original.isCompressed) return false
  const last = Math.max(0, Math.min(seen.size, other.size) - headSize)
  const [copyEnd, originalEnd] = await Promise.all([bytesOf(seen, format, last), bytesOf(other, format, last)])
  const rest = Math.min(copyEnd.bytes.length, originalEnd.bytes.length, headSize)
  return copyEnd.bytes.subarray(0, rest).equals(originalEnd.bytes.subarray(0, rest))
}
