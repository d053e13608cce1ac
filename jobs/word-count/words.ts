/** The words of a line: letters and digits, with an apostrophe inside if it has one; upper and lower case are the same word. */
export const wordsOf = (line: string): readonly string[] =>
  line.toLowerCase().match(/[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}\p{N}]+)*/gu) ?? []
