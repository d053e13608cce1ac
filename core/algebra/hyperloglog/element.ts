import type { Codec } from '../../codec/codec.ts'
import { TanagerError } from '../../error.ts'
import { murmur64a } from '../hash/murmur64a.ts'
import { utf8 } from '../hash/utf8.ts'
import { type Register, registerOf } from './register.ts'

/** What is counted as it is: text as its UTF-8, bytes as they are, as `PFADD` takes them. */
export type Element = string | Uint8Array

// Redis's own.
const seed = 0xadc83b19
const hash = new Int32Array(2)

/** Which register an element speaks for, and what it says. @throws TanagerError `encode` for what is neither text nor bytes */
export function registerFor(element: Element, p: number): Register {
  if (typeof element === 'string') {
    const { bytes, length } = utf8(element)
    murmur64a(bytes, length, seed, hash)
  } else if (element instanceof Uint8Array) {
    murmur64a(element, element.length, seed, hash)
  } else {
    throw new TanagerError('encode', 'a HyperLogLog counts text and bytes', {
      value: element,
      allowed: 'a string or a Uint8Array',
      remedy: 'For values of another type give their codec: hyperLogLog({ by: codec.int }).',
    })
  }
  return registerOf(hash[0] as number, hash[1] as number, p)
}

/** From a value to its element: the text its codec has for it, or itself. */
export function elementsBy<A>(by: Codec<A> | undefined): (value: A) => Element {
  return by === undefined ? (value) => value as Element : by.encode
}
