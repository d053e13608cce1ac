import { inspect } from 'node:util'
import { codec, job, source, store } from 'tanager'
import { sum } from 'tanager/algebra'
import { type BullmqOptions, bullmq } from 'tanager/bullmq'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { type RedisServer, startRedisServer } from '../../scripts/redis/server.ts'
import { inside } from '../cli/inside.ts'
import { call, fixture } from '../cli/tanager.ts'
import { clientOf } from '../redis/keys.ts'
import { authority } from './certificates.ts'
import { tlsServer } from './server.ts'

const words = source('words', { item: codec.string })
const counts = store('counts', { key: codec.string, sum })
const wordCount = job('word-count', words.map((word) => [word, 1] as const).sumByKey(counts))

const user = 'us3rn4me'
// All that has a meaning in a URL, in JSON or in a shell.
const password = 'p4ss/w0rd?#@:%41 "ç🐦\\'
const record = 'r3c0rd-of-somebody'
const { certificate, key } = authority('nobody you know').issue('worker')

/** What must be nowhere, in all its forms: as it is, in a URL, in JSON, and what a URL cut at the wrong place leaves of it. */
const secrets = [
  user,
  password,
  encodeURIComponent(password),
  encodeURI(password),
  JSON.stringify(password).slice(1, -1),
  'p4ss',
  'w0rd',
  record,
  ...key.split('\n').filter((line) => line.length > 20 && !line.startsWith('---')),
]

const secretUrl = (port: number, name = user) => `redis://${name}:${encodeURIComponent(password)}@127.0.0.1:${port}`

/** All that can be got out of an error by printing it, with all it hides. */
function allOf(error: unknown): string {
  const parts = [inspect(error, { depth: 20, showHidden: true, getters: true, maxStringLength: null, maxArrayLength: null })]
  for (let at = error; at instanceof Error; at = at.cause) {
    parts.push(String(at), at.stack ?? '', JSON.stringify(at), JSON.stringify(Object.getOwnPropertyDescriptors(at)))
  }
  return parts.join('\n')
}

function mustKeep(said: string): void {
  for (const secret of secrets) expect(said).not.toContain(secret)
}

let printed = ''
let server: RedisServer

beforeAll(async () => {
  server = await startRedisServer()
  const admin = await clientOf(server.url)
  // One may do nothing, the other all but keep records.
  await admin.acl('SETUSER', user, 'on', `>${password}`, '~*', '-@all')
  await admin.acl('SETUSER', `${user}-2`, 'on', `>${password}`, '~*', '+@all', '-xadd')
  admin.disconnect()
})

afterAll(() => server.close())

// By hand: calling the command in this process undoes all of vitest's own.
const methods = ['log', 'info', 'warn', 'error', 'debug'] as const
const before = { ...console }

beforeEach(() => {
  printed = ''
  for (const method of methods) {
    console[method] = (...args: readonly unknown[]) => {
      printed += `${args.map((arg) => (typeof arg === 'string' ? arg : allOf(arg))).join(' ')}\n`
    }
  }
})

afterEach(() => {
  Object.assign(console, before)
})

/** Does all there is to do with a deployment; all that was said meanwhile. */
async function saidBy(redis: BullmqOptions['redis']): Promise<string> {
  const said: string[] = []
  const attempt = async (work: () => Promise<unknown>) => {
    try {
      await work()
    } catch (error) {
      said.push(allOf(error))
    }
  }
  const deployment = () =>
    bullmq({ redis, notice: (text) => said.push(text) })
      .on(wordCount)
      .bind({})
  await attempt(async () => {
    const worker = await deployment().start({ timeout: 200 })
    said.push(worker.redis)
    await worker.close()
  })
  await attempt(async () => {
    const client = deployment().client({ timeout: 200 })
    await attempt(() => client.send('words', [record], { timeout: 200 }))
    await attempt(() => client.send('words', [record], { writer: 'w', sequence: 1, timeout: 200 }))
    await attempt(() => client.status())
    await attempt(() => client.store('counts').get(record))
    await attempt(() => client.deadLetters.list())
    await attempt(() => client.deadLetters.retry())
    await attempt(() => client.reset())
    await client.close({ abandon: true })
  })
  return `${said.join('\n')}\n${printed}`
}

