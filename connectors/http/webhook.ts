import { createHash } from 'node:crypto'
import { json } from '../../core/codec/json.ts'
import type { Sink, SinkToken } from '../../core/contract/sink.ts'
import { messageOf, TanagerError } from '../../core/error.ts'
import { retryAfter } from './retry-after.ts'
import { signed } from './signature.ts'
import { type WebhookOptions, type WebhookSettings, webhookSettings } from './webhook-options.ts'

/**
 * Posts each batch to an address: what to bind a sink to. A batch comes with an `Idempotency-Key`, the same however often it is sent: a
 * receiver that remembers keys takes each batch once, any other at least once.
 *
 * An answer of 2xx is the end of it. Anything else rejects with a TanagerError `sink`, and the engine sends the batch
 * again, with growing waits; out of attempts, it is set aside until somebody has it sent again. Redirects are followed within
 * the same origin, if they keep the method (307, 308). No error shows the path of the address, a header or a secret.
 *
 * ```ts
 * import { webhook } from 'tanager/http'
 *
 * const alerts = webhook<{ page: string; errors: number }>({
 *   url: 'https://example.com/hooks/alerts',
 *   secret: process.env.WEBHOOK_SECRET ?? 'only-an-example',
 *   body: 'ndjson',
 * })
 * console.assert(typeof alerts.write === 'function')
 * ```
 *
 * @throws TanagerError `invalid-option`
 */
export function webhook<T>(options: WebhookOptions<T>): Sink<T> {
  const settings = webhookSettings<T>(options, json<T>().encode)
  /** Until when the receiver wants to be left alone. */
  let pausedUntil = 0

  return {
    write: async (items, token) => {
      if (items.length === 0) return
      const { type, text } = bodyOf(settings, items, token)
      const pause = Math.min(pausedUntil - Date.now(), settings.longestPause)
      if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause))
      const key = keyOf(token)
      const headers = {
        ...(await settings.headers()),
        'content-type': type,
        'idempotency-key': key,
        // Anew each time: a receiver refuses what is signed too long ago.
        ...signed(settings.secrets, key, Math.floor(Date.now() / 1000), text),
      }
      const answer = await post(settings, headers, text)
      if (answer.status >= 200 && answer.status < 300) return
      const asked = retryAfter(answer.retryAfter, Date.now())
      if (asked !== undefined) pausedUntil = Date.now() + Math.min(asked, settings.longestPause)
      throw refusal(settings, answer, asked)
    },
  }
}

interface Answer {
  readonly status: number
  readonly retryAfter: string | null
  /** How its body begins, with nothing secret in it. */
  readonly said: string
}

const followed = 5
/** How much of an answer is read, in bytes. */
const readable = 1_000

async function post<T>(settings: WebhookSettings<T>, headers: Readonly<Record<string, string>>, body: string): Promise<Answer> {
  const { timeout, secrets } = settings
  const signal = AbortSignal.timeout(timeout)
  let { url } = settings
  try {
    for (let redirects = 0; ; redirects++) {
      const response = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal })
      const next = redirectOf(settings, response, url)
      if (next === undefined) {
        const said = response.ok ? await ignore(response) : await beginning(response)
        return {
          status: response.status,
          retryAfter: response.headers.get('retry-after'),
          said: without(said, settings.url, headers, secrets),
        }
      }
      await ignore(response)
      if (redirects === followed) throw fault(settings, `it redirects more than ${followed} times`, 'Give the address that it leads to.')
      url = next
    }
  } catch (error) {
    if (error instanceof TanagerError) throw error
    if (signal.aborted)
      throw fault(
        settings,
        `no answer within ${timeout} ms`,
        'Is the receiver overloaded? timeout may be raised; it must stay below limits.waiting.',
      )
    // fetch says that it failed, its cause says why.
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
    throw fault(settings, `cannot be reached: ${reasonOf(cause)}`, 'Look at host and port in url, and whether the receiver runs.')
  }
}

const reasonOf = (cause: unknown): string => {
  const { code } = (typeof cause === 'object' && cause !== null ? cause : {}) as { readonly code?: unknown }
  return typeof code === 'string' ? `${code}, ${messageOf(cause)}` : messageOf(cause)
}

