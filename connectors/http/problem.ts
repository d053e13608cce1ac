import { STATUS_CODES } from 'node:http'
import { type ErrorDetails, TanagerError } from '../../core/error.ts'

interface Answer extends ErrorDetails {
  readonly headers?: Readonly<Record<string, string>>
  /** Fields beside those that every problem has, for programs. */
  readonly fields?: Readonly<Record<string, unknown>>
}

/** A request that is refused, as RFC 9457 has it told: `application/problem+json`. */
export class Problem extends Error {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly fields: Readonly<Record<string, unknown>>

  constructor(status: number, what: string, { headers = {}, fields = {}, ...details }: Answer = {}) {
    // One way to make sentences of what is wrong, for those who call us and those who run us.
    super(new TanagerError('source', what, details).message)
    this.status = status
    this.headers = headers
    this.fields = fields
  }

  response(more: Readonly<Record<string, string>> = {}): Response {
    const { status, message: detail, headers, fields } = this
    return new Response(JSON.stringify({ type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail, ...fields }), {
      status,
      headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...headers, ...more },
    })
  }
}
