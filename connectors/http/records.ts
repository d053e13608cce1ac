import type { Codec } from '../../core/codec/codec.ts'
import { messageOf } from '../../core/error.ts'
import { jsonElements } from './json-elements.ts'
import { Problem } from './problem.ts'

export type Format = 'ndjson' | 'json' | 'text'

const formats: Readonly<Record<string, Format>> = {
  'application/x-ndjson': 'ndjson',
  'application/ndjson': 'ndjson',
  'application/jsonl': 'ndjson',
  'application/json': 'json',
  'text/plain': 'text',
}
const allowed = 'application/x-ndjson, application/json or text/plain, in UTF-8'

/** How a body is to be read, by its `Content-Type`. */
export function formatOf(contentType: string | null): Format {
  const [type = '', ...parameters] = (contentType ?? '').split(';').map((part) => part.trim().toLowerCase())
  const format = Object.hasOwn(formats, type) ? formats[type] : undefined
  const charset = parameters.find((each) => each.startsWith('charset='))?.replace(/^charset="?([^"]*)"?$/, '$1')
  if (format !== undefined && (charset === undefined || ['utf-8', 'utf8', 'us-ascii'].includes(charset))) return format
  throw new Problem(415, contentType === null ? 'the body has no Content-Type' : 'this Content-Type is not understood', {
    ...(contentType === null ? {} : { value: contentType }),
    allowed,
    headers: { accept: 'application/x-ndjson, application/json, text/plain' },
  })
}

/** The records of a body, each as the text that the codec of the source reads. */
export function recordsOf(format: Format, bytes: Uint8Array, item: Codec<unknown>, most: number): readonly string[] {
  const text = textOf(bytes)
  const records = split(format, text, item)
  if (records.length > most) {
    throw new Problem(413, 'these are too many records for one request', {
      value: `${records.length} records`,
      allowed: `at most ${most}`,
      remedy: 'Nothing was accepted. Send them as several requests, each with an Idempotency-Key of its own.',
      fields: { limit: most },
    })
  }
  return format === 'text' ? records : records.map((record, i) => unquoted(record, i, item))
}

/** Refuses what the codec of the source cannot read, and says where it is. */
export function mustBeReadable(records: readonly string[], item: Codec<unknown>): void {
  const refused: { readonly record: number; readonly error: string }[] = []
  let count = 0
  for (const [record, text] of records.entries()) {
    try {
      item.decode(text)
    } catch (error) {
      count += 1
      if (refused.length < shown) refused.push({ record, error: messageOf(error) })
    }
  }
  if (count > 0) throw unreadable(count, refused)
}

/** How many of the records that are refused are shown. */
const shown = 20

function unreadable(count: number, refused: readonly { readonly record: number; readonly error: string }[]): Problem {
  return new Problem(422, `${count === 1 ? 'a record' : `${count} records`} cannot be read; the first is record ${refused[0]?.record}`, {
    remedy: 'Nothing was accepted.',
    fields: { refused },
  })
}

function split(format: Format, text: string, item: Codec<unknown>): readonly string[] {
  if (format === 'json') {
    try {
      JSON.parse(text)
    } catch (error) {
      throw new Problem(400, `the body is no JSON: ${messageOf(error)}`, { remedy: 'Nothing was accepted.' })
    }
    return jsonElements(text)
  }
  const lines = text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line))
  // What stands behind the last end of line is a line only if there is something.
  if (lines.at(-1) === '') lines.pop()
  // As in a file: to a source of strings an empty line is an empty string, to others it is nothing.
  return format === 'text' && item.id === 'string' ? lines : lines.filter((line) => !/^[ \t]*$/.test(line))
}

/**
 * A record of JSON as its source writes it. That is the JSON as it stands, but for strings: `"2024-01-31T12:00:00.000Z"` is
 * a date to a source of dates, whose text has no quotes.
 */
function unquoted(record: string, place: number, item: Codec<unknown>): string {
  if (!/^[ \t]*"/.test(record)) return record
  try {
    return item.encode(item.fromJson(JSON.parse(record)))
  } catch (error) {
    // To the dead letters with it, if nobody can take it there for something else, as a source of strings would.
    if (!isReadable(record, item)) return record
    throw unreadable(1, [{ record: place, error: messageOf(error) }])
  }
}

function isReadable(text: string, item: Codec<unknown>): boolean {
  try {
    item.decode(text)
    return true
  } catch {
    return false
  }
}

function textOf(bytes: Uint8Array): string {
  try {
    return decoded(bytes)
  } catch {
    throw new Problem(400, `the body is no UTF-8: line ${firstBadLine(bytes)}`, { remedy: 'Nothing was accepted.' })
  }
}

const decoded = (bytes: Uint8Array): string => new TextDecoder('utf-8', { fatal: true }).decode(bytes)

/** From 1. No character of UTF-8 has the byte of a line's end in it, so lines can be tried one by one. */
function firstBadLine(bytes: Uint8Array): number {
  let from = 0
  for (let line = 1; ; line++) {
    const end = bytes.indexOf(0x0a, from)
    try {
      decoded(bytes.subarray(from, end === -1 ? bytes.length : end))
    } catch {
      return line
    }
    if (end === -1) return line
    from = end + 1
  }
}
