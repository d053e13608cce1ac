/** Everything that can be wrong, by a name that programs may rely on. New codes may be added in any release. */
export type ErrorCode =
  | 'invalid-name'
  | 'invalid-option'
  | 'duplicate-slot'
  | 'duplicate-sum'
  | 'no-output'
  | 'no-event-time'
  | 'unknown-slot'
  | 'missing-binding'
  | 'invalid-binding'
  | 'encode'
  | 'decode'
  | 'overflow'
  | 'too-long'
  | 'hung'
  | 'fatal'
  | 'service'
  | 'source'
  | 'sink'
  | 'store'
  | 'refused'
  | 'retry'
  | 'plan-mismatch'
  | 'backlog-full'
  | 'writer-gap'
  | 'timeout'
  | 'batch-failed'
  | 'store-mismatch'
  | 'closed'
  | 'missing-package'
  | 'redis'
  | 'usage'

/** The parts of a message a reader needs to mend the fault: where it is, what was given, what is allowed, what to do. */
export interface ErrorDetails {
  readonly where?: string
  readonly value?: unknown
  readonly allowed?: string
  readonly remedy?: string
  /** Of a `writer-gap`: the number of the last batch that is there. */
  readonly last?: number
  readonly cause?: unknown
}

/** The only error this library throws on purpose; `code` tells which, the message tells a person what to do. */
export class TanagerError extends Error {
  readonly code: ErrorCode
  readonly details: ErrorDetails

  constructor(code: ErrorCode, what: string, details: ErrorDetails = {}) {
    super(sentence(what, details), 'cause' in details ? { cause: details.cause } : {})
    this.name = 'TanagerError'
    this.code = code
    this.details = details
  }
}

function sentence(what: string, { where, value, allowed, remedy }: ErrorDetails): string {
  const parts = [where === undefined ? what : `${where}: ${what}`]
  if (value !== undefined) parts.push(`got ${preview(value)}`)
  if (allowed !== undefined) parts.push(`allowed: ${allowed}`)
  return parts.join('; ') + (remedy === undefined ? '' : `. ${remedy}`)
}

const previewLength = 80

/** A value as one short line: hostile values (a megabyte key, a cycle, a proxy that throws) must not break the message about them. */
export function preview(value: unknown): string {
  let text: string
  try {
    if (typeof value === 'string') text = JSON.stringify(value.length > previewLength ? value.slice(0, previewLength) : value)
    else if (typeof value === 'bigint') text = `${value}n`
    else if (typeof value === 'function') text = `function ${value.name || '(anonymous)'}`
    else if (typeof value === 'object' && value !== null) text = JSON.stringify(value) ?? Object.prototype.toString.call(value)
    else text = String(value)
  } catch {
    text = Object.prototype.toString.call(value)
  }
  return text.length > previewLength + 2 ? `${text.slice(0, previewLength)}…` : text
}

/** The message of whatever was thrown: users throw strings, undefined and proxies too. */
export function messageOf(thrown: unknown): string {
  try {
    if (thrown instanceof Error) return thrown.message === '' ? thrown.name : thrown.message
    return preview(thrown)
  } catch {
    return 'an error that cannot be read'
  }
}

/** Closes a `switch` over a closed union: a kind without a case does not compile. */
export function assertNever(value: never): never {
  throw new Error(`unreachable: ${preview(value)}`)
}
