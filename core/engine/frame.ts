import { isWellFormed } from '../codec/wellformed.ts'
import { TanagerError } from '../error.ts'

// Lines are joined and split by the runtime in one go, several times faster than JSON. Records with a line break or half
// of a surrogate pair in them, and a batch of none, take the JSON way. The first character tells which.
const lines = 'L'
const json = 'J'

/** Encoded records as one payload of a log. */
export function frame(records: readonly string[]): string {
  const joined = records.join('\n')
  return countLines(joined) === records.length && isWellFormed(joined) ? lines + joined : json + JSON.stringify(records)
}

/** The records of a payload. */
export function unframe(payload: string): readonly string[] {
  const kind = payload[0]
  if (kind === lines) return payload.slice(1).split('\n')
  if (kind === json) return JSON.parse(payload.slice(1)) as readonly string[]
  throw new TanagerError('decode', 'a batch in the log is none of ours', {
    value: payload,
    remedy: 'Was the key written by something else?',
  })
}

function countLines(text: string): number {
  let count = 1
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count++
  return count
}
