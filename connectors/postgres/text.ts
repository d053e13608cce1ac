import type { Json } from '../../core/codec/codec.ts'

/*
 * What PostgreSQL cannot keep as it is: U+0000 in text, and in the strings of jsonb; half of a surrogate pair. Events bring
 * such keys and values along, and one that could not be kept would hold up all that come after it. So they are written in
 * another way, and all others as they are.
 */

const mark = '\u0001'

/** Any text without lone surrogates, as text without U+0000; different ones stay different. */
export function storable(text: string): string {
  if (!(text.includes('\0') || text.startsWith(mark))) return text
  return mark + text.replaceAll(mark, `${mark}1`).replaceAll('\0', `${mark}0`)
}

export function restored(text: string): string {
  if (!text.startsWith(mark)) return text
  return text.slice(1).replaceAll(`${mark}0`, '\0').replaceAll(`${mark}1`, mark)
}

const wrapper = 'tanager:json'

/** JSON as jsonb takes it. */
export function storableJson(json: Json): string {
  const text = JSON.stringify(json)
  // It escapes these two kinds of characters and no others in this way. Who writes a backslash and `u0000` is wrapped in vain.
  return isWrapped(json) || /\\u(?:0000|d[89a-f])/i.test(text) ? JSON.stringify({ [wrapper]: text }) : text
}

export function restoredJson(text: string): Json {
  const json = JSON.parse(text) as Json
  return isWrapped(json) ? (JSON.parse(json[wrapper]) as Json) : json
}

function isWrapped(json: Json): json is { readonly [wrapper]: string } {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return false
  const names = Object.keys(json)
  return names.length === 1 && names[0] === wrapper && typeof (json as Record<string, Json>)[wrapper] === 'string'
}

/** Any text at all, for a column of text: a note is to come back as it was. */
export function storableNote(note: string): string {
  const plain = (note as string & { isWellFormed(): boolean }).isWellFormed() && !note.includes('\0') && !note.startsWith('"')
  return plain ? note : JSON.stringify(note)
}

export const restoredNote = (text: string): string => (text.startsWith('"') ? (JSON.parse(text) as string) : text)
