import { type Codec, cannotEncode, of, refuse } from './codec.ts'

const id = 'bytes'
// String.fromCharCode takes its characters as arguments, and too many of those overflow the stack.
const chunk = 8192

/**
 * A `Uint8Array` (a Node `Buffer` is one; what comes back is a plain `Uint8Array`), as base64 text, and as the raw bytes
 * where a store keeps bytes. Base64 is read strictly: no blanks, no missing padding, no `-` and `_`, no bits left over.
 *
 * ```ts
 * import { codec } from 'tanager'
 * codec.bytes.encode(new Uint8Array([104, 105])) // 'aGk='
 * ```
 */
export const bytes: Codec<Uint8Array> = of<Uint8Array>({
  id,
  encode: (value) => {
    const all = checked(value)
    let characters = ''
    for (let i = 0; i < all.length; i += chunk) characters += charactersOf(all.subarray(i, i + chunk))
    return btoa(characters)
  },
  decode: (text) => {
    const characters = latin1(text)
    // atob forgives much; what encodes to the same text is exactly what was canonical.
    if (characters === undefined || btoa(characters) !== text) return refuse(id, text, 'base64, padded and without blanks')
    const value = new Uint8Array(characters.length)
    for (let i = 0; i < value.length; i++) value[i] = characters.charCodeAt(i)
    return value
  },
  binary: {
    toBytes: checked,
    // A copy: a driver's Buffer may be a view of memory the driver will use again.
    fromBytes: (raw) => new Uint8Array(raw),
  },
})

function charactersOf(part: Uint8Array): string {
  // Any array-like will do, whatever the library's types say; spreading it is nine times as slow.
  return String.fromCharCode.apply(null, part as unknown as number[])
}

function latin1(text: string): string | undefined {
  try {
    return atob(text)
  } catch {
    return undefined
  }
}

function checked(value: Uint8Array): Uint8Array {
  if (!(ArrayBuffer.isView(value) && value instanceof Uint8Array)) throw cannotEncode(id, value, 'a Uint8Array')
  return value
}
