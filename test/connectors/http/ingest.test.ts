import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { codec, source, TanagerError } from 'tanager'
import { describe, expect, it } from 'vitest'
import { type IngestOptions, ingest } from '../../../connectors/http/index.ts'
import { kept } from './kept.ts'

const token = 'a-token-of-enough-characters'
const lines = source('lines', { item: codec.string })
const clicks = source('clicks', { item: codec.struct({ page: codec.string }) })
const times = source('times', { item: codec.date })
const sources = [lines, clicks, times]

type Name = 'lines' | 'clicks' | 'times'
interface Posted {
  readonly to?: string
  readonly type?: string | undefined
  readonly key?: string
  readonly headers?: Record<string, string>
}

async function endpoint(options: Partial<IngestOptions<Name>> = {}) {
  const target = kept()
  const made = await ingest<Name>(target, { sources, ...(options.tokens === undefined ? { open: true } : {}), ...options })
  const post = async (
    body: string | Uint8Array<ArrayBuffer>,
    { to = 'clicks', type = 'application/x-ndjson', key, headers = {} }: Posted = {},
  ) => {
    const answer = await made.app.request(`/sources/${to}`, {
      method: 'POST',
      body,
      headers: { 'content-type': type, ...(key === undefined ? {} : { 'idempotency-key': key }), ...headers },
    })
    return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Record<string, unknown> }
  }
  return { target, post, app: made.app }
}

