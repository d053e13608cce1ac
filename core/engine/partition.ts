/** The partition of an encoded key. FNV-1a over UTF-16 units: no allocation, and the same on every machine for as long as a store lives. */
export function partitionOf(key: string, partitions: number): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193)
  // The low bits of FNV mix poorly for short keys that differ in their last letter.
  hash ^= hash >>> 15
  return (hash >>> 0) % partitions
}
