import type { Answers } from './store.ts'

/**
 * Tells of every key that was written, once the write is over, well or not: what was read before then may be of before. A
 * read that is answered while a write is under way may see either, as it always may.
 */
export function written<K, Rest extends readonly unknown[], A>(identity: (key: K) => unknown, tell: (id: unknown) => void) {
  type Write = (entries: readonly (readonly [key: K, ...Rest])[]) => Promise<Answers<A>>
  return (write: Write): Write =>
    async (entries) => {
      try {
        return await write(entries)
      } finally {
        for (const [key] of entries) {
          try {
            tell(identity(key))
          } catch {
            // A key that cannot be written was never read either.
          }
        }
      }
    }
}
