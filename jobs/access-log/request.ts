/** What this job reads of a line. */
export interface Request {
  readonly host: string
  /** The hour in UTC, such as 2015-05-17T10:00Z. */
  readonly hour: string
  readonly path: string
  readonly status: string
  readonly bytes: number
}

/**
 * Reads a line of Apache's common or combined log format by its words, as `awk '{ print $1, $4, $5, $7, $9, $10 }'` would.
 * What follows the tenth word, the referrer and the browser, is not looked at: a line that was cut short there still counts.
 *
 * @throws Error for a line that has something else in one of these places; thrown in a job, it sends the line to the dead letters
 */
export function requestOf(line: string): Request {
  const [host = '', , , time = '', zone = '', , path = '', , status = '', bytes = ''] = line.trimStart().split(/[ \t]+/, 10)
  if (!/^\d{3}$/.test(status)) throw new Error(`not a line of an access log: its 9th word is ${JSON.stringify(status)}, not a status`)
  if (!/^(\d+|-)$/.test(bytes))
    throw new Error(`not a line of an access log: its 10th word is ${JSON.stringify(bytes)}, not a number of bytes`)
  return { host, hour: hourOf(time, zone), path, status, bytes: bytes === '-' ? 0 : Number(bytes) }
}

/** The hour of a time such as `[17/May/2015:10:05:03` in a zone such as `+0200]`. */
function hourOf(time: string, zone: string): string {
  const [, date = '', clock = ''] = /^\[(\d\d\/[A-Z][a-z]{2}\/\d{4}):(\d\d:\d\d:\d\d)$/.exec(time) ?? []
  const [offset = ''] = /^[+-]\d{4}(?=\]$)/.exec(zone) ?? []
  const at = Date.parse(`${date.replaceAll('/', ' ')} ${clock} ${offset}`)
  if (date === '' || offset === '' || Number.isNaN(at)) {
    throw new Error(`not a line of an access log: its 4th and 5th words are ${JSON.stringify(`${time} ${zone}`)}, not a time`)
  }
  return `${new Date(at).toISOString().slice(0, 13)}:00Z`
}
