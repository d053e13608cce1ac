/**
 * A text as a literal of JavaScript that is that text, whatever it holds, on one line. What a reader cannot see, or what
 * turns the writing direction, is escaped, and so is what tools look for in the text of a file, wherever it stands:
 * nothing that came from outside may look like something else in a source file, or be more than data there.
 */
export function literal(text: string): string {
  const json = JSON.stringify(text).replace(unsafe, escaped)
  // As our own sources have it, where that needs no more escapes than it saves: most records are full of double quotes.
  return text.includes("'") ? json : `'${json.slice(1, -1).replaceAll('\\"', '"')}'`
}

/** A text as it can stand in a comment that ends with its line. */
export const comment = (text: string): string => text.replace(unsafe, escaped)

// Line ends and all else that is not seen; of all kinds of spaces only the common one is. JSON has escaped some of it
// already, halves of surrogate pairs for one. Then the marks that choose an environment for tests, or a source map.
const unsafe = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}|@(?=(?:vitest|jest)-)|#(?=\s*source(?:Mapping)?URL)/gu

function escaped(char: string): string {
  let text = ''
  for (let i = 0; i < char.length; i++) text += `\\u${char.charCodeAt(i).toString(16).padStart(4, '0')}`
  return text
}