/** Where a redirect leads to, if it is one that may be followed: what we show goes to nobody else. */
function redirectOf<T>(settings: WebhookSettings<T>, { status, headers }: Response, from: URL): URL | undefined {
  const location = headers.get('location')
  if (status < 300 || status > 399 || location === null) return undefined
  const remedy = 'Give the address that it leads to, if that is the receiver.'
  if (status !== 307 && status !== 308) throw fault(settings, `answers ${status}, a redirect that would not be a POST`, remedy)
  const to = URL.canParse(location, from.href) ? new URL(location, from) : undefined
  if (to?.origin !== from.origin) throw fault(settings, `redirects to another origin, ${to?.origin ?? 'which is none'}`, remedy)
  return to
}

async function ignore(response: Response): Promise<string> {
  await response.body?.cancel().catch(() => {})
  return ''
}

async function beginning(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for await (const chunk of response.body ?? []) {
      chunks.push(chunk as Uint8Array)
      size += (chunk as Uint8Array).byteLength
      if (size >= readable) break
    }
  } catch {
    // What it said until then has to do.
  }
  return Buffer.concat(chunks).toString('utf8', 0, readable)
}

/** Receivers like to repeat what they were sent. */
function without(said: string, url: URL, headers: Readonly<Record<string, string>>, secrets: readonly string[]): string {
  const signature = headers['webhook-signature'] === undefined ? [] : headers['webhook-signature'].split(' ')
  const harmless = ['content-type', 'idempotency-key', 'webhook-id', 'webhook-timestamp', 'webhook-signature']
  const given = Object.entries(headers)
    .filter(([name]) => !harmless.includes(name))
    .map(([, value]) => value)
  // `Bearer abc` may come back as `abc`.
  const words = given.flatMap((value) => [value, ...value.split(/\s+/)])
  const path = url.pathname.length > 1 ? [`${url.pathname}${url.search}`, url.pathname] : []
  const hidden = [url.href, ...path, url.search, ...url.searchParams.values(), ...secrets, ...signature, ...words]
  // Some write a / within a string of JSON as \/.
  const longestFirst = hidden
    .flatMap((text) => [text, text.replaceAll('/', '\\/')])
    .filter((text) => text.length >= 4)
    .sort((a, b) => b.length - a.length)
  const shown = longestFirst.reduce((text, secret) => text.replaceAll(secret, '***'), said)
  // Of what was cut, the end may be the first half of a secret.
  return said.length < readable ? shown : shown.slice(0, -(longestFirst[0]?.length ?? 1))
}

function refusal<T>(settings: WebhookSettings<T>, { status, said }: Answer, asked: number | undefined): TanagerError {
  const says = said.trim() === '' ? '' : `: ${JSON.stringify(said.trim().slice(0, 200))}`
  const what = `answers ${status}${says}`
  if (asked !== undefined) return fault(settings, `${what}, and asks to be left alone for ${Math.ceil(asked / 1000)} s`)
  if (status >= 500 || [408, 425, 429].includes(status)) return fault(settings, what)
  const remedy =
    status === 401 || status === 403
      ? 'Look at headers and secret.'
      : 'Sent again it will hardly be taken: look at url, at body, and at what the receiver wants.'
  return fault(settings, what, `${remedy} Then have the batch that failed sent again: tanager dead-letters <module> retry <id>.`)
}

function fault<T>({ url }: WebhookSettings<T>, what: string, remedy?: string): TanagerError {
  // The origin alone: the path of a webhook is a secret, as often as not.
  return new TanagerError('sink', what, { where: `webhook ${url.origin}`, ...(remedy === undefined ? {} : { remedy }) })
}

function bodyOf<T>(settings: WebhookSettings<T>, items: readonly T[], token: SinkToken): { readonly type: string; readonly text: string } {
  try {
    const { type, text } = settings.body(items, token)
    if (typeof type === 'string' && typeof text === 'string') return { type, text }
    throw new TypeError('body answers no { type, text }')
  } catch (cause) {
    throw new TanagerError('encode', `webhook ${settings.url.origin}: the batch cannot be written: ${messageOf(cause)}`, { cause })
  }
}

/** The same for the same batch, and for no other. */
function keyOf({ job, sink, id }: SinkToken): string {
  const readableKey = `${job}/${sink}/${id}`
  return /^[\w.:/-]{1,200}$/.test(readableKey)
    ? readableKey
    : createHash('sha256')
        .update(JSON.stringify([job, sink, id]))
        .digest('base64url')
}
