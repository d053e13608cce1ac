import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { codec, job, sink, source, TanagerError } from 'tanager'
import { sinkLaws } from 'tanager/testing'
import { afterEach, describe, expect, it } from 'vitest'
import { ingest, type WebhookOptions, webhook } from '../../../connectors/http/index.ts'
import { deployed } from '../../platforms/bullmq/deployed.ts'
import { kept } from './kept.ts'

interface Received {
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

type Handle = (received: Received, response: ServerResponse) => void

const servers: Server[] = []
afterEach(async () => {
  await Promise.all(
    servers.splice(0).map((server) => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    }),
  )
})

async function receiver(handle: Handle): Promise<{ readonly url: string; readonly received: Received[] }> {
  const received: Received[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const one = { path: request.url ?? '', headers: request.headers, body }
    received.push(one)
    handle(one, response)
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received }
}

const answering =
  (status: number, headers: Record<string, string> = {}, body = ''): Handle =>
  (_, response) =>
    void response.writeHead(status, headers).end(body)

const token = { job: 'job', sink: 'out', sequence: 3, id: 'id-3' }
const failed = async (writing: Promise<void>): Promise<TanagerError> => {
  const error = await writing.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(TanagerError)
  return error as TanagerError
}

describe('a webhook, before a receiver that remembers keys and fails at random', () => {
  // Fails before and after it has taken a batch, by a status or by hanging up: the worst is to take it and say nothing.
  let turn = 0
  const open = async () => {
    const batches = new Map<string, readonly string[]>()
    const { url } = await receiver(({ headers, body }, response) => {
      const chance = (turn++ * 7919) % 10
      if (chance === 0) return void response.destroy()
      if (chance === 1) return void response.writeHead(503).end()
      const key = String(headers['idempotency-key'])
      if (!batches.has(key)) batches.set(key, JSON.parse(body))
      if (chance === 2) return void response.destroy()
      if (chance === 3) return void response.writeHead(500).end()
      response.writeHead(204).end()
    })
    const plain = webhook<string>({ url })
    // As the engine does.
    const write: typeof plain.write = async (items, batch) => {
      for (let attempt = 1; ; attempt++) {
        try {
          return await plain.write(items, batch)
        } catch (error) {
          if (attempt === 20) throw error
        }
      }
    }
    return { sink: { write }, written: async () => [...batches.values()].flat() }
  }
  for (const { name, check } of sinkLaws({ open, items: fc.string({ unit: 'grapheme' }), runs: 40 })) it(name, check)
})

