import stringWidth from 'string-width'

const named: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

// Control characters (they move the cursor, or worse), characters that turn the writing direction or are no wider than
// nothing, line breaks of all kinds, halves of surrogate pairs.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
const hidden = /[\u0000-\u001f\u007f-\u009f\u00ad\u200b\u2028-\u202e\u2060-\u2069\ufeff]|\p{Surrogate}/gu

/** Text that stays on its line and shows all that is in it. */
export function visible(text: string): string {
  return text.replace(hidden, (char) => named[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

const ascii = /^[ -~]*$/

/** How many columns of a terminal it takes. */
export function widthOf(text: string): number {
  return ascii.test(text) ? text.length : stringWidth(text)
}

const graphemes = new Intl.Segmenter()

/** As much of it as fits, and … if that is not all. No character is cut in two. */
export function cut(text: string, width: number): string {
  // Nothing is wider than two columns or takes more than a few units a column: no need to look at a megabyte for its first words.
  const head = text.length > width * 32 ? text.slice(0, width * 32) : text
  if (head === text && widthOf(text) <= width) return text
  let kept = ''
  let left = width - 1
  for (const { segment } of graphemes.segment(head)) {
    left -= widthOf(segment)
    if (left < 0) break
    kept += segment
  }
  return `${kept}…`
}

const grouped = new Intl.NumberFormat('en-US')

/** `1234567` as `1,234,567`. */
export const count = (n: number): string => grouped.format(n)

/** `1 record`, `1,200 records`. */
export const counted = (n: number, one: string, many = `${one}s`): string => `${count(n)} ${n === 1 ? one : many}`

const units = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
] as const

/** How long something is ago, in one unit: `7 s`, `3 min`. */
export function age(milliseconds: number): string {
  const [size, unit] = units.find(([size]) => milliseconds >= size) ?? [1000, 's']
  return `${Math.floor(Math.max(0, milliseconds) / size)} ${unit}`
}
