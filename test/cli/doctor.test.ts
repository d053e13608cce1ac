import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { Queue } from 'bullmq'
import { Redis } from 'ioredis'
import type { AnySlot } from 'tanager'
import type { Client, RunningWorker } from 'tanager/bullmq'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { clockFindings } from '../../cli/doctor/clock.ts'
import type { Finding, Level } from '../../cli/doctor/finding.ts'
import { loopFinding, nodeFinding, packagesFinding, processorsFinding } from '../../cli/doctor/host.ts'
import { jobFindings } from '../../cli/doctor/job.ts'
import { permissionFindings } from '../../cli/doctor/permissions.ts'
import { persistenceFindings } from '../../cli/doctor/persistence.ts'
import { awayFinding } from '../../cli/doctor/reach.ts'
import { replicationFindings } from '../../cli/doctor/replication.ts'
import { wrapped } from '../../cli/doctor/report.ts'
import { serverFindings } from '../../cli/doctor/server.ts'
import { bytes, duration, percent } from '../../cli/doctor/wording.ts'
import { widthOf } from '../../cli/text.ts'
import type { JobLook, RedisFacts, StreamLook } from '../../platforms/bullmq/index.ts'
import { type RedisServer, type RedisSettings, startRedisServer } from '../../scripts/redis/server.ts'
import failing from './fixtures/failing.ts'
import narrow from './fixtures/narrow.ts'
import slow from './fixtures/slow.ts'
import { inside } from './inside.ts'
import { type Call, call, command, fixture, folder, objects } from './tanager.ts'

/** What the doctor says of a Redis, with its exit code. */
async function examine(url: string, ...args: readonly string[]) {
  const { code, stdout, stderr } = await inside(['doctor', '--json', '--redis', url, ...args])
  const findings = objects(stdout) as readonly Finding[]
  return { code, stdout, stderr, of: (check: string) => findings.find((finding) => finding.check === check), findings }
}

async function server(settings: RedisSettings = {}): Promise<RedisServer> {
  const one = await startRedisServer(settings)
  onTestFinished(() => one.close())
  return one
}

function client(url: string): Redis {
  const one = new Redis(url)
  onTestFinished(() => one.disconnect())
  return one
}

const secret = 'sesame'
const as = (user: string, { url }: RedisServer) => url.replace('//', `//${user}:${secret}@`)

/** A TCP server; its port. */
async function listening(answer: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>()
  const one = createServer((socket) => {
    sockets.add(socket.on('error', () => {}))
    answer(socket)
  })
  await new Promise<void>((resolve) => one.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => one.close(resolve))
  })
  return (one.address() as AddressInfo).port
}

/** A way to a Redis on which its answers are changed, to others of the same length, or come late. */
const through = async ({ port }: RedisServer, change: (answer: string) => string, late = 0) =>
  `redis://127.0.0.1:${await listening((socket) => {
    const behind = connect(port, '127.0.0.1').on('error', () => {})
    socket.on('data', (data) => behind.write(data)).on('close', () => behind.destroy())
    behind.on('data', (data) => {
      const answer = Buffer.from(change(data.toString('latin1')), 'latin1')
      setTimeout(() => socket.write(answer), late)
    })
  })}`

const sound: RedisSettings = { appendonly: 'yes', appendfsync: 'always', maxmemory: '100mb' }

describe('a Redis as it should be', () => {
  test('gets a line for each examination, and 0', async () => {
    const { url, port } = await server(sound)
    const { code, stdout, stderr } = await inside(['doctor', '--redis', url])
    const lines = stdout.split('\n')
    expect(lines.filter((line) => !/^good {5}|^warning {2}(?:processors|event loop)|^ /.test(line))).toEqual([
      '',
      expect.stringMatching(/^(?:\d warnings?, )?\d\d good$/),
      '',
    ])
    expect(stdout).toContain(`\ngood     redis           127.0.0.1:${port}, `)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })

  test('gets an object for each examination, always in one order, with the same fields', async () => {
    const { url } = await server(sound)
    const { code, findings } = await examine(url)
    expect(findings.map(({ check }) => check)).toEqual([
      ...['node', 'packages', 'processors', 'event loop'],
      ...['redis', 'access', 'version', 'eviction', 'memory', 'connections', 'output buffers'],
      ...['persistence', 'disk', 'replication', 'clock', 'commands', 'keys', 'writes'],
    ])
    for (const finding of findings) expect(Object.keys(finding)).toEqual(['check', 'level', 'found', 'why', 'remedy'])
    expect(findings.filter(({ check, level }) => level !== 'good' && !/processors|event loop/.test(check))).toEqual([])
    expect(code).toBe(0)
  })

  test('has nothing written into it', async () => {
    const { url } = await server(sound)
    const redis = client(url)
    await examine(url)
    await examine(url, fixture('slow.ts'))
    expect(await redis.dbsize()).toBe(0)
    const [, changes] = /rdb_changes_since_last_save:(\d+)/.exec(await redis.info('persistence')) ?? []
    expect(changes).toBe('0')
  })
})

