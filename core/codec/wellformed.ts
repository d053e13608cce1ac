// ES2024, in Node since 20; the es2023 library does not know it yet.
interface WellFormed {
  isWellFormed(): boolean
}

/** False for half of a surrogate pair standing alone: UTF-8 has no bytes for it, so it would come back as U+FFFD. */
export function isWellFormed(text: string): boolean {
  return (text as string & WellFormed).isWellFormed()
}