describe('an endpoint that takes records', () => {
  it('takes lines of JSON as they stand, without the blank ones', async () => {
    const { target, post } = await endpoint()
    const answer = await post('{"page": "/"}\r\n\n  \n{"page":"/é","n":12345678901234567890}')
    expect(answer).toMatchObject({ status: 202, body: { accepted: 2, receipt: { clicks: 1 } } })
    expect(target.records).toEqual(['{"page": "/"}', '{"page":"/é","n":12345678901234567890}'])
  })

  it('takes an array of JSON, or one value, as it stands', async () => {
    const { target, post } = await endpoint()
    const type = 'application/json; charset=UTF-8'
    expect((await post(' [ {"page":"a,]\\"}"} , {"page":["\\\\"]},1e400,[2] ]\n', { type })).body).toMatchObject({ accepted: 4 })
    expect((await post('{"page":"b"}', { type })).body).toMatchObject({ accepted: 1 })
    expect((await post('[]', { type })).body).toEqual({ accepted: 0, receipt: {} })
    expect(target.records).toEqual(['{"page":"a,]\\"}"}', '{"page":["\\\\"]}', '1e400', '[2]', '{"page":"b"}'])
  })

  it('takes lines of text: to a source of strings each is a record, also an empty one', async () => {
    const { target, post } = await endpoint()
    await post('a\n\r\n b \n', { to: 'lines', type: 'text/plain' })
    await post('2024-01-31T12:00:00.000Z\n\n', { to: 'times', type: 'text/plain' })
    expect(target.records).toEqual(['a', '', ' b ', '2024-01-31T12:00:00.000Z'])
  })

  it('reads a string of JSON as the source writes it', async () => {
    const { target, post } = await endpoint()
    await post('"a\\nb"\n{"not":"a string"}\n', { to: 'lines' })
    await post('["2024-01-31T12:00:00.000Z"]', { to: 'times', type: 'application/json' })
    expect(target.records).toEqual(['a\nb', '{"not":"a string"}', '2024-01-31T12:00:00.000Z'])
    // Half of a pair: no text at all, and its JSON must not be taken for the text.
    expect(await post('"ok"\n"\\ud800"', { to: 'lines' })).toMatchObject({ status: 422, body: { refused: [{ record: 1 }] } })
    expect(target.records).toHaveLength(3)
  })

  it('splits an array of any values where JSON.parse would', async () => {
    const { target, post } = await endpoint()
    await fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue().filter((value) => typeof value !== 'string')), fc.nat(3), async (values, indent) => {
        target.records.length = 0
        await post(JSON.stringify(values, undefined, indent), { type: 'application/json' })
        expect(target.records.map((text) => JSON.parse(text))).toEqual(values.map((value) => JSON.parse(JSON.stringify(value))))
      }),
    )
  })

  it('unpacks gzip, and refuses what is none, is cut, or is a bomb', async () => {
    const { target, post } = await endpoint({ limits: { length: 1000 } })
    const headers = { 'content-encoding': 'gzip' }
    const packed = gzipSync('{"page":"/"}\n')
    expect((await post(packed, { headers })).status).toBe(202)
    expect(await post(packed.subarray(0, -9), { headers })).toMatchObject({ status: 400 })
    expect(await post('no gzip', { headers })).toMatchObject({ status: 400 })
    expect(await post(gzipSync(Buffer.alloc(1 << 20)), { headers })).toMatchObject({ status: 413, body: { limit: 1000 } })
    const other = await post('x', { headers: { 'content-encoding': 'br' } })
    expect([other.status, other.headers.get('accept-encoding')]).toEqual([415, 'gzip'])
    expect(target.records).toEqual(['{"page":"/"}'])
  })

  it.each<[string, string | Uint8Array<ArrayBuffer>, Posted, number, string]>([
    ['no UTF-8', Uint8Array.from([0x61, 0x0a, 0xff, 0x0a]), {}, 400, 'the body is no UTF-8: line 2. Nothing was accepted.'],
    ['no JSON', '[1,', { type: 'application/json' }, 400, 'the body is no JSON'],
    ['nothing, as JSON', '', { type: 'application/json' }, 400, 'the body is no JSON'],
    [
      'another type',
      'a',
      { type: 'text/csv' },
      415,
      'this Content-Type is not understood; got "text/csv"; allowed: application/x-ndjson, application/json or text/plain, in UTF-8',
    ],
    ['another charset', 'a', { type: 'text/plain; charset=latin1' }, 415, 'this Content-Type is not understood'],
    ['an unknown source', 'a', { to: 'nowhere' }, 404, 'there is no source of that name; got "nowhere"; allowed: lines, clicks, times'],
    ['a source that every object has', 'a', { to: '__proto__' }, 404, 'there is no source of that name'],
    ['too much', `${' '.repeat(2000)}`, {}, 413, 'the body is too large'],
    ['too many', '1\n'.repeat(11), {}, 413, 'these are too many records for one request; got "11 records"; allowed: at most 10.'],
    ['a length that is not its own', 'abc', { headers: { 'content-length': '4' } }, 400, 'the body is not as long as Content-Length says'],
    ['a key that is none', 'a', { key: 'a, b' }, 400, 'this is no Idempotency-Key; got "a, b"'],
  ])('refuses %s', async (_, body, posted, status, detail) => {
    const { target, post } = await endpoint({ limits: { length: 1000, records: 10 } })
    const answer = await post(body, posted)
    expect(answer.body).toMatchObject({ type: 'about:blank', status, detail: expect.stringContaining(detail) })
    expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'application/problem+json'])
    expect(target.records).toEqual([])
  })

  it('refuses other methods and paths', async () => {
    const { app } = await endpoint()
    const wrong = await app.request('/sources/clicks', { method: 'PUT', body: 'a' })
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST'])
    expect((await app.request('/sources', { method: 'DELETE' })).status).toBe(405)
    expect((await app.request('/else')).status).toBe(404)
    expect(await (await app.request('/sources')).json()).toEqual({ sources: ['lines', 'clicks', 'times'] })
    expect((await app.request('/health', { method: 'HEAD' })).status).toBe(200)
  })

  it('hands on what the codec cannot read, or refuses the whole request if it is to validate', async () => {
    const body = '{"page":"/"}\n{"page":1}\nno json\n'
    const lenient = await endpoint()
    expect((await lenient.post(body)).body).toMatchObject({ accepted: 3 })
    const strict = await endpoint({ validate: true })
    const answer = await strict.post(body)
    expect(answer).toMatchObject({ status: 422, body: { refused: [{ record: 1 }, { record: 2, error: expect.stringContaining('JSON') }] } })
    expect(strict.target.records).toEqual([])
    expect((await strict.post('{"page":"/"}')).status).toBe(202)
  })
})