describe('what is said when something is wrong with Redis holds no secret', () => {
  test.each<readonly [what: string, redis: () => BullmqOptions['redis'], said: RegExp]>([
    ['it is not there', () => secretUrl(1), /ECONNREFUSED/],
    ['it wants another password', () => secretUrl(server.port, 'default2'), /wants another password/],
    [
      'it wants another password, given as options',
      () => ({ port: server.port, username: `${user}x`, password }),
      /wants another password/,
    ],
    ['it permits nothing', () => secretUrl(server.port), /NOPERM/],
    ['it does not permit to send', () => secretUrl(server.port, `${user}-2`), /NOPERM Redis at .* does not let this user run xadd/],
    ['it speaks no TLS', () => secretUrl(server.port).replace('redis:', 'rediss:'), /timeout/],
    ['its address is of another protocol', () => `http://${user}:${encodeURIComponent(password)}@h`, /is not a URL/],
    ['its address has the password as it is', () => `redis://${user}:${password}@127.0.0.1:1`, /is not a URL/],
    ['its address ends in the middle of the password', () => `redis://${user}:6379/p4ss@127.0.0.1:1`, /is not a URL/],
    ['its address has a % that stands for nothing', () => `redis://${user}:p4ss%zz@127.0.0.1:1`, /is not a URL/],
    ['its address is a password', () => password, /is not a URL/],
    ['its address has the password behind it', () => `redis://127.0.0.1:1?password=${encodeURIComponent(password)}`, /ECONNREFUSED/],
  ])('%s', async (_what, redis, expected) => {
    const said = await saidBy(redis())
    expect(said).toMatch(expected)
    mustKeep(said)
  })

  test('it does not trust our certificate', async () => {
    await using strict = await tlsServer(authority('somebody else'), 'certified')
    const said = await saidBy({ port: strict.port, username: user, password, tls: { cert: certificate, key } })
    expect(said).toMatch(/no TLS with Redis/)
    mustKeep(said)
  })

  test('it dies while something is sent', async () => {
    await using frail = await startRedisServer()
    const admin = await clientOf(frail.url)
    await admin.acl('SETUSER', user, 'on', `>${password}`, '~*', '&*', '+@all')
    admin.disconnect()
    const said: string[] = []
    const app = bullmq({ redis: secretUrl(frail.port), notice: (text) => said.push(text) })
      .on(wordCount)
      .bind({})
    const client = app.client()
    await client.send('words', ['a'])
    await frail.kill()
    const sending = client.send('words', [record], { timeout: 300 }).catch((error: unknown) => said.push(allOf(error)))
    void client.status().catch((error: unknown) => said.push(allOf(error)))
    await sending
    await expect.poll(() => said.join('\n')).toMatch(/waiting for Redis/)
    await client.close({ abandon: true })
    mustKeep(`${said.join('\n')}\n${printed}`)
  })
})

describe('what the command says holds no secret', () => {
  const module = fixture('words.ts')
  const calls: readonly (readonly string[])[] = [
    ['run', module, '--source', 'lines=package.json', '--platform', 'bullmq', '--workers', '1'],
    ['worker', module],
    ['send', module, 'lines', 'package.json'],
    ['query', module, 'words'],
    ['status', module],
    ['dead-letters', module, 'list'],
    ['reset', module, '--yes'],
    ['doctor', module],
  ]
  const places: readonly (readonly [what: string, url: () => string, code: readonly number[]])[] = [
    ['not there', () => secretUrl(1), [1]],
    ['another password', () => secretUrl(server.port, 'default2'), [1]],
    ['not permitted', () => secretUrl(server.port), [1]],
    ['another protocol', () => `http://${user}:${encodeURIComponent(password)}@h`, [1, 2]],
    ['the password as it is', () => `redis://${user}:${password}@127.0.0.1:1`, [1, 2]],
    ['a % that stands for nothing', () => `redis://${user}:p4ss%zz@127.0.0.1:1`, [1, 2]],
  ]

  test.each(places)('%s', async (_what, url, codes) => {
    for (const args of calls) {
      for (const more of [[], ['--debug']]) {
        for (const given of ['option', 'environment'] as const) {
          if (given === 'environment') vi.stubEnv('REDIS_URL', url())
          const line = [...args, ...more, ...(given === 'option' ? ['--redis', url()] : []), '--timeout', '0.1']
          const { code, stdout, stderr } = await inside(line)
          vi.unstubAllEnvs()
          expect(codes, `${args[0]} ${stderr}`).toContain(code)
          expect(stdout + stderr).toMatch(/^error: |^bad /m)
          const said = stdout + stderr + printed
          // A doctor names the user its prescription is for.
          mustKeep(args[0] === 'doctor' ? said.replaceAll(`ACL SETUSER ${user}`, 'ACL SETUSER …') : said)
        }
      }
    }
  })

  // The command says what it was given; an address has a secret in it also where none is expected.
  test.each([
    ['an option that there is not', ['status', module, `--redsi=${secretUrl(1)}`]],
    ['an option that is for something else', ['worker', module, '--concurrency', secretUrl(1)]],
    ['no option', ['status', secretUrl(1)]],
  ])('an address behind %s', async (_what, line) => {
    const { code, stderr } = await inside(line)
    expect(code).toBe(2)
    mustKeep(stderr)
  })

  test('in a process of its own, that works, and sees its Redis go', async () => {
    await using frail = await startRedisServer()
    const admin = await clientOf(frail.url)
    await admin.acl('SETUSER', user, 'on', `>${password}`, '~*', '&*', '+@all')
    admin.disconnect()
    await using worker = call(['worker', module, '--debug', '--grace', '0.2'], { env: { REDIS_URL: secretUrl(frail.port) } })
    await worker.says(/words: ready, Redis at 127/)
    await frail.kill()
    await worker.says(/waiting for Redis/)
    worker.child.kill('SIGTERM')
    const { stdout, stderr } = await worker.ended
    mustKeep(stdout + stderr)
  })
})
