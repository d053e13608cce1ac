import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { codec, job, source, store } from 'tanager'
import { sum } from 'tanager/algebra'
import { type BullmqOptions, bullmq } from 'tanager/bullmq'
import { describe, expect, test } from 'vitest'
import { startRedisServer } from '../../scripts/redis/server.ts'
import { fixture, folder, tanager } from '../cli/tanager.ts'
import { authority } from './certificates.ts'
import { tlsServer } from './server.ts'

const ours = authority('our authority')
const theirs = authority('another authority')

const { certificate: cert, key } = theirs.issue('worker')
const stranger = { cert, key }

const words = source('words', { item: codec.string })
const counts = store('counts', { key: codec.string, sum })
const wordCount = job('word-count', words.map((word) => [word, 1] as const).sumByKey(counts))

/** Sends, works and reads; what was counted. */
async function count(redis: BullmqOptions['redis'], notices: string[]): Promise<number | undefined> {
  const app = bullmq({ redis, notice: (text) => notices.push(text) })
    .on(wordCount)
    .bind({})
  const worker = await app.start({ timeout: 20_000 })
  const client = app.client({ timeout: 20_000 })
  try {
    const receipt = await client.send('words', ['a', 'b', 'a'])
    return await client.store('counts').get('a', { after: receipt, timeout: 20_000 })
  } finally {
    await client.close()
    await worker.close()
  }
}

/** Tries to be a worker; what it is told. Nothing but its own verdict ends this: there is no time limit. */
async function refused(redis: BullmqOptions['redis']): Promise<{ readonly error: Error; readonly notices: readonly string[] }> {
  const notices: string[] = []
  const app = bullmq({ redis, notice: (text) => notices.push(text) })
    .on(wordCount)
    .bind({})
  const error = await app.start().then(
    () => new Error('it was let in'),
    (thrown: Error) => thrown,
  )
  return { error, notices }
}

describe('a Redis behind TLS', () => {
  test('runs a job for those who trust its authority', async () => {
    await using server = await tlsServer(ours, 'anyone')
    const { host, port } = server
    const notices: string[] = []
    expect(await count({ host, port, tls: { ca: ours.certificate } }, notices)).toBe(2)
    expect(notices).toEqual([])
  })

  test('runs a job for those who show a certificate, where it asks for one', async () => {
    await using server = await tlsServer(ours, 'certified')
    const { host, port } = server
    const notices: string[] = []
    const { certificate, key } = ours.issue('worker')
    expect(await count({ host, port, tls: { ca: ours.certificate, cert: certificate, key } }, notices)).toBe(2)
    expect(notices).toEqual([])
  })

  test('runs a job for the command by its address alone, rediss://…', async () => {
    await using server = await tlsServer(ours, 'anyone')
    await using at = await folder()
    const run = ['run', fixture('words.ts'), '--source', `lines=${await at.file('lines.txt', 'a\nb\na\n')}`]
    const { code, stdout, stderr } = await tanager([...run, '--platform', 'bullmq', '--workers', '1', '--json'], {
      env: { REDIS_URL: `rediss://${server.host}:${server.port}`, NODE_EXTRA_CA_CERTS: server.caFile },
    })
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.not.stringMatching(/waiting|error/) })
    expect(stdout).toBe('{"store":"words","key":"a","value":2}\n{"store":"words","key":"b","value":1}\n')
  })
})

describe('no TLS, with a reason and a remedy', () => {
  test.each([
    ['an authority that is not trusted', { ca: theirs.certificate }, 'anyone', /self-signed|unable to (?:verify|get)/],
    ['no certificate where one is asked for', { ca: ours.certificate }, 'certified', /certificate required|handshake failure/],
    ['a certificate of an authority that the server does not trust', { ca: ours.certificate, ...stranger }, 'certified', /unknown ca/],
    ['a certificate of one and the key of another', { ca: ours.certificate, ...stranger, key: ours.issue('b').key }, 'anyone', /mismatch/],
  ] as const)('%s', async (_what, tls, clients, reason) => {
    await using server = await tlsServer(ours, clients)
    const { error, notices } = await refused({ host: server.host, port: server.port, tls })
    expect(error).toMatchObject({ code: 'redis', message: expect.stringMatching(reason) })
    expect(error.message).toMatch(/^no TLS with Redis at 127\.0\.0\.1:\d+: .*\. redis: \{ host, port, tls: \{ ca, cert, key \} \}/)
    // Who is shown the door may see it close before it hears why; it tries again until it has.
    expect(notices).toEqual([expect.stringMatching(/^waiting for Redis at 127/)])
  })

  test('a certificate that is for another address', async () => {
    const { certificate, issue } = ours
    await using server = await tlsServer({ certificate, issue: (name) => issue(name, [10, 0, 0, 5]) }, 'anyone')
    const { error } = await refused({ host: server.host, port: server.port, tls: { ca: certificate } })
    expect(error).toMatchObject({ code: 'redis', message: expect.stringContaining("is not in the cert's list") })
  })

  test.each([
    ['to a server that speaks none', { tls: {}, connectTimeout: 300 }, () => startRedisServer(), /ETIMEDOUT/],
    ['to a server that speaks nothing else', {}, () => tlsServer(ours, 'anyone'), /ECONNRESET|rediss:/],
    ['to something that hangs up', {}, hangingUp, /it closes every connection. Does it want TLS, rediss:\/\/…\?/],
  ])('%s is waited for, and said', async (_what, options, start, reason) => {
    await using server = await start()
    const notices: string[] = []
    const app = bullmq({ redis: { host: '127.0.0.1', port: server.port, ...options }, notice: (text) => notices.push(text) })
      .on(wordCount)
      .bind({})
    await expect(app.start({ timeout: 2000 })).rejects.toMatchObject({ code: 'timeout' })
    expect(notices).toEqual([expect.stringMatching(reason)])
  })
})

/** Takes connections and closes them, without a word. */
async function hangingUp() {
  const server = createServer((socket) => socket.resume().end())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      server.close()
    },
  }
}