describe('idempotency keys', () => {
  it('a request that comes again counts once, and is answered as the first was', async () => {
    const { target, post } = await endpoint()
    const [first, again, quoted] = [await post('1\n', { key: 'k' }), await post('1\n', { key: 'k' }), await post('1\n', { key: '"k"' })]
    expect([again.body, quoted.body]).toEqual([first.body, first.body])
    expect(target.records).toEqual(['1'])
    await post('1\n', { key: 'other' })
    await post('1\n', { key: 'k', to: 'lines' })
    expect(target.records).toEqual(['1', '1', '1'])
  })

  it('a key that is used for something else is refused, and where that is no longer known nothing is lost', async () => {
    const { target, post } = await endpoint()
    await post('1\n', { key: 'k' })
    expect(await post('2\n', { key: 'k' })).toMatchObject({ status: 422, body: { detail: expect.stringContaining('another body') } })
    const restarted = await ingest<Name>(target, { sources, open: true })
    const headers = { 'content-type': 'application/x-ndjson', 'idempotency-key': 'k' }
    for (const body of ['2\n', '1\n']) await restarted.app.request('/sources/clicks', { method: 'POST', body, headers })
    expect(target.records).toEqual(['1', '2'])
  })

  it('belong to whom they are named after', async () => {
    const tokens = ['a', 'b'].map((name) => ({ token: `${token}-${name}`, name }))
    const { target, post } = await endpoint({ tokens })
    for (const { token: each } of [...tokens, ...tokens]) {
      await post('1\n', { key: 'k', headers: { authorization: `Bearer ${each}` } })
    }
    expect(target.records).toEqual(['1', '1'])
  })

  it('may be asked for', async () => {
    const { post } = await endpoint({ requireKey: true })
    expect(await post('1\n')).toMatchObject({ status: 400, body: { detail: expect.stringContaining('Idempotency-Key is missing') } })
  })
})

