import type { Json } from '../codec/codec.ts'
import type { StoreDelta } from '../run/result.ts'
import type { PartitionDelta } from './log.ts'
import { partitionOf } from './partition.ts'

/** Cuts what a batch adds to a store by partition. An entry of an inbox is JSON: key, value, key, value… */
export function partitionDelta({ store, encodedKeys, encodedValues }: StoreDelta, partitions: number): readonly PartitionDelta[] {
  const parts: Json[][] = []
  for (let i = 0; i < encodedKeys.length; i++) {
    const key = encodedKeys[i] as string
    const partition = partitionOf(key, partitions)
    const part = parts[partition]
    if (part === undefined) parts[partition] = [key, encodedValues[i] as Json]
    else part.push(key, encodedValues[i] as Json)
  }
  return parts.flatMap((part, partition) => (part === undefined ? [] : [{ store, partition, payload: JSON.stringify(part) }]))
}

/** The keys and values of an inbox entry, alternating. */
export const deltaOf = (payload: string): readonly Json[] => JSON.parse(payload) as readonly Json[]
