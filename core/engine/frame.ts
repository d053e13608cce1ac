import { isWellFormed } from '../codec/wellformed.ts'
import type { Lines, RefusedRecord } from '../contract/source-reader.ts'
import { TanagerError } from '../error.ts'
import type { Utf8 } from './log.ts'

// Lines are joined and split by the runtime in one go, several times faster than JSON. Records with a line break or half
// of a surrogate pair in them, and a batch of none, take the JSON way. The first character tells which.
const lines = 'L'
const json = 'J'
/** Records, and what a reader has found that is none: `[records, [record, error, record, error…]]`. */
const mixed = 'R'

/** Encoded records as one payload of a log. */
export function frame(records: readonly string[]): string {
  const joined = records.join('\n')
  return countLines(joined) === records.length && isWellFormed(joined) ? lines + joined : json + JSON.stringify(records)
}

/** Records a reader has read as one payload, with what it could make no record of: that goes to the dead letters with the batch. */
export function frameRead(records: readonly string[], refused: readonly RefusedRecord[]): string {
  if (refused.length === 0) return frame(records)
  return mixed + JSON.stringify([records, refused.flatMap(({ record, error }) => [record, error])])
}

/** The same of records that stand in lines: they are neither read nor cut apart. */
export function frameLines({ bytes, length }: Lines): Utf8 {
  bytes[0] = lines.charCodeAt(0)
  return { bytes, length: length + 1 }
}

// A byte order mark at the beginning of a record is part of it.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** A payload as text, however it is written. */
export const textOf = (payload: string | Utf8): string => (typeof payload === 'string' ? payload : decoder.decode(payload.bytes))

/** What of a payload is no record. */
export function refusedIn(payload: string | Utf8): readonly RefusedRecord[] {
  if (kindOf(payload) !== mixed) return []
  const [, flat] = JSON.parse(textOf(payload).slice(1)) as readonly [readonly string[], readonly string[]]
  return Array.from({ length: flat.length / 2 }, (_, i) => ({ record: flat[2 * i] as string, error: flat[2 * i + 1] as string }))
}

/** The records of a payload. */
export function unframe(payload: string | Utf8): readonly string[] {
  switch (kindOf(payload)) {
    case lines:
      return typeof payload === 'string' ? payload.slice(1).split('\n') : linesIn(payload.bytes.subarray(1))
    case json:
      return JSON.parse(textOf(payload).slice(1)) as readonly string[]
    case mixed:
      return (JSON.parse(textOf(payload).slice(1)) as readonly [readonly string[]])[0]
    default:
      throw new TanagerError('decode', 'a batch in the log is none of ours', {
        value: textOf(payload),
        remedy: 'Was the key written by something else?',
      })
  }
}

const kindOf = (payload: string | Utf8): string | undefined =>
  typeof payload === 'string' ? payload[0] : String.fromCharCode(payload.bytes[0] as number)

/** In bytes. */
const atATime = 1 << 16
const lineBreak = 0x0a

/**
 * Lines, of which a thousand or so at a time are read and cut apart. A text of more than 128 kB has pages of its own in V8,
 * mapped for it and given back when it is collected: to read a batch of 5 000 records, cut it apart and count them takes a
 * fifth longer in one piece.
 */
function linesIn(bytes: Uint8Array): readonly string[] {
  const all: string[] = []
  let from = 0
  while (bytes.length - from > atATime) {
    // A line break is never part of another character of UTF-8.
    const at = bytes.subarray(from, from + atATime).lastIndexOf(lineBreak)
    const to = at === -1 ? bytes.indexOf(lineBreak, from + atATime) : from + at
    if (to === -1) break
    for (const line of decoder.decode(bytes.subarray(from, to)).split('\n')) all.push(line)
    from = to + 1
  }
  for (const line of decoder.decode(bytes.subarray(from)).split('\n')) all.push(line)
  return all
}

export function countLines(text: string): number {
  let count = 1
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count++
  return count
}