describe('a Redis that cannot be reached', () => {
  const cases: readonly (readonly [name: string, url: () => Promise<string>, found: RegExp, remedy: RegExp])[] = [
    ['nobody listens', async () => 'redis://u:sesame@127.0.0.1:1', /^nothing listens at 127\.0\.0\.1:1$/, /^Start it/],
    [
      'a name that is not known',
      async () => 'redis://u:sesame@nowhere.invalid',
      /^the name in nowhere\.invalid:6379 is not known$/,
      /^Is it spelt/,
    ],
    ['no password', async () => (await server({ requirepass: secret })).url, /wants another password$/, /^Put it into the address/],
    [
      'a wrong password',
      async () => as('default', await server({ requirepass: 'another' })),
      /^127\.0\.0\.1:\d+ wants another password$/,
      /^Put it into the address/,
    ],
    [
      'what answers is a web server',
      async () => {
        const page = 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\nno'
        return `redis://:sesame@127.0.0.1:${await listening((socket) => socket.on('data', () => socket.end(page)))}`
      },
      /^what answers at 127\.0\.0\.1:\d+ is no Redis$/,
      /^Start it/,
    ],
    [
      'nothing is answered',
      async () => `redis://127.0.0.1:${await listening(() => {})}`,
      /does not answer within 300 ms$/,
      /firewall.*rediss:/,
    ],
    [
      'nothing is answered to TLS',
      async () => `rediss://127.0.0.1:${await listening(() => {})}`,
      /does not answer within 300 ms$/,
      /begins with redis:\/\/\.$/,
    ],
    [
      'it hangs up',
      async () => `redis://127.0.0.1:${await listening((socket) => socket.destroy())}`,
      /^127\.0\.0\.1:\d+ ends the connection at once$/,
      /rediss:/,
    ],
  ]

  test.each(cases)('%s', async (_name, url, found, remedy) => {
    const { code, stdout, stderr, of, findings } = await examine(await url(), '--timeout', '0.3')
    expect(of('redis')).toMatchObject({ level: 'bad', found: expect.stringMatching(found), remedy: expect.stringMatching(remedy) })
    expect(findings).toHaveLength(5)
    expect(stdout + stderr).not.toMatch(/sesame|another password:/)
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
  })

  // A slash in a password ends the name of the host, for those who read addresses.
  test.each(['sesame', 'redis://app:12/sesame@127.0.0.1', 'redis://:%E0sesame@127.0.0.1'])('an address that is none: %s', async (url) => {
    await using run = call(['doctor'], { env: { REDIS_URL: url } })
    const { code, stdout, stderr } = await run.ended
    expect(stdout).toMatch(/\nbad {6}redis +the address given, by REDIS_URL or in the deployment, is not a URL\n/)
    expect(stdout).toMatch(/\n1 bad, (?:\d warnings?, )?\d good\n$/)
    expect(stdout + stderr).not.toMatch(/sesame|app|:12/)
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
  })

  test('one that ends in the middle', async () => {
    const { port } = await server()
    let told = 0
    const url = `redis://127.0.0.1:${await listening((socket) => {
      const behind = connect(port, '127.0.0.1').on('error', () => {})
      socket.on('data', (data) => (++told > 3 ? socket.destroy() : behind.write(data))).on('close', () => behind.destroy())
      behind.on('data', (data) => socket.write(data))
    })}`
    const { code, of } = await examine(url)
    expect(of('redis')).toMatchObject({ level: 'bad', found: expect.stringMatching(/ends the connection at once$/) })
    expect(code).toBe(1)
  })

  test('others, in words', () => {
    const away = (reason: string) => awayFinding({ status: 'away', where: 'h:1', reason, encrypted: true }, 300).found
    expect(away('DENIED Redis is running in protected mode because…')).toBe('h:1 takes no connections from other machines (protected mode)')
    expect(away('ERR max number of clients reached')).toBe('h:1 takes no more connections')
    expect(away('self-signed certificate in certificate chain')).toBe('the certificate of h:1 is not trusted')
    expect(away('error:0A00045C:SSL routines:tlsv13 alert certificate required')).toBe('h:1 asks for a certificate of this client')
    expect(away('error:0A00010B:SSL routines:ssl3_get_record:wrong version number')).toBe('h:1 does not speak TLS')
    expect(away('something\nelse')).toBe('what answers at h:1 cannot be used: something\\nelse')
  })
})

