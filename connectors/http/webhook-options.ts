import type { SinkToken } from '../../core/contract/sink.ts'
import { TanagerError } from '../../core/error.ts'
import { count, invalid, mustBeKnown } from './check.ts'

/** How an item becomes JSON text: a function, or anything that can `encode`, such as the codec of the sink. */
export type WebhookEncode<T> = ((item: T) => string) | { readonly encode: (item: T) => string }

/** A body of your own: what it says, and its `Content-Type`. The same items and token must make the same. */
export type WebhookBody<T> = (items: readonly T[], token: SinkToken) => { readonly type: string; readonly text: string }

export interface WebhookOptions<T> {
  /** Where to post to: `https://…`. A user and a password in it are sent as Basic authorization. */
  readonly url: string
  /** Sent with each batch; a function is asked each time, for a token that changes say. */
  readonly headers?: Readonly<Record<string, string>> | (() => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>)
  /** `json`, an array; `ndjson`, an item on each line; or a function. `json` unless given. */
  readonly body?: 'json' | 'ndjson' | WebhookBody<T>
  /** How an item is written. Unless given, as `codec.json` does. */
  readonly encode?: WebhookEncode<T>
  /** Signs each request, as Standard Webhooks has it: text, or `whsec_` and base64. Of several, each signs. */
  readonly secret?: string | readonly string[]
  /** How long the answer may take, in milliseconds; 10 000. */
  readonly timeout?: number
  /** How long a receiver that says `Retry-After` is left alone, at most, in milliseconds; 15 000. */
  readonly longestPause?: number
}

/** The same, read. */
export interface WebhookSettings<T> {
  readonly url: URL
  readonly headers: () => Promise<Readonly<Record<string, string>>>
  readonly body: WebhookBody<T>
  readonly secrets: readonly string[]
  readonly timeout: number
  readonly longestPause: number
}

/** What a webhook sends itself. */
const own = ['idempotency-key', 'content-type', 'content-length', 'host', 'webhook-id', 'webhook-timestamp', 'webhook-signature']
const known = ['url', 'headers', 'body', 'encode', 'secret', 'timeout', 'longestPause']
const where = 'webhook'

export function webhookSettings<T>(options: WebhookOptions<T>, plain: (item: T) => string): WebhookSettings<T> {
  mustBeKnown(where, options, known)
  const { encode, secret = [], headers = {} } = options
  const { url, authorization } = addressOf(options.url)
  const encodeItem = encode === undefined ? plain : typeof encode === 'function' ? encode : encode?.encode?.bind(encode)
  if (typeof encodeItem !== 'function') throw invalid(where, 'encode', encode, 'a function, or something with encode')
  const secrets: readonly unknown[] = typeof secret === 'string' ? [secret] : secret
  // Not shown: it is a secret, if not a good one.
  if (!Array.isArray(secrets) || !secrets.every((each) => typeof each === 'string' && each !== '' && each !== 'whsec_')) {
    throw new TanagerError('invalid-option', `${where}: secret`, { allowed: 'text, or several texts, none of them empty' })
  }
  if (typeof headers !== 'function') checked(headers)
  return {
    url,
    headers: async () => ({ ...authorization, ...checked(typeof headers === 'function' ? await headers() : headers) }),
    body: bodyOf(options.body ?? 'json', encodeItem),
    secrets,
    timeout: count(where, 'timeout', options.timeout ?? 10_000, 1, 600_000),
    longestPause: count(where, 'longestPause', options.longestPause ?? 15_000, 0, 600_000),
  }
}

function bodyOf<T>(body: unknown, encode: (item: T) => string): WebhookBody<T> {
  if (typeof body === 'function') return body as WebhookBody<T>
  if (body === 'json') return (items) => ({ type: 'application/json', text: `[${items.map(encode).join(',')}]` })
  if (body === 'ndjson') return (items) => ({ type: 'application/x-ndjson', text: items.map((item) => `${encode(item)}\n`).join('') })
  throw invalid(where, 'body', body, 'json, ndjson, or a function')
}

function addressOf(text: string): { readonly url: URL; readonly authorization: Readonly<Record<string, string>> } {
  let url: URL
  try {
    url = new URL(text)
    if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new TypeError()
    const { username, password } = url
    url.username = ''
    url.password = ''
    url.hash = ''
    if (username === '' && password === '') return { url, authorization: {} }
    const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
    return { url, authorization: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` } }
  } catch {
    // Not shown: addresses of webhooks are secrets themselves, as often as not.
    throw new TanagerError('invalid-option', `${where}: url is no address`, { allowed: 'https://host/path, or http://…' })
  }
}

/** @throws TanagerError `invalid-option`, without the value */
function checked(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const out: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers ?? {})) {
    const lower = name.toLowerCase()
    if (own.includes(lower)) throw new TanagerError('invalid-option', `${where}: headers: ${lower} is the webhook's own`)
    try {
      new Headers([[name, value]])
    } catch {
      throw new TanagerError('invalid-option', `${where}: headers: this is no header`, {
        value: name,
        allowed: 'a name, and text in one line',
      })
    }
    out[lower] = value
  }
  return out
}
