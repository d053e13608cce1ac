import { TanagerError } from '../error.ts'

/** How long a key may be, written, in characters: a key that is longer was meant to be a value. */
const longest = 65_536

/** @throws TanagerError `too-long` */
export function keyText(text: string): string {
  if (text.length <= longest) return text
  throw new TanagerError('too-long', 'a key is too long', {
    value: `${text.length} characters, ${text.slice(0, 40)}…`,
    allowed: `at most ${longest}`,
  })
}