describe('what is examined', () => {
  type Expected = readonly [check: string, level: Level, found: RegExp]

  /** A server under settings, and what is to be found. */
  const cases: readonly (readonly [settings: RedisSettings, ...expected: Expected[]])[] = [
    [
      {},
      ['eviction', 'good', /^noeviction$/],
      ['memory', 'warning', /^[\d.]+ [KM]B used, no limit/],
      ['persistence', 'warning', /^none/],
      ['disk', 'good', /went well$/],
      ['replication', 'good', /^no replicas$/],
      ['output buffers', 'good', /^no limit$/],
    ],
    [
      { save: '3600 1', 'maxmemory-policy': 'volatile-lru', maxmemory: '100mb' },
      ['eviction', 'warning', /^volatile-lru$/],
      ['memory', 'good', /^[\d.]+ [KM]B of 100 MB used \((?:under )?\d%\)$/],
      ['persistence', 'warning', /^snapshots only \(save 3600 1\)$/],
    ],
    [{ 'maxmemory-policy': 'allkeys-lru' }, ['eviction', 'bad', /^allkeys-lru$/]],
    [{ maxmemory: '1' }, ['memory', 'bad', /of 1 bytes used/], ['writes', 'bad', /^refused: OOM/]],
    [{ appendonly: 'yes', appendfsync: 'always' }, ['persistence', 'good', /synced before every answer$/]],
    [{ appendonly: 'yes', appendfsync: 'everysec' }, ['persistence', 'good', /synced every second$/]],
    [{ appendonly: 'yes', appendfsync: 'no' }, ['persistence', 'warning', /when the system likes$/]],
    [{ appendonly: 'yes', 'no-appendfsync-on-rewrite': 'yes' }, ['persistence', 'warning', /not while it is rewritten$/]],
    [
      { 'min-replicas-to-write': '1' },
      ['replication', 'bad', /^0 replicas up to date, and writes need 1 \(/],
      ['writes', 'bad', /^refused: NOREPLICAS/],
    ],
    [
      { maxclients: '32', timeout: '60', 'client-output-buffer-limit': 'normal 1mb 0 0' },
      ['connections', 'good', /^1 of 32; idle ones are ended after 60\.0 s, and come again$/],
      ['output buffers', 'warning', /^at most 1\.0 MB$/],
    ],
    [{ maxclients: '1' }, ['connections', 'warning', /^1 of 1$/]],
    [{ 'cluster-enabled': 'yes' }, ['cluster', 'warning', /^a node of a cluster$/], ['writes', 'bad', /^refused: CLUSTERDOWN/]],
    [
      { 'rename-command': 'CONFIG HIDDEN' },
      ['settings', 'warning', /^not known: ERR unknown command/],
      ['persistence', 'warning', /^no append-only file$/],
    ],
    [{ 'rename-command': 'CONFIG HIDDEN', appendonly: 'yes' }, ['persistence', 'warning', /how often it is synced is not known$/]],
    [{ 'rename-command': 'XADD HIDDEN' }, ['commands', 'bad', /^refused: xadd$/]],
  ]

  test.each(cases.map(([settings, ...expected]) => ({ settings, expected })))('under $settings', async ({ settings, expected }) => {
    const { url } = await server(settings)
    const { code, stderr, of, findings } = await examine(url)
    for (const [check, level, found] of expected) expect(of(check)).toMatchObject({ level, found: expect.stringMatching(found) })
    for (const { level, why, remedy } of findings) {
      if (level !== 'good') expect([why, remedy]).toEqual([expect.any(String), expect.any(String)])
    }
    expect({ code, stderr }).toEqual({ code: findings.some(({ level }) => level === 'bad') ? 1 : 0, stderr: '' })
  })

  test('keys that were evicted', async () => {
    const { url } = await server({ 'maxmemory-policy': 'allkeys-lru', maxmemory: '2mb' })
    const redis = client(url)
    for (let i = 0; i < 200; i++) await redis.set(`key-${i}`, 'x'.repeat(20_000))
    await redis.config('SET', 'maxmemory-policy', 'noeviction')
    expect((await examine(url)).of('eviction')).toMatchObject({
      level: 'warning',
      found: expect.stringMatching(/^noeviction; \d+ keys were evicted since it started$/),
    })
  })

  test('a primary and its replica', async () => {
    const primary = await server({ 'repl-diskless-sync-delay': '0' })
    const replica = await server({ replicaof: `127.0.0.1 ${primary.port}` })
    const redis = client(primary.url)
    const state = async () => (await redis.info('replication')).includes('state=online')
    await expect.poll(state, { timeout: 20_000 }).toBe(true)
    expect((await examine(primary.url)).of('replication')).toMatchObject({
      level: 'warning',
      found: '1 replica, and writes are taken without them',
      remedy: expect.stringMatching(/^redis-cli config set min-replicas-to-write 1, /),
    })
    await redis.config('SET', 'min-replicas-to-write', '1')
    expect((await examine(primary.url)).of('replication')).toMatchObject({
      level: 'good',
      found: '1 replica, and writes need 1 (min-replicas-to-write)',
    })
    const second = await examine(replica.url)
    expect(second.of('replication')).toMatchObject({ level: 'bad', found: `a replica of 127.0.0.1:${primary.port}` })
    expect(second.of('writes')).toMatchObject({ level: 'bad', found: expect.stringMatching(/^refused: READONLY/) })
    expect(second.code).toBe(1)
  })

  test('a disk that cannot be written', async () => {
    const one = await server({ save: '3600 1' })
    const redis = client(one.url)
    await redis.set('a', '1')
    await rm(one.folder, { recursive: true })
    await redis.bgsave()
    await expect.poll(() => redis.info('persistence'), { timeout: 20_000 }).toContain('rdb_last_bgsave_status:err')
    const stopped = await examine(one.url)
    expect(stopped.of('disk')).toMatchObject({ level: 'bad', found: 'the last snapshot could not be written' })
    expect(stopped.of('writes')).toMatchObject({ level: 'bad', found: expect.stringMatching(/^refused: MISCONF/) })
    await redis.config('SET', 'stop-writes-on-bgsave-error', 'no')
    expect((await examine(one.url)).of('disk')).toMatchObject({ level: 'warning' })
    // It would not end as long as it cannot save.
    await one.kill()
  })

  test('a server that loads its data', async () => {
    const one = await server({ 'key-load-delay': '4000', 'loading-process-events-interval-bytes': '1024' })
    const redis = client(one.url)
    const keys = redis.pipeline()
    for (let i = 0; i < 1000; i++) keys.set(`key-${i}`, 'x'.repeat(100))
    await keys.exec()
    await redis.save()
    redis.disconnect()
    await one.kill()
    const started = one.start()
    // The first may find that nobody listens yet.
    const loading = async () => {
      const { code, of } = await examine(one.url, fixture('words.ts'))
      return { code, found: ['redis', 'writes', 'job'].map((check) => `${of(check)?.level} ${of(check)?.found}`) }
    }
    await expect.poll(loading, { timeout: 20_000 }).toEqual({
      code: 1,
      found: [
        expect.stringMatching(/^warning .* is loading its data/),
        expect.stringMatching(/^bad refused: LOADING/),
        expect.stringMatching(/^bad cannot be looked at: LOADING/),
      ],
    })
    await started
  })

  test('clocks that differ, and that only seem to', async () => {
    const one = await server()
    const [first] = await client(one.url).time()
    const other = String(Number(first) + 5000).slice(0, -4)
    // Later by 5,000 to 15,000 seconds.
    const url = await through(one, (answer) =>
      answer.replace(/(?<=\*2\r\n\$10\r\n)\d{6}/, other === String(first).slice(0, -4) ? String(Number(other) + 1) : other),
    )
    expect((await examine(url)).of('clock')).toMatchObject({
      level: 'warning',
      found: expect.stringMatching(/^Redis is \d+ (?:minutes|hours) ahead of this machine$/),
    })
    expect((await examine(one.url)).of('clock')).toMatchObject({ level: 'good' })
    const { of } = await examine(await through(one, (answer) => answer, 30))
    expect(of('clock')).toMatchObject({ level: 'good' })
    expect(of('redis')).toMatchObject({ level: 'warning', found: expect.stringMatching(/, 3\d ms there and back$/) })
  })

  test('a server that is too old', async () => {
    const one = await server()
    const [, version = ''] = /redis_version:(\S+)/.exec(await client(one.url).info('server')) ?? []
    const older = (start: string) => through(one, (answer) => answer.replace(version, start.padEnd(version.length, '9')))
    const tooOld = await examine(await older('6.0.'))
    expect(tooOld.of('version')).toMatchObject({ level: 'bad', found: expect.stringMatching(/^Redis 6\.0\./) })
    expect(tooOld.code).toBe(1)
    expect((await examine(await older('6.2.'))).of('version')).toMatchObject({ level: 'warning' })
    expect((await examine(one.url)).of('version')).toMatchObject({ level: 'good', found: `Redis ${version}` })
  })

  test('a cluster', async () => {
    const { url } = await server({ 'cluster-enabled': 'yes' })
    const redis = client(url)
    await redis.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383')
    await expect.poll(() => redis.call('CLUSTER', 'INFO'), { timeout: 20_000 }).toContain('cluster_state:ok')
    const { code, of } = await examine(url, fixture('words.ts'))
    expect([of('cluster')?.level, of('writes')?.level, of('plan')?.level]).toEqual(['warning', 'good', 'good'])
    expect(code).toBe(0)
  })
})

describe('rights', () => {
  test('a user without CONFIG and TIME is told what that hides', async () => {
    const one = await server({ user: `app on >${secret} ~* +@all -config -time` })
    const { code, stdout, stderr, of } = await examine(as('app', one))
    expect(of('settings')).toMatchObject({
      level: 'warning',
      found: expect.stringMatching(/^not known: NOPERM/),
      remedy: expect.stringMatching(/^ACL SETUSER app \+config\|get, or look where/),
    })
    expect(of('clock')).toMatchObject({ level: 'warning', found: 'not known: TIME is refused' })
    expect(of('output buffers')).toBeUndefined()
    // Scripts need the one, nobody the other.
    expect(of('commands')).toMatchObject({
      level: 'bad',
      found: 'refused: time',
      remedy: expect.stringMatching(/^ACL SETUSER app \+time;/),
    })
    expect(stdout + stderr).not.toContain(secret)
    expect(code).toBe(1)
  })

  test('a user without INFO is told what that hides', async () => {
    const one = await server({ user: `app on >${secret} ~* +@all -info` })
    const { code, of, findings } = await examine(as('app', one))
    expect(of('redis')).toMatchObject({
      level: 'warning',
      found: expect.stringMatching(/says nothing of itself: NOPERM/),
      remedy: expect.stringMatching(/^ACL SETUSER app \+info, or/),
    })
    expect(findings.slice(4).map(({ check }) => check)).toEqual([
      'redis',
      'access',
      'output buffers',
      'clock',
      'commands',
      'keys',
      'writes',
    ])
    expect(code).toBe(0)
  })

  test('a user without transactions changes nothing by being examined', async () => {
    const one = await server({ user: `app on >${secret} ~* +@all -multi -exec -discard` })
    const { of } = await examine(as('app', one))
    expect(of('commands')).toMatchObject({ level: 'bad', found: 'refused: multi' })
    expect(await client(one.url).dbsize()).toBe(0)
  })

  test('a user for one job is asked for its name', async () => {
    const one = await server({ user: `app on >${secret} ~tanager:{words}:* +@all` })
    const nameless = await examine(as('app', one))
    const named = await examine(as('app', one), fixture('words.ts'))
    const wrong = await examine(as('app', one), fixture('slow.ts'))
    expect(nameless.of('keys')).toMatchObject({ level: 'warning', remedy: expect.stringMatching(/~tanager:\*; or, if .* name that/) })
    expect(named.of('keys')).toMatchObject({ level: 'good', found: 'those of tanager:{words}:* are within reach' })
    expect(wrong.of('keys')).toMatchObject({ level: 'bad', remedy: 'ACL SETUSER app ~tanager:{slow}:*' })
    expect([nameless.code, named.code, wrong.code]).toEqual([0, 0, 1])
  })

  test('what is missing is all that is missing: with the remedies a user with no rights at all can run a job', async () => {
    const one = await server({ user: `app on >${secret}` })
    const admin = client(one.url)
    const module = fixture('failing.ts')
    let granted = ''
    for (let round = 0; round < 4; round++) {
      for (const check of ['redis', 'commands', 'keys']) {
        const { remedy, level } = (await examine(as('app', one), module)).of(check) ?? {}
        if (level === 'good') continue
        const [, user, rights] = /^ACL SETUSER (\S+) ([^;,]+)/.exec(remedy ?? '') ?? []
        await admin.call('ACL', 'SETUSER', user as string, ...(rights as string).trim().split(' '))
        granted += ` ${rights}`
      }
    }
    const { of } = await examine(as('app', one), module)
    expect([of('redis'), of('commands'), of('keys'), of('writes')].map((finding) => finding?.level)).toEqual([
      'good',
      'good',
      'good',
      'good',
    ])

    // Also what a life as short as the one below does not come to.
    const scripts = new URL('../../platforms/bullmq/scripts/', import.meta.url)
    for (const file of readdirSync(scripts, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.lua'))) {
      for (const [, name = ''] of readFileSync(new URL(file, scripts), 'utf8').matchAll(/redis\.call\('(\w+)'/g)) {
        expect(granted.split(' '), file).toContain(`+${name.toLowerCase()}`)
      }
    }

    await using at = await folder()
    const before = process.env.MENDED
    process.env.MENDED = at.path('mended')
    onTestFinished(() => {
      process.env.MENDED = before
    })
    const notices: string[] = []
    const app = failing.with({ redis: as('app', one), backoff: 20, notice: (text) => notices.push(text) })
    await using worker = await working(app.start())
    await using sender = held(app.client())
    await sender.client.send('numbers', [1, 13])
    await sender.client.send('numbers', [100])
    await expect.poll(async () => (await sender.client.status()).failed.length, { timeout: 20_000 }).toBe(1)
    await writeFile(at.path('mended'), '')
    expect(await sender.client.deadLetters.retry()).toBe(1)
    expect(await sender.client.deadLetters.retryFailed()).toBe(1)
    await sender.client.settled({ timeout: 20_000 })
    const found: unknown[] = []
    for await (const entry of sender.client.store('totals').entries()) found.push(entry)
    expect(new Map(found as [string, number][])).toEqual(
      new Map([
        ['even', 100],
        ['odd', 14],
      ]),
    )
    expect(await sender.client.footprint()).toMatchObject({ workers: 1 })
    await worker.close()
    await sender.client.reset()
    expect(notices.filter((text) => text.includes('NOPERM'))).toEqual([])
    expect(await admin.call('ACL', 'LOG')).toEqual(expect.not.arrayContaining([expect.arrayContaining(['toplevel', 'lua'])]))
  })
})

const held = <R extends AnySlot>(one: Client<R>) => ({ client: one, [Symbol.asyncDispose]: () => one.close({ abandon: true }) })

async function working(starting: Promise<RunningWorker>) {
  const worker = await starting
  return { close: () => worker.close({ grace: 2000 }), [Symbol.asyncDispose]: () => worker.close({ grace: 2000 }) }
}

describe('a job', () => {
  let one: RedisServer

  beforeAll(async () => {
    one = await startRedisServer(sound)
  })
  afterAll(() => one.close())

  test('that is not there yet', async () => {
    const { code, of } = await examine(one.url, fixture('words.ts'))
    expect(of('plan')).toMatchObject({ level: 'good', found: 'none is deployed yet' })
    expect(of('workers')).toMatchObject({ level: 'good', found: 'none yet' })
    expect(of('stream lines')).toMatchObject({ level: 'good', found: 'empty' })
    expect(of('writers')).toMatchObject({ level: 'good', found: '0' })
    expect(code).toBe(0)
  })

  test('that nobody works for, and then somebody', async () => {
    const module = fixture('slow.ts')
    const app = slow.with({ redis: one.url, lockDuration: 3000 })
    await using sender = held(app.client())
    await sender.client.send(
      'numbers',
      Array.from({ length: 1000 }, (_, i) => i),
    )
    const stopped = await examine(one.url, module)
    expect(stopped.of('plan')).toMatchObject({ level: 'good', found: 'the one deployed' })
    expect(stopped.of('workers')).toMatchObject({ level: 'bad', found: 'none, and 40 batches wait', remedy: `tanager worker ${module}` })
    expect(stopped.of('stream numbers')).toMatchObject({
      level: 'bad',
      found: '40 batches wait, under 1% of the room, and none was committed for a second',
      why: 'The watermark stands at 0.',
    })
    expect(stopped.of('writers')).toMatchObject({ level: 'good', found: '1' })
    expect(stopped.code).toBe(1)

    await using worker = await working(app.start())
    await expect.poll(async () => (await sender.client.status()).streams.get('numbers')?.watermark, { timeout: 20_000 }).toBeGreaterThan(0)
    const moving = await examine(one.url, module)
    expect(moving.of('workers')).toMatchObject({ level: 'good', found: '1' })
    expect(moving.of('stream numbers')).toMatchObject({
      level: 'good',
      found: expect.stringMatching(/^\d+ batch(?:es)? waits?, under 1% of the room$/),
    })
    await sender.client.settled({ timeout: 20_000 })
    // Takes two and a half seconds.
    await sender.client.send('numbers', [-1])
    const stuck = await examine(one.url, module)
    expect(stuck.of('stream numbers')).toMatchObject({ level: 'warning', found: expect.stringMatching(/none was committed for a second$/) })
    expect(stuck.code).toBe(0)
    await sender.client.settled({ timeout: 20_000 })
    expect((await examine(one.url, module)).of('stream numbers')).toMatchObject({ level: 'good', found: 'all 41 batches committed' })

    const queue = new Queue('stages', { connection: client(one.url), prefix: 'tanager:{slow}:bull' })
    await queue.pause()
    const paused = await examine(one.url, module)
    expect(paused.of('queues')).toMatchObject({ level: 'bad', found: 'paused: stages' })
    await queue.resume()
    await queue.close()
    expect((await examine(one.url, module)).of('queues')).toBeUndefined()

    await worker.close()
    await expect.poll(async () => (await sender.client.status()).workers, { timeout: 20_000 }).toBe(0)
    expect((await examine(one.url, module)).of('workers')).toMatchObject({ level: 'warning', found: 'none' })
  })

  test('that has failed', async () => {
    const module = fixture('failing.ts')
    const app = failing.with({ redis: one.url })
    await using _worker = await working(app.start())
    await using sender = held(app.client())
    await sender.client.send('numbers', [1, 13])
    await sender.client.send('numbers', [100])
    await expect.poll(async () => (await sender.client.status()).failed.length, { timeout: 20_000 }).toBe(1)
    const { code, of } = await examine(one.url, module)
    expect(of('failed batches')).toMatchObject({
      level: 'bad',
      found: '1',
      remedy: expect.stringContaining(`tanager dead-letters ${module} retry`),
    })
    expect(of('dead letters')).toMatchObject({
      level: 'warning',
      found: '1 of at most 100,000',
      remedy: `tanager dead-letters ${module} list`,
    })
    expect(of('stream numbers')).toMatchObject({ level: 'warning', remedy: 'See the failed batches below.' })
    expect(code).toBe(1)
  })

  test('without room', async () => {
    const app = narrow.with({ redis: one.url, prefix: 'narrow' })
    await using sender = held(app.client())
    await sender.client.send('lines', ['x'.repeat(88)])
    const args = [fixture('narrow.ts'), '--prefix', 'narrow']
    expect((await examine(one.url, ...args)).of('stream lines')?.found).toMatch(/^1 batch waits, [89]\d% of the room, and none/)
    await sender.client.send('lines', ['x'.repeat(100)])
    const { of } = await examine(one.url, ...args)
    expect(of('stream lines')).toMatchObject({ level: 'bad', found: expect.stringMatching(/^full: 2 batches wait, 1\d\d% of the room$/) })
    await client(one.url).hset('narrow:{words}:store:words:3:pos', 'length', 7e6)
    expect((await examine(one.url, ...args)).of('store words')).toMatchObject({
      level: 'warning',
      found: expect.stringMatching(/, 83% of the room$/),
    })
  })

  test('whose writers are many', async () => {
    const redis = client(one.url)
    const fields = Array.from({ length: 100_000 }, (_, i) => [`writer:${i}`, '1 1']).flat()
    for (let from = 0; from < fields.length; from += 10_000)
      await redis.hset('many:{words}:log:lines:meta', ...fields.slice(from, from + 10_000))
    expect((await examine(one.url, fixture('words.ts'), '--prefix', 'many')).of('writers')).toMatchObject({
      level: 'warning',
      found: '100,000',
    })
  })

  test('whose sink nobody takes from, and another plan', async () => {
    await using at = await folder()
    await mkdir(at.path('node_modules'))
    await symlink(new URL('../..', import.meta.url), at.path('node_modules/tanager'))
    const text = (sum: string, more = '') => `
      import { codec, job, sink, source, store } from 'tanager'
      import { sum, sumBigInt } from 'tanager/algebra'
      import { bullmq } from 'tanager/bullmq'
      const numbers = source('numbers', { item: codec.int })
      const odd = sink('odd', { item: codec.int })
      const all = store('all', { key: codec.string, sum: ${sum} })
      const more = store('more', { key: codec.string, sum })
      export default bullmq().on(job('sinking',
        numbers.filter((n) => n % 2 === 1).write(odd),
        numbers.map((n) => ['all', ${sum === 'sum' ? 'n' : 'BigInt(n)'}]).sumByKey(all)${more})).bind({})`
    const module = await at.file('one.mjs', text('sum'))
    const { default: app } = (await import(module)) as { default: typeof slow }
    const deployed = app.with({ redis: one.url })
    await using _worker = await working(deployed.start())
    await using sender = held(deployed.client())
    await sender.client.send('numbers', [1, 2, 3])
    await sender.client.settled({ timeout: 20_000 })
    expect((await examine(one.url, module)).of('sink odd')).toMatchObject({
      level: 'warning',
      found: 'nothing takes from it; 1 batch kept, under 1% of the room',
    })

    const other = await examine(one.url, await at.file('other.mjs', text('sumBigInt')))
    expect(other.of('plan')).toMatchObject({
      level: 'bad',
      found: expect.stringMatching(
        /would misread its state: store all: value is float in Redis, bigint here; store all: sum is sum in Redis, sumBigInt here$/,
      ),
      remedy: expect.stringMatching(/^Give the job, .* tanager reset\.$/),
    })
    expect(other.code).toBe(1)
    const wider = await examine(one.url, await at.file('wider.mjs', text('sum', `, numbers.map((n) => ['more', n]).sumByKey(more)`)))
    expect(wider.of('plan')).toMatchObject({ level: 'good', found: expect.stringMatching(/may take its place$/) })
  })

  test('that is wrong Redis data', async () => {
    await client(one.url).set('wrong:{words}:log:lines:meta', 'text')
    const { code, of } = await examine(one.url, fixture('words.ts'), '--prefix', 'wrong')
    expect(of('job')).toMatchObject({ level: 'bad', found: expect.stringMatching(/^cannot be looked at: WRONGTYPE/) })
    expect(code).toBe(1)
  })

  test('that is no job', async () => {
    expect(await inside(['doctor', 'CHANGELOG.md', '--redis', one.url])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^error: CHANGELOG\.md is no module/),
    })
    expect(await inside(['doctor', 'a', 'b'])).toMatchObject({ code: 2, stdout: '' })
    expect(await inside(['doctor', '--redis', 'http://u:sesame@h'])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.not.stringContaining('sesame'),
    })
  })
})