describe('a webhook', () => {
  it('posts an array, or lines, or what it is told', async () => {
    const { url, received } = await receiver(answering(200))
    const items = [{ a: 1 }, { a: 2 }]
    await webhook<{ a: number }>({ url }).write(items, token)
    await webhook<{ a: number }>({ url, body: 'ndjson', encode: ({ a }) => String(a) }).write(items, token)
    await webhook<{ a: number }>({ url, body: (all, { id }) => ({ type: 'text/csv', text: `${id},${all.length}` }) }).write(items, token)
    await webhook<Date>({ url, encode: { encode: codec.array(codec.date).toJson as never } }).write([], token)
    expect(received.map(({ headers, body }) => [headers['content-type'], headers['idempotency-key'], body])).toEqual([
      ['application/json', 'job/out/id-3', '[{"a":1},{"a":2}]'],
      ['application/x-ndjson', 'job/out/id-3', '1\n2\n'],
      ['text/csv', 'job/out/id-3', 'id-3,2'],
    ])
  })

  it('signs what it posts, with each secret', async () => {
    const { url, received } = await receiver(answering(200))
    const binary = Buffer.from('0123456789abcdef')
    await webhook<number>({ url, secret: ['plain', `whsec_${binary.toString('base64')}`] }).write([1], token)
    const [{ headers, body } = { headers: {} as IncomingMessage['headers'], body: '' }] = received
    const content = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
    const signatures = ['plain', binary].map((key) => `v1,${createHmac('sha256', key).update(content).digest('base64')}`)
    expect(headers['webhook-signature']).toBe(signatures.join(' '))
    expect(Math.abs(Date.now() / 1000 - Number(headers['webhook-timestamp']))).toBeLessThan(5)
  })

  it('sends headers, asked for each time, and a password of the address as Basic authorization', async () => {
    const { url, received } = await receiver(answering(200))
    let n = 0
    const changing = webhook<number>({ url, headers: async () => ({ Authorization: `Bearer ${++n}` }) })
    await changing.write([1], token)
    await changing.write([1], token)
    await webhook<number>({ url: url.replace('//', '//us%40er:p%3Ass@') }).write([1], token)
    const basic = `Basic ${Buffer.from('us@er:p:ss').toString('base64')}`
    expect(received.map(({ headers }) => headers.authorization)).toEqual(['Bearer 1', 'Bearer 2', basic])
  })

  it.each([408, 425, 429, 500, 503])('rejects on %d, to be sent again', async (status) => {
    const { url } = await receiver(answering(status, {}, 'busy'))
    const error = await failed(webhook<number>({ url }).write([1], token))
    expect([error.code, error.message]).toEqual(['sink', `webhook ${url}: answers ${status}: "busy"`])
  })

  it('says what an operator has to do about what will not be taken', async () => {
    const { url } = await receiver(answering(400, {}, 'page is missing'))
    expect((await failed(webhook<number>({ url }).write([1], token))).message).toBe(
      `webhook ${url}: answers 400: "page is missing". Sent again it will hardly be taken: look at url, at body, and at what the receiver wants. Then have the batch that failed sent again: tanager dead-letters <module> retry <id>.`,
    )
  })

  it('leaves a receiver alone for as long as it asks, up to a limit', async () => {
    const times: number[] = []
    const { url } = await receiver((_, response) => {
      times.push(Date.now())
      response.writeHead(times.length === 1 ? 503 : 200, { 'retry-after': times.length === 1 ? '3600' : '' }).end()
    })
    const hook = webhook<number>({ url, longestPause: 300 })
    expect((await failed(hook.write([1], token))).message).toContain('answers 503, and asks to be left alone for 3600 s')
    await hook.write([1], token)
    await hook.write([1], token)
    const [first = 0, second = 0] = times
    expect(second - first).toBeGreaterThanOrEqual(290)
  })

  it('follows redirects that stay a POST at the same origin, and no other', async () => {
    const elsewhere = await receiver(answering(200))
    const { url, received } = await receiver(({ path }, response) => {
      const to: Record<string, [number, string]> = {
        '/same': [308, '/new'],
        '/else': [307, `${elsewhere.url}/secret-path`],
        '/get': [302, '/new'],
        '/round': [307, '/round'],
      }
      const [status, location] = to[path] ?? [200, '']
      response.writeHead(status, { location }).end()
    })
    const write = (path: string) => webhook<number>({ url: url + path, headers: { 'x-key': 'confidential' } }).write([1], token)
    await write('/same')
    expect(received.at(-1)).toMatchObject({ path: '/new', body: '[1]', headers: { 'idempotency-key': 'job/out/id-3' } })
    expect((await failed(write('/else'))).message).toContain(`redirects to another origin, ${elsewhere.url}.`)
    expect((await failed(write('/get'))).message).toContain('answers 302, a redirect that would not be a POST')
    expect((await failed(write('/round'))).message).toContain('redirects more than 5 times')
    expect(elsewhere.received).toEqual([])
  })

  it('shows no secret, also if the receiver says it back', async () => {
    const { url } = await receiver(
      ({ path, headers, body }, response) =>
        void response.writeHead(400).end(`${JSON.stringify({ path, auth: headers.authorization })} ${path.replaceAll('/', '\\/')} ${body}`),
    )
    const hook = webhook<string>({
      url: `${url}/services/T0KEN/x?sig=s1gnature`,
      headers: { authorization: 'Bearer b3arer-token' },
      secret: 's3cret-word',
    })
    const error = await failed(hook.write(['s3cret-word'], token))
    expect(error.message).toContain('answers 400: ')
    for (const secret of ['T0KEN', 's1gnature', 'b3arer', 's3cret']) expect(`${error.message} ${error.stack}`).not.toContain(secret)
  })

  it('cuts no secret in half', async () => {
    const long = `Bearer ${'abcdefgh'.repeat(30)}`
    await fc.assert(
      fc.asyncProperty(fc.nat(1100), async (before) => {
        const { url } = await receiver(
          ({ headers }, response) => void response.writeHead(400).end(`${'-'.repeat(before)}${headers.authorization}`),
        )
        const error = await failed(webhook<number>({ url, headers: { authorization: long } }).write([1], token))
        expect(error.message).not.toContain('abc')
      }),
      { numRuns: 30 },
    )
  })

  it('says that there is no receiver, or that it does not answer', async () => {
    const { url } = await receiver(() => undefined)
    const silent = await failed(webhook<number>({ url, timeout: 50 }).write([1], token))
    expect(silent.message).toContain(`webhook ${url}: no answer within 50 ms. Is the receiver overloaded?`)
    servers.at(-1)?.closeAllConnections()
    await new Promise((resolve) => servers.pop()?.close(resolve))
    const gone = await failed(webhook<number>({ url: `${url}/path` }).write([1], token))
    expect(gone.message).toContain(`webhook ${url}: cannot be reached: ECONNREFUSED`)
  })

  it('refuses an item that cannot be written', async () => {
    const error = await failed(webhook<unknown>({ url: 'http://127.0.0.1:1' }).write([new Map()], token))
    expect(error.code).toBe('encode')
  })

  it.each<[string, WebhookOptions<number>]>([
    ['webhook: url is no address; allowed: https://host/path, or http://…', { url: 'ftp://user:secret-word@host' }],
    ['webhook: url is no address', { url: 'secret-word' }],
    ['webhook: body; got "xml"; allowed: json, ndjson, or a function', { url: 'http://x', body: 'xml' as never }],
    ['webhook: secret; allowed: text', { url: 'http://x', secret: ['secret-word', ''] }],
    ['webhook: headers: this is no header; got "x"', { url: 'http://x', headers: { x: 'secret-word\nx' } }],
    ["webhook: headers: idempotency-key is the webhook's own", { url: 'http://x', headers: { 'Idempotency-Key': 'secret-word' } }],
    ['webhook: timeout; got 0; allowed: a whole number from 1', { url: 'http://x', timeout: 0 }],
    ['webhook has no option uri', { url: 'http://x', uri: 'http://x' } as never],
  ])('refuses options: %s', (message, options) => {
    expect(() => webhook(options)).toThrow(message)
    try {
      webhook(options)
    } catch (error) {
      expect(String((error as Error).message)).not.toContain('secret-word')
    }
  })
})

