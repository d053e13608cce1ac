import type { Readable } from 'node:stream'
import type { Hono } from 'hono'
import { messageOf } from '../../core/error.ts'
import { bodyOf } from './body.ts'
import { hono } from './driver.ts'
import { forward } from './forward.ts'
import { Gate } from './gate.ts'
import { keyOf, Requests } from './idempotency.ts'
import { type IngestOptions, type IngestTarget, settingsOf } from './ingest-options.ts'
import { Problem } from './problem.ts'
import { formatOf, mustBeReadable, recordsOf } from './records.ts'
import { Room } from './room.ts'
import { type IngestServer, listen, type ServeOptions } from './serve.ts'
import { callersOf } from './tokens.ts'

/** An endpoint that takes records. */
export interface Ingest {
  /** To be mounted in an application of your own: `yours.route('/in', endpoint.app)`, or served by anything that knows `fetch`. */
  readonly app: Hono
  /** A server of its own. */
  readonly serve: (options: ServeOptions) => Promise<IngestServer>
}

/**
 * Takes records over HTTP and sends them to the sources of a job: `POST /sources/<name>`, of `application/x-ndjson`,
 * `application/json` or `text/plain`, also packed with gzip. A request is answered with 202 and a receipt when its records are
 * kept, and not before. One with an `Idempotency-Key` is taken whole or not at all, and once, however often it comes.
 *
 * `GET /sources` names the sources, `GET /health` answers 200 if requests are taken and what keeps them is there, else 503. What is
 * refused is told as `application/problem+json`.
 *
 * ```ts
 * import { codec, encoded, source } from 'tanager'
 * import { ingest } from 'tanager/http'
 *
 * const beacons = source('beacons', { item: codec.json<{ page: string }>() })
 * // Of a deployed job it is app.client().
 * const client = { send: async () => ({ beacons: 1 }) }
 *
 * const endpoint = await ingest(client, { sources: [beacons], tokens: ['an-example-that-is-no-secret'] })
 * const answer = await endpoint.app.request('/sources/beacons', {
 *   method: 'POST',
 *   headers: { authorization: 'Bearer an-example-that-is-no-secret', 'content-type': 'application/x-ndjson' },
 *   body: '{"page":"/"}\n{"page":"/about"}\n',
 * })
 * console.assert(answer.status === 202) // {"accepted":2,"receipt":{"beacons":1}}
 * ```
 *
 * @throws TanagerError `invalid-option`, also if there are neither tokens nor `open: true`; `missing-package` without hono
 */
export async function ingest<N extends string>(target: IngestTarget<N>, options: IngestOptions<N>): Promise<Ingest> {
  const settings = settingsOf(options)
  const { sources, limits, retryAfter, notice } = settings
  const callerOf = callersOf(settings.tokens, [...sources.keys()])
  const room = new Room(limits.requests, limits.held, retryAfter)
  const gate = new Gate(target.status === undefined ? undefined : async () => target.status?.())
  const requests = new Requests()
  let isClosing = false

  async function accept(request: Request, incoming: Readable | undefined, name: string): Promise<Response> {
    const caller = callerOf(request.headers.get('authorization'))
    const source = caller.maySend(name) ? sources.get(name) : undefined
    if (source === undefined) {
      // What somebody may not send to is not there, as far as they are told.
      const allowed = [...sources.keys()].filter(caller.maySend).join(', ')
      throw new Problem(404, 'there is no source of that name', { value: name, allowed })
    }
    const { headers } = request
    const format = formatOf(headers.get('content-type'))
    const key = keyOf(headers.get('idempotency-key'), settings.requireKey)
    const held = room.enter()
    try {
      const bytes = await bodyOf(request, incoming, held, limits)
      const records = recordsOf(format, bytes, source.item, limits.records)
      if (settings.validate) mustBeReadable(records, source.item)
      if (records.length === 0) return accepted(0, {})
      const writer = key === undefined ? undefined : requests.writerOf(caller.name, name, key, [format, bytes])
      return accepted(records.length, await forward({ target, gate, settings }, source.name, records, writer))
    } finally {
      held.leave()
    }
  }

  const accepted = (count: number, receipt: Readonly<Record<string, number>>): Response =>
    new Response(JSON.stringify({ accepted: count, receipt }), {
      status: 202,
      headers: { 'content-type': 'application/json', ...(isClosing ? farewell : {}) },
    })

  const refused = (error: unknown, request: Request, incoming?: Readable): Response => {
    const isOurs = !(error instanceof Problem)
    if (isOurs) notice(`http: a request failed: ${messageOf(error)}`)
    const problem = isOurs ? new Problem(500, 'this endpoint failed', { remedy: 'Whoever runs it is told why.' }) : error
    // The rest of a body that nobody has read must not be taken for the next request, nor be waited for.
    return problem.response(isClosing || isUnread(request, incoming) || problem.status === 408 ? farewell : {})
  }

  const wrongMethod = (allow: string) => () => {
    throw new Problem(405, 'this method is not for this path', { allowed: allow, headers: { allow } })
  }

  const { Hono } = await hono()
  const app = new Hono<{ Bindings: { readonly [direct]?: Readable } }>()
    .post('/sources/:name', (c) => accept(c.req.raw, c.env?.[direct], c.req.param('name')))
    .all('/sources/:name', wrongMethod('POST'))
    .get('/sources', (c) => {
      const caller = callerOf(c.req.header('authorization') ?? null)
      return c.json({ sources: [...sources.keys()].filter(caller.maySend) })
    })
    .all('/sources', wrongMethod('GET, HEAD'))
    .get('/health', async (c) => {
      if (isClosing) throw new Problem(503, 'this endpoint is being closed')
      if (!(await gate.isThere())) throw new Problem(503, 'what keeps the records is away')
      return c.json({ status: 'ok' })
    })
    .all('/health', wrongMethod('GET, HEAD'))
  app.notFound((c) =>
    refused(new Problem(404, 'there is nothing at this path', { allowed: 'POST /sources/<name>, GET /sources, GET /health' }), c.req.raw),
  )
  app.onError((error, c) => refused(error, c.req.raw, c.env?.[direct]))

  return {
    app: app as unknown as Hono,
    serve: (serving) =>
      listen(
        {
          fetch: (request, incoming) => app.fetch(request, { [direct]: incoming }),
          bodyTimeout: limits.bodyTimeout,
          onClose: () => {
            isClosing = true
          },
        },
        serving,
      ),
  }
}

const isUnread = (request: Request, incoming: Readable | undefined): boolean =>
  incoming === undefined ? request.body !== null && !request.bodyUsed : !incoming.readableEnded && request.method === 'POST'

/** Where our own server puts what Node has of a request. In anybody else's, others may have begun to read it. */
const direct = Symbol('incoming')

const farewell = { connection: 'close' }