describe('judgement of what is hard to come by', () => {
  const facts = (more: Partial<RedisFacts> & { readonly fields?: Readonly<Record<string, string>> } = {}): RedisFacts => ({
    where: 'redis.example:6379',
    local: false,
    encrypted: true,
    password: true,
    user: 'app',
    settings: new Map([['appendfsync', 'always']]),
    clock: { ahead: 0, accuracy: 0.1 },
    roundTrip: 0.2,
    keys: 'tanager:',
    commands: { tried: 59, refused: [], keysRefused: false },
    info: new Map(
      Object.entries({ redis_version: '7.2.4', aof_enabled: '1', role: 'master', maxmemory_policy: 'noeviction', ...more.fields }),
    ),
    ...more,
  })
  const level = (findings: Iterable<Finding>, check: string) => [...findings].find((finding) => finding.check === check)?.level

  test.each<readonly [string, Finding, Level]>([
    ['Node 18', nodeFinding('18.20.0'), 'bad'],
    ['Node 20.18', nodeFinding('20.18.9'), 'bad'],
    ['Node 20.19', nodeFinding('20.19.0'), 'good'],
    ['Node 24', nodeFinding('24.0.0'), 'good'],
    ['no bullmq', packagesFinding({ bullmq: undefined, ioredis: '6.0.0' }), 'bad'],
    ['bullmq 5', packagesFinding({ bullmq: '5.9.0', ioredis: '6.0.0' }), 'warning'],
    ['a load of 9 on 4', processorsFinding(4, 9), 'warning'],
    ['a load of 4 on 4', processorsFinding(4, 4), 'good'],
    ['a loop that is late', loopFinding(400, 500), 'warning'],
    ['a loop that is not', loopFinding(4, 500), 'good'],
  ])('%s', (_name, finding, expected) => {
    expect(finding.level).toBe(expected)
  })

  test('of others than Redis', () => {
    const of = (fields: Readonly<Record<string, string>>) => [...serverFindings(facts({ fields }))].find(({ check }) => check === 'version')
    expect(of({ valkey_version: '8.1.0' })).toEqual({
      check: 'version',
      level: 'good',
      found: 'valkey 8.1.0, in the manner of Redis 7.2.4',
    })
    expect(of({ dragonfly_version: 'df-v1.25.0' })).toMatchObject({ level: 'warning' })
  })

  test('of other machines', () => {
    const access = (more: Partial<RedisFacts>) => level(serverFindings(facts(more)), 'access')
    expect(access({})).toBe('good')
    expect(access({ encrypted: false })).toBe('warning')
    expect(access({ password: false })).toBe('warning')
    expect(access({ encrypted: false, password: false, local: true })).toBe('good')
  })

  test('of disks, memory, clocks and replicas', () => {
    const disk = (fields: Readonly<Record<string, string>>) => level(persistenceFindings(facts({ fields })), 'disk')
    expect(disk({ aof_last_write_status: 'err' })).toBe('bad')
    expect(disk({ aof_last_bgrewrite_status: 'err' })).toBe('warning')
    expect(disk({ aof_last_write_status: 'ok', rdb_last_bgsave_status: 'ok' })).toBe('good')
    const memory = (used: string) => level(serverFindings(facts({ fields: { used_memory: used, maxmemory: '1000' } })), 'memory')
    expect([memory('800'), memory('900'), memory('1000')]).toEqual(['good', 'warning', 'bad'])
    const clock = (ahead: number, accuracy: number) => level(clockFindings(facts({ clock: { ahead, accuracy } })), 'clock')
    expect([clock(900, 1), clock(-1100, 1), clock(1100, 1), clock(1100, 200)]).toEqual(['good', 'warning', 'warning', 'good'])
    // What CONFIG would tell is not known here, but Redis says that it counts its replicas.
    const fields = { connected_slaves: '1', min_slaves_good_slaves: '0' }
    expect(level(replicationFindings(facts({ fields, settings: new Map() })), 'replication')).toBe('bad')
  })

  test('of jobs that have run out of room', () => {
    const stream = {
      name: 'a',
      head: 3,
      watermark: 1,
      records: 1,
      backlog: 2,
      kind: 'stream',
      taken: true,
      moved: true,
      used: 0.5,
      writers: 1,
    } as const
    const job = (look: Partial<JobLook>) =>
      jobFindings(
        facts({
          job: {
            plan: { fit: 'same' },
            streams: [],
            stores: [],
            deadLetters: 0,
            mostDeadLetters: 1000,
            queues: { workers: 1, failed: 0, paused: [] },
            ...look,
          },
        }),
        'deploy.ts',
      )
    const streams = (more: Partial<StreamLook>) => level(job({ streams: [{ ...stream, ...more }] }), `${more.kind ?? 'stream'} a`)
    expect([streams({}), streams({ used: 0.9 }), streams({ used: 1 })]).toEqual(['good', 'warning', 'bad'])
    expect([streams({ kind: 'sink', taken: false }), streams({ kind: 'sink', taken: false, used: 1 })]).toEqual(['warning', 'bad'])
    expect([1, 1000].map((deadLetters) => level(job({ deadLetters }), 'dead letters'))).toEqual(['warning', 'bad'])
    // Where Redis does not tell who listens, there is nothing to say of it.
    expect(level(job({ queues: { workers: undefined, failed: 0, paused: [] } }), 'workers')).toBeUndefined()
  })

  test('of a slot that has gone to another node', () => {
    const moved = facts({ commands: { tried: 59, refused: [], keysRefused: false, writesRefused: 'MOVED 1 h:2' } })
    expect(level(permissionFindings(moved), 'writes')).toBeUndefined()
    expect(level(permissionFindings({ ...moved, jobRefused: 'MOVED 1 h:2' }), 'writes')).toBe('bad')
  })

  test('every finding that is not good says why, and what to do', () => {
    const all = [facts(), facts({ encrypted: false, infoRefused: 'NOPERM', settingsRefused: 'NOPERM' })].flatMap((each) => [
      ...serverFindings(each),
      ...persistenceFindings(each),
      ...replicationFindings(each),
      ...clockFindings(each),
      ...permissionFindings(each),
    ])
    for (const { level: how, why, remedy } of all)
      if (how !== 'good') expect([why, remedy]).toEqual([expect.any(String), expect.any(String)])
  })
})