describe('a job', () => {
  const words = source('words', { item: codec.string })
  const out = sink('out', { item: codec.string })
  const passing = job('passing', words.write(out))

  it('posts each batch until it is taken, and an endpoint takes it once', async () => {
    const target = kept()
    const taken = source('taken', { item: codec.string })
    const endpoint = await ingest<'taken'>(target, { sources: [taken], open: true })
    const inner = await endpoint.serve({ port: 0 })
    let turn = 0
    // Loses one answer in three, after the records are kept.
    const { url } = await receiver(async ({ headers, body }, response) => {
      const answer = await fetch(`${inner.url}/sources/taken`, {
        method: 'POST',
        body,
        headers: { 'content-type': String(headers['content-type']), 'idempotency-key': String(headers['idempotency-key']) },
      })
      await answer.text()
      if (turn++ % 3 === 0) response.destroy()
      else response.writeHead(answer.status).end()
    })
    try {
      await using there = await deployed(
        passing,
        { out: webhook<string>({ url, body: 'ndjson' }) },
        { batch: { batchRecords: 5 }, backoff: 10 },
      )
      await there.worker()
      const all = Array.from({ length: 60 }, (_, i) => `word "${i}"`)
      for (let i = 0; i < all.length; i += 10) await there.client.send('words', all.slice(i, i + 10))
      await expect.poll(() => target.records.length, { timeout: 20_000 }).toBe(all.length)
      await there.client.settled({ timeout: 10_000 })
      await expect.poll(async () => (await there.client.status()).sinks.get('out')?.backlog, { timeout: 20_000 }).toBe(0)
      expect([...target.records].sort()).toEqual([...all].sort())
      expect(turn).toBeGreaterThan(target.sends.length)
    } finally {
      await inner.close({ grace: 100 })
    }
  })
})
