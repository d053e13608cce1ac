import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { codec, source, TanagerError } from 'tanager'
import { afterEach, describe, expect, it } from 'vitest'
import { type IngestLimits, type IngestServer, ingest, type ServeOptions } from '../../../connectors/http/index.ts'
import { type Kept, kept } from './kept.ts'

const lines = source('lines', { item: codec.string })
const token = 'a-token-of-enough-characters'
const servers: IngestServer[] = []
const sockets: Socket[] = []

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await Promise.all(servers.splice(0).map((server) => server.close({ grace: 0 })))
})

async function served(limits: IngestLimits = {}, serving: Partial<ServeOptions> = {}): Promise<{ server: IngestServer; target: Kept }> {
  const target = kept()
  const endpoint = await ingest<'lines'>(target, { sources: [lines], tokens: [token], limits })
  const server = await endpoint.serve({ port: 0, ...serving })
  servers.push(server)
  return { server, target }
}

/** A connection of bare bytes, and what has come back on it. */
async function raw(server: IngestServer): Promise<{ socket: Socket; said: () => string; over: Promise<unknown> }> {
  const socket = connect(server.port, '127.0.0.1')
  sockets.push(socket)
  let said = ''
  socket.on('data', (chunk) => {
    said += chunk
  })
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  return { socket, said: () => said, over: new Promise((resolve) => socket.once('close', resolve)) }
}

const head = (more: string, bearer = token) =>
  `POST /sources/lines HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${bearer}\r\nContent-Type: text/plain\r\n${more}\r\n\r\n`

const post = (server: IngestServer, body: string, headers: Record<string, string> = {}) =>
  fetch(`${server.url}/sources/lines`, {
    method: 'POST',
    body,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'text/plain', ...headers },
  })