describe('tokens', () => {
  const tokens = [token, { token: `${token}-of-lines`, name: 'lines only', sources: ['lines'] }]

  it('let in who has one, and nobody else', async () => {
    const { post, app } = await endpoint({ tokens })
    const none = await post('1\n')
    expect([none.status, none.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="ingest"'])
    const wrong = await post('1\n', { to: 'nowhere', headers: { authorization: `Bearer ${token}x` } })
    expect([wrong.status, wrong.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="ingest", error="invalid_token"'])
    // Who is not let in learns no name, neither of a source nor of a token.
    expect(JSON.stringify([none.body, wrong.body])).not.toMatch(/lines|clicks|nowhere|enough/)
    expect((await app.request('/sources')).status).toBe(401)
    expect((await app.request('/health')).status).toBe(200)
    expect((await post('1\n', { headers: { authorization: `bearer  ${token}` } })).status).toBe(202)
  })

  it('may be for some sources only: the others are not there', async () => {
    const { post } = await endpoint({ tokens })
    const headers = { authorization: `Bearer ${token}-of-lines` }
    expect((await post('a', { to: 'lines', headers })).status).toBe(202)
    const refused = [await post('1', { headers }), await post('1', { to: 'nowhere', headers })]
    expect(refused.map(({ status }) => status)).toEqual([404, 404])
    expect(refused.map(({ body }) => String(body.detail).replace(/"\w+"/, ''))).toEqual(
      Array(2).fill('there is no source of that name; got ; allowed: lines'),
    )
  })
})

describe('options', () => {
  it.each<[string, unknown]>([
    ['ingest: there are no tokens, so everyone could send', { sources }],
    ['ingest: open; got true; allowed: true only without tokens', { sources, tokens: [token], open: true }],
    ['ingest: tokens[1] is no bearer token; allowed: at least 16 characters', { sources, tokens: [token, 'secret word'] }],
    ['ingest: tokens[0].sources names a source that is not among sources; got "x"', { sources, tokens: [{ token, sources: ['x'] }] }],
    ['ingest: sources; got []', { sources: [], open: true }],
    ['ingest has no option limit; allowed: sources, tokens', { sources, open: true, limit: 3 }],
    ['ingest: limits.length; got -1; allowed: a whole number from 1', { sources, open: true, limits: { length: -1 } }],
    ['ingest: sendTimeout; got "2s"', { sources, open: true, sendTimeout: '2s' }],
  ])('refuses: %s', async (message, options) => {
    const error = await ingest(kept(), options as never).then(
      () => undefined,
      (thrown: unknown) => thrown as TanagerError,
    )
    expect(error?.code).toBe('invalid-option')
    expect(error?.message).toContain(message)
    expect(error?.message).not.toContain('secret word')
  })
})

describe('what keeps the records', () => {
  const timeout = (value: string) => new TanagerError('timeout', 'the stream is full', { value })

  it.each<[string, Error, string | undefined, number, RegExp]>([
    ['is full', timeout('0 of 1 records accepted, or on their way'), undefined, 429, /is full. Nothing was accepted/],
    ['is full, with a key', timeout('1 of 1 records accepted, or on their way'), 'k', 429, /under the same Idempotency-Key/],
    ['took some, perhaps', timeout('1 of 1 records accepted, or on their way'), undefined, 503, /not known whether/],
    ['is closed', new TanagerError('closed', 'this client is closed'), undefined, 503, /Nothing was accepted/],
    ['fails', new Error('redis://user:password@host'), undefined, 503, /not known whether/],
    ['finds it too long', new TanagerError('too-long', 'the batch is too long'), 'k', 413, /too long/],
  ])('%s', async (_, fault, key, status, detail) => {
    const notices: string[] = []
    const { target, post } = await endpoint({ retryAfter: 7, notice: (text) => notices.push(text) })
    target.fault = fault
    const answer = await post('1\n', key === undefined ? {} : { key })
    expect(answer).toMatchObject({ status, body: { detail: expect.stringMatching(detail) } })
    expect(answer.headers.get('retry-after')).toBe(status === 413 ? null : '7')
    expect(JSON.stringify(answer.body)).not.toContain('password')
    target.fault = undefined
    expect((await post('1\n', key === undefined ? {} : { key })).status).toBe(202)
  })

  it('is not waited for longer than was said, and not sent to while it does not answer', async () => {
    const target = kept()
    const asked = { count: 0, answer: () => {} }
    const status = () =>
      new Promise<void>((resolve) => {
        asked.count += 1
        asked.answer = resolve
      })
    const { app } = await ingest<Name>({ ...target, send: () => new Promise(() => {}), status }, { sources, open: true, sendTimeout: 10 })
    const post = () => app.request('/sources/lines', { method: 'POST', body: 'a', headers: { 'content-type': 'text/plain' } })
    expect((await post()).status).toBe(503)
    const [began, again] = [Date.now(), await post()]
    expect(again.status).toBe(503)
    expect(await again.text()).toContain('Nothing was accepted')
    expect(Date.now() - began).toBeLessThan(300)
    expect((await app.request('/health')).status).toBe(503)
    expect(asked.count).toBe(1)
    asked.answer()
    await expect.poll(async () => (await app.request('/health')).status).toBe(200)
  })
})

describe('any bytes', () => {
  it('are answered, and counted as the answer says', async () => {
    const { target, post } = await endpoint({ limits: { length: 4000, records: 50 } })
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.json().map((text) => Buffer.from(`${text}\n`)),
      fc.string({ unit: 'binary' }).map((text) => Buffer.from(`${text}\n`)),
      fc.constantFrom('\n', '\r\n', '"', '[', ']', '{"page":"a"}\n', ',', '\u0000').map((text) => Buffer.from(text)),
    )
    const some = <A>(arbitrary: fc.Arbitrary<A>) => fc.option(arbitrary, { nil: undefined })
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { maxLength: 20 }).map((pieces) => Uint8Array.from(Buffer.concat(pieces))),
        fc.constantFrom('application/x-ndjson', 'application/json', 'text/plain', 'text/html'),
        fc.constantFrom(...sources.map(({ slot }) => slot.name)),
        some(fc.stringMatching(/^[ -~]{0,30}$/)),
        fc.constantFrom(undefined, 'gzip', 'identity'),
        fc.boolean(),
        async (bytes, type, to, key, encoding, isPacked) => {
          const before = target.records.length
          const headers = encoding === undefined ? {} : { 'content-encoding': encoding }
          const body = isPacked && encoding === 'gzip' ? Uint8Array.from(gzipSync(bytes)) : bytes
          const answer = await post(body, { to, type, headers, ...(key === undefined ? {} : { key }) })
          const added = target.records.length - before
          expect(answer.status).toBeLessThan(500)
          if (answer.status !== 202) expect(added).toBe(0)
          else if (key === undefined) expect(added).toBe(answer.body.accepted)
          else {
            // Again changes nothing, whether the first did, or one before it.
            expect([0, answer.body.accepted]).toContain(added)
            const again = await post(body, { to, type, headers, key })
            expect(again.body).toEqual(answer.body)
            expect(target.records.length).toBe(before + added)
          }
        },
      ),
      { numRuns: 150 },
    )
  })
})
