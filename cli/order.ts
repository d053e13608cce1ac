/**
 * Compares texts by code point. JavaScript's own order is by UTF-16 unit, which puts U+10000 and above (emoji, say) before
 * U+E000 to U+FFFF; UTF-8 and everything that sorts bytes has them behind.
 */
export function byCodePoint(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x !== y) return rank(x) - rank(y)
  }
  return a.length - b.length
}

/** A unit's place if surrogates, which stand for the highest code points, came last. */
const rank = (unit: number): number => (unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800)