describe('a server', () => {
  it('takes records', async () => {
    const { server, target } = await served()
    const answer = await post(server, 'a\nb\n')
    expect([answer.status, await answer.json()]).toEqual([202, { accepted: 2, receipt: { lines: 1 } }])
    expect(target.records).toEqual(['a', 'b'])
  })

  it('takes nothing of a body that is shorter than its length', async () => {
    const { server, target } = await served()
    const { socket, over } = await raw(server)
    socket.end(`${head('Content-Length: 100')}a\nb\n`)
    await over
    expect((await post(server, 'c')).status).toBe(202)
    expect(target.records).toEqual(['c'])
  })

  it('takes what its length says of a body that is longer, or nothing, and answers 400', async () => {
    const { server, target } = await served()
    const { socket, said, over } = await raw(server)
    socket.write(`${head('Content-Length: 2')}a\nb\nc\n`)
    await over
    // Node says it on the connection as soon as it sees the rest, which may be before the records are kept.
    expect(said()).toContain('HTTP/1.1 400')
    expect([[], ['a']]).toContainEqual(target.records)
  })

  it.each<[string, string]>([
    ['two lengths', 'Content-Length: 2\r\nContent-Length: 3'],
    ['a length and chunks', 'Content-Length: 2\r\nTransfer-Encoding: chunked'],
    ['a length that is no number', 'Content-Length: two'],
    ['chunks that are none', 'Transfer-Encoding: chunked'],
  ])('refuses %s', async (_, more) => {
    const { server, target } = await served()
    const { socket, said, over } = await raw(server)
    socket.write(`${head(more)}zz\r\na\nb\n`)
    await over
    expect(said()).not.toContain('HTTP/1.1 202')
    expect(target.records).toEqual([])
  })

  it('refuses a large body by its length, before it has come', async () => {
    const { server } = await served({ length: 1000 })
    const { socket, said, over } = await raw(server)
    socket.write(head('Content-Length: 1000000000'))
    await expect.poll(said).toContain('HTTP/1.1 413')
    expect(said().toLowerCase()).toContain('connection: close')
    await over
  })

  it('stops reading a body without a length where it is too large', async () => {
    const { server, target } = await served({ length: 100_000 })
    const { socket, said, over } = await raw(server)
    socket.write(head('Transfer-Encoding: chunked'))
    const chunk = `10000\r\n${'a'.repeat(0x10000)}\r\n`
    const more = setInterval(() => socket.write(chunk), 1)
    try {
      await expect.poll(said).toContain('HTTP/1.1 413')
      await over
    } finally {
      clearInterval(more)
    }
    expect(target.records).toEqual([])
  })

  it('does not read a body of somebody it does not know', async () => {
    const { server } = await served()
    const { socket, said, over } = await raw(server)
    socket.write(head('Transfer-Encoding: chunked', 'not-the-token-that-is-known'))
    const chunk = `10000\r\n${'a'.repeat(0x10000)}\r\n`
    const more = setInterval(() => socket.write(chunk), 1)
    try {
      await expect.poll(said).toContain('HTTP/1.1 401')
      await over
    } finally {
      clearInterval(more)
    }
  })

  it('gives up on a body that does not come', async () => {
    const { server, target } = await served({ bodyTimeout: 100 })
    const { socket, said, over } = await raw(server)
    socket.write(`${head('Content-Length: 100')}a\n`)
    await over
    expect(said()).toContain('HTTP/1.1 408')
    expect(said()).toContain('within 100 ms')
    expect(target.records).toEqual([])
  })

  it('gives up on a head that does not come', async () => {
    const { server } = await served({}, { headTimeout: 200 })
    const { socket, over } = await raw(server)
    socket.write('POST /sources/lines HTTP/1.1\r\nHost: x\r\n')
    await over
  })

  it('has so many requests in hand, and so many bytes of them, and no more', async () => {
    const { server, target } = await served({ requests: 2, length: 1000, held: 2000 })
    const [first, second] = [await raw(server), await raw(server)]
    for (const { socket } of [first, second]) socket.write(`${head('Content-Length: 1000')}${'a'.repeat(900)}`)
    await expect.poll(async () => (await post(server, 'b')).status).toBe(503)
    expect((await post(server, 'b')).headers.get('retry-after')).toBe('2')
    first.socket.destroy()
    second.socket.destroy()
    const before = () => target.records.length
    const had = before()
    await expect.poll(async () => (await post(server, 'b')).status).toBe(202)
    expect(before()).toBe(had + 1)

    const few = await served({ length: 1000, held: 2000 })
    for (let i = 0; i < 2; i++) (await raw(few.server)).socket.write(`${head('Content-Length: 1000')}${'a'.repeat(999)}`)
    await expect.poll(async () => (await post(few.server, 'too much')).status).toBe(503)
    expect(few.target.records.length).toBeLessThanOrEqual(100)
  })

  it('survives whatever bytes come', async () => {
    const { server, target } = await served()
    for (const bytes of [
      '\u0000\u0001\r\n\r\n',
      'GET\r\n\r\n',
      'PRI * HTTP/2.0\r\n\r\n',
      `POST /${'a'.repeat(20_000)} HTTP/1.1\r\n`,
      '\r\n\r\n\r\n',
    ]) {
      const { socket, over } = await raw(server)
      socket.end(bytes)
      await over
    }
    const { socket, over } = await raw(server)
    socket.end('POST /sources/%E0%A4%A HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
    await over
    expect((await post(server, 'a')).status).toBe(202)
    expect(target.records).toEqual(['a'])
  })

  it('closes when what is in hand is answered, and takes nothing more', async () => {
    const { server, target } = await served()
    let release = () => {}
    target.hold = new Promise((resolve) => {
      release = resolve
    })
    const idle = await raw(server)
    const answer = post(server, 'a')
    const health = async () => (await fetch(`${server.url}/health`)).status
    expect(await health()).toBe(200)
    await expect.poll(() => target.begun).toBe(1)
    const began = Date.now()
    const closed = server.close()
    await expect(health()).rejects.toThrow()
    release()
    expect((await answer).status).toBe(202)
    expect((await answer).headers.get('connection')).toBe('close')
    await (await answer).text()
    await closed
    await idle.over
    expect(Date.now() - began).toBeLessThan(3_000)
    expect(target.records).toEqual(['a'])
  })

  it('does not wait for longer than it is given', async () => {
    const { server, target } = await served()
    target.hold = new Promise(() => {})
    const answer = post(server, 'a').then(
      () => 'answered',
      () => 'cut',
    )
    await expect.poll(() => target.begun).toBe(1)
    await server.close({ grace: 50 })
    expect(await answer).toBe('cut')
  })

  it('says what is in the way of listening', async () => {
    const { server } = await served()
    const error = await served({}, { port: server.port }).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(TanagerError)
    expect((error as Error).message).toContain(`cannot listen at 127.0.0.1:${server.port}: listen EADDRINUSE`)
    await expect(served({}, { port: -1 })).rejects.toThrow('ingest.serve: port; got -1; allowed: a whole number from 0 to 65535')
  })
})
