import type { Json } from '../codec/codec.ts'
import { isWellFormed } from '../codec/wellformed.ts'
import type { StoreDelta } from '../run/result.ts'
import { countLines } from './frame.ts'
import type { PartitionDelta } from './log.ts'
import { partitionOf } from './partition.ts'

/** What an entry of an inbox adds, column by column: a value for each key. */
export interface Columns {
  readonly keys: readonly string[]
  readonly values: readonly Json[]
}

interface Part {
  readonly keys: string[]
  readonly values: Json[]
}

// An entry is the keys in lines, and the values as JSON in one more. V8 keeps each string it reads from JSON, up to ten
// characters, in one table, so as to have it once: of a million keys each is looked up and put in there, which takes three
// times as long as all the rest of reading them. Where a key has a line break or half of a surrogate pair in it, the entry
// is JSON as a whole: key, value, key, value… The first character tells which.
const columns = 'C'
const pairs = '['

/** Cuts what a batch adds to a store by partition. */
export function partitionDelta({ store, encodedKeys, encodedValues }: StoreDelta, partitions: number): readonly PartitionDelta[] {
  const parts: Part[] = []
  for (let i = 0; i < encodedKeys.length; i++) {
    const key = encodedKeys[i] as string
    const partition = partitionOf(key, partitions)
    let part = parts[partition]
    if (part === undefined) {
      part = { keys: [], values: [] }
      parts[partition] = part
    }
    part.keys.push(key)
    part.values.push(encodedValues[i] as Json)
  }
  return parts.flatMap((part, partition) => (part === undefined ? [] : [{ store, partition, payload: written(part) }]))
}

function written({ keys, values }: Columns): string {
  const lines = keys.join('\n')
  if (countLines(lines) === keys.length && isWellFormed(lines)) return `${columns}${lines}\n${JSON.stringify(values)}`
  return JSON.stringify(keys.flatMap((key, i) => [key, values[i] as Json]))
}

/** What an entry of an inbox adds. */
export function deltaOf(payload: string): Columns {
  if (payload[0] === pairs) return unzipped(JSON.parse(payload) as readonly Json[])
  // JSON has no line break in it.
  const at = payload.lastIndexOf('\n')
  return { keys: payload.slice(1, at).split('\n'), values: JSON.parse(payload.slice(at + 1)) as readonly Json[] }
}

function unzipped(flat: readonly Json[]): Columns {
  const part: Part = { keys: [], values: [] }
  for (let i = 0; i < flat.length; i += 2) {
    part.keys.push(flat[i] as string)
    part.values.push(flat[i + 1] as Json)
  }
  return part
}
