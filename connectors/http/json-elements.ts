const quote = 0x22
const backslash = 0x5c
const comma = 0x2c

/**
 * The elements of a JSON array as they stand in the text, or the text itself if it is no array. Nothing is written anew: a
 * number of thirty digits stays one.
 *
 * @param text JSON: that it is has to be known
 */
export function jsonElements(text: string): readonly string[] {
  const whole = text.trim()
  if (whole.charCodeAt(0) !== 0x5b) return [whole]
  const elements: string[] = []
  let depth = 0
  let start = 1
  for (let i = 1; i < whole.length - 1; i++) {
    const code = whole.charCodeAt(i)
    if (code === quote) i = endOfString(whole, i)
    else if (code === 0x5b || code === 0x7b) depth += 1
    else if (code === 0x5d || code === 0x7d) depth -= 1
    else if (code === comma && depth === 0) {
      elements.push(whole.slice(start, i).trim())
      start = i + 1
    }
  }
  const last = whole.slice(start, -1).trim()
  return last === '' ? elements : [...elements, last]
}

/** Where the string that begins at `from` ends. */
function endOfString(text: string, from: number): number {
  for (let end = text.indexOf('"', from + 1); ; end = text.indexOf('"', end + 1)) {
    let slashes = 0
    while (text.charCodeAt(end - 1 - slashes) === backslash) slashes += 1
    if (slashes % 2 === 0) return end
  }
}