test('figures are short', () => {
  expect([0, 1023, 1024, 1.5 * 2 ** 20, 300 * 2 ** 30].map(bytes)).toEqual(['0 bytes', '1,023 bytes', '1.0 KB', '1.5 MB', '300 GB'])
  expect([0.21, 42, 1500, -300_000, 10_800_000, 1e9].map(duration)).toEqual(['0.2 ms', '42 ms', '1.5 s', '5 minutes', '3 hours', '12 days'])
  expect([0, 0.001, 0.42, 1.2].map(percent)).toEqual(['0%', 'under 1%', '42%', '120%'])
})

test('lines are broken between words', () => {
  expect(wrapped('a long line of words', 9)).toEqual(['a long', 'line of', 'words'])
  expect(wrapped('redis-cli config', 5)).toEqual(['redis', '-cli', 'confi', 'g'])
  expect(wrapped('日本語 🐦🐦🐦', 4)).toEqual(['日本', '語', '🐦🐦', '🐦'])
  expect(wrapped('as it is', undefined)).toEqual(['as it is'])
})

const script = '/usr/bin/script'

/** The command in a terminal so many columns wide. */
function inTerminal(columns: number, args: readonly string[], env: Readonly<Record<string, string>> = {}): Call {
  const line = [...command, ...args].map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ')
  const program = [script, '--quiet', '--return', '--flush', '--command', `stty cols ${columns} rows 40; exec ${line}`, '/dev/null']
  return call([], { program, input: undefined, env: { TERM: 'xterm', ...env } })
}

