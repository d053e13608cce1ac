/** What this job reads of a line. */
export interface Request {
  /** The address it came from: of all that every log has, the nearest to a visitor. */
  readonly visitor: string
  /** When, in milliseconds since 1970. */
  readonly at: number
  /** The day in UTC, such as 2015-05-17. */
  readonly day: string
  /** The path without its query: `/a?b` and `/a?c` are one page. */
  readonly page: string
  /** The first part of the path, such as /blog; / for pages that are in none. */
  readonly section: string
  /** Whether there was such a page. */
  readonly found: boolean
  readonly bytes: number
}

/**
 * Reads a line of Apache's common or combined log format by its words, as `awk '{ print $1, $4, $5, $7, $9, $10 }'` would.
 *
 * @throws Error for a line that has something else in one of these places; thrown in a job, it sends the line to the dead letters
 */
export function requestOf(line: string): Request {
  const [visitor = '', , , time = '', zone = '', , target = '', , status = '', bytes = ''] = line.trimStart().split(/[ \t]+/, 10)
  if (!/^\d{3}$/.test(status)) throw new Error(`not a line of an access log: its 9th word is ${JSON.stringify(status)}, not a status`)
  if (!/^(\d+|-)$/.test(bytes))
    throw new Error(`not a line of an access log: its 10th word is ${JSON.stringify(bytes)}, not a number of bytes`)
  const at = timeOf(time, zone)
  const [page = ''] = target.split(/[?#]/, 1)
  return {
    visitor,
    at,
    day: new Date(at).toISOString().slice(0, 10),
    page,
    section: /^\/[^/]+(?=\/)/.exec(page)?.[0] ?? '/',
    found: status.startsWith('2') || status === '304',
    bytes: bytes === '-' ? 0 : Number(bytes),
  }
}

/** The time of words such as `[17/May/2015:10:05:03` and `+0200]`. */
function timeOf(time: string, zone: string): number {
  const [, date = '', clock = ''] = /^\[(\d\d\/[A-Z][a-z]{2}\/\d{4}):(\d\d:\d\d:\d\d)$/.exec(time) ?? []
  const [offset = ''] = /^[+-]\d{4}(?=\]$)/.exec(zone) ?? []
  const at = Date.parse(`${date.replaceAll('/', ' ')} ${clock} ${offset}`)
  if (date === '' || offset === '' || Number.isNaN(at)) {
    throw new Error(`not a line of an access log: its 4th and 5th words are ${JSON.stringify(`${time} ${zone}`)}, not a time`)
  }
  return at
}