describe.runIf(process.platform === 'linux' && existsSync(script))('in a terminal', () => {
  test.each([12, 30, 64, 80, 200])('of %d columns every line fits', async (columns) => {
    const one = await server({ 'maxmemory-policy': 'allkeys-lru' })
    await using run = inTerminal(columns, ['doctor', fixture('shop-deploy.ts'), '--redis', one.url], { NO_COLOR: '1' })
    const { code, stdout } = await run.ended
    const lines = stdout.replace(/^loading the shop\r\n/, '').split('\r\n')
    for (const line of lines) expect(widthOf(line), line).toBeLessThanOrEqual(columns)
    expect(lines.join(' ').replaceAll(/\s+/g, '')).toContain('maxmemory-policynoeviction,andthesameinredis.conf.')
    expect(code).toBe(1)
  })

  test('levels have colours, unless they are not wanted', async () => {
    const one = await server({ 'maxmemory-policy': 'allkeys-lru' })
    await using coloured = inTerminal(100, ['doctor', '--redis', one.url])
    const { stdout } = await coloured.ended
    expect(stdout).toContain('\u001b[31mbad\u001b[39m      eviction')
    expect(stdout).toContain('\u001b[32mgood\u001b[39m     version')
    expect(stdout).toContain('\u001b[33mwarning\u001b[39m  persistence')
    expect(stdout).toContain('\u001b[31m1 bad\u001b[39m, ')
  })
})

test('whoever reads no further ends it', async () => {
  const one = await server()
  await using run = call(['doctor', '--redis', one.url])
  run.child.stdout?.destroy()
  expect(await run.ended).toMatchObject({ code: 0, stderr: '' })
})
