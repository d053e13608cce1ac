import { readdirSync, readFileSync } from 'node:fs'
import type { SourceReader } from 'tanager'
import { bullmq, type RunningWorker } from 'tanager/bullmq'
import { memoryQueue } from 'tanager/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RedisServer, startRedisServer } from '../../scripts/redis/server.ts'
import { blocksOf } from '../docs/blocks.ts'
import { all, contents } from '../platforms/bullmq/deployed.ts'
import { clientOf } from '../redis/keys.ts'
import { committed, everything, hanging, input, options, outside } from './everything.ts'

type Part = 'sender' | 'worker' | 'reader' | 'operator'

/** The rules that the manual gives a user of Redis, for our job instead of its own. */
function rulesOf(part: Part): readonly string[] {
  const users = blocksOf('docs/security.md').filter(({ language }) => language === 'conf')
  const line = users.flatMap(({ code }) => code.split('\n')).find((each) => each.startsWith(`user ${part} `))
  expect(line, `docs/security.md has a user ${part}`).toBeDefined()
  const words = (line as string).replaceAll('{word-count}', '{everything}').replaceAll(':lines', ':words').split(' ')
  return words.slice(2).map((word) => (word.startsWith('>') ? '>pass word' : word))
}

const commandsOf = (part: Part) => rulesOf(part).filter((rule) => rule.startsWith('+'))

let server: RedisServer
let admin: Awaited<ReturnType<typeof clientOf>>

beforeAll(async () => {
  server = await startRedisServer({ 'acllog-max-len': '1000' })
  admin = await clientOf(server.url)
})

afterAll(async () => {
  admin.disconnect()
  await server.close()
})

/** A user of Redis with its own corner there, the deployment as it sees it, and what it was told. */
async function user(
  prefix: string,
  name: string,
  rules: readonly string[],
  bindings: ReturnType<typeof outside>['bindings'] & { readonly words?: SourceReader } = outside().bindings,
) {
  await admin.acl('SETUSER', `${prefix}-${name}`, ...rules.map((rule) => rule.replaceAll('~tanager:', `~${prefix}:`)))
  const redis = `redis://${prefix}-${name}:pass%20word@127.0.0.1:${server.port}`
  const notices: string[] = []
  const app = bullmq({ ...options, redis, prefix, notice: (text) => notices.push(text) })
    .on(everything)
    .bind(bindings)
  return { app, notices }
}

/** Takes its lock from the batch that hangs, as its death would: others must find it, and run it. */
const bereave = (prefix: string) => admin.del(`${prefix}:{everything}:bull:stages:words-${hanging}:lock`)

/** What was refused to whom, as Redis has it. */
async function refusals(prefix: string): Promise<readonly string[]> {
  const log = (await admin.acl('LOG', 1000)) as readonly (readonly unknown[])[]
  return (
    log
      .map((entry) => Object.fromEntries(entry.flatMap((name, i) => (i % 2 === 0 ? [[name, entry[i + 1]]] : []))) as Record<string, string>)
      .filter(({ username, reason }) => username?.startsWith(prefix) && reason !== 'auth')
      .map(({ username, reason, object }) => `${username} ${reason} ${object}`)
      // ioredis tells every server its name, and does not mind if it may not.
      .filter((refusal) => !refusal.endsWith(' client|setinfo'))
  )
}

/** Does something with each, a few at a time. */
async function each<A>(list: readonly A[], act: (item: A) => Promise<void>): Promise<void> {
  const left = [...list]
  const one = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await act(item)
  }
  await Promise.all([one(), one(), one(), one()])
}

describe('the users of the manual', () => {
  test('are enough', async () => {
    const prefix = 'enough'
    const { bindings, release } = outside()
    const parts = {
      sender: await user(prefix, 'sender', rulesOf('sender')),
      worker: await user(prefix, 'worker', rulesOf('worker'), bindings),
      reader: await user(prefix, 'reader', rulesOf('reader')),
    }
    const sender = parts.sender.app.client()
    const reader = parts.reader.app.client()
    let worker: RunningWorker | undefined
    try {
      await sender.send('words', input)
      worker = await parts.worker.app.start()
      await expect.poll(() => bereave(prefix), { timeout: 10_000 }).toBe(1)
      expect((await reader.status()).workers).toBe(1)
      await reader.settled({ after: { words: committed }, timeout: 20_000 })
      await expect.poll(async () => (await reader.status()).failed.length, { timeout: 10_000 }).toBe(1)
      expect((await contents(reader.store('counts').entries())).get('w1')).toBe(2)
      expect(await reader.store('counts').get('a')).toBe(2)
      expect(await reader.store('order').get('all')).toBe(`saballth${'w'.repeat(10)}`)
      expect((await all(reader.sink('kept').entries())).length).toBe(committed - 1)
      expect((await reader.deadLetters.list()).map(({ record }) => record).sort()).toEqual(['["large",9007199254740991]', 'bad'])
    } finally {
      release()
      await worker?.close()
      await sender.close()
      await reader.close()
    }
    expect(await refusals(prefix)).toEqual([])
    expect(Object.values(parts).flatMap(({ notices }) => notices.filter((text) => text.includes('NOPERM')))).toEqual([])
  })

  test('a worker may run all that our scripts ever ask for', () => {
    const folder = 'platforms/bullmq/scripts'
    const scripts = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.lua'))
    const asked = scripts.flatMap((file) => [...readFileSync(`${folder}/${file}`, 'utf8').matchAll(/redis\.p?call\('(\w+)'/g)])
    const commands = new Set(asked.map(([, command = '']) => `+${command.toLowerCase()}`))
    expect(commands.size).toBeGreaterThan(15)
    expect(commandsOf('worker')).toEqual(expect.arrayContaining([...commands]))
  })

  test('a worker needs every command it has', async () => {
    const silent: string[] = []
    await each(commandsOf('worker'), async (command) => {
      const prefix = `worker-without-${command.replaceAll(/\W/g, '')}`
      const { bindings, release } = outside()
      // One that remembers what it has read, which takes commands of its own.
      const read = memoryQueue()
      read.add('w1')
      const { app, notices } = await user(prefix, 'worker', without('worker', command), { ...bindings, words: read.reader })
      const client = bullmq({ ...options, redis: server.url, prefix })
        .on(everything)
        .bind(outside().bindings)
        .client()
      let worker: RunningWorker | undefined
      try {
        await client.send('words', input)
        worker = await app.start().catch(() => undefined)
        const told = async () => {
          await bereave(prefix)
          // Whoever may not give itself a name is not known to be there.
          return command === '+client|setname' ? (await client.status()).workers === 0 : notices.some(tells(command))
        }
        await expect
          .poll(told, { timeout: 15_000, interval: 50 })
          .toBe(true)
          .catch(async () => silent.push(`${command} of ${notices.join(' / ')} of ${(await refusals(prefix)).join(' / ')}`))
      } finally {
        release()
        await worker?.close({ grace: 1000 })
        await client.close({ abandon: true })
      }
    })
    expect(silent).toEqual([])
  }, 180_000)

  test('a sender needs every command it has', async () => {
    const silent: string[] = []
    await each(commandsOf('sender'), async (command) => {
      const { app, notices } = await user(`sender-without-${command.slice(1)}`, 'sender', without('sender', command))
      const client = app.client()
      await client.send('words', ['a', 'b']).catch(() => {})
      await client.close()
      if (!notices.some(tells(command))) silent.push(`${command} of ${notices.join(' / ')}`)
    })
    expect(silent).toEqual([])
  })

  test('a reader needs every command it has', async () => {
    await using there = await full('read')
    const silent: string[] = []
    await each(commandsOf('reader'), async (command) => {
      const { app, notices } = await user(there.prefix, command.replaceAll(/\W/g, ''), without('reader', command))
      const client = app.client()
      const errors = await refused([
        client.status(),
        client.store('counts').get('a'),
        contents(client.store('counts').entries()),
        all(client.sink('kept').entries()),
        client.deadLetters.list(),
      ])
      await client.close()
      if (![...notices, ...errors].some(tells(command))) silent.push(`${command} of ${[...notices, ...errors].join(' / ')}`)
    })
    expect(silent).toEqual([])
  })

  test('an operator needs every command it has, and can do all there is to do', async () => {
    await using there = await full('operated')
    const silent: string[] = []
    await each(['', ...commandsOf('operator')], async (command) => {
      const prefix = `operator-without-${command.replaceAll(/\W/g, '')}`
      await there.copyTo(prefix)
      const { app, notices } = await user(prefix, 'operator', without('operator', command))
      const client = app.client()
      const errors = await refused([client.status(), client.deadLetters.list(), client.deadLetters.retryFailed()])
      const take = () => client.sink('kept').take(async () => {})
      for (const act of [take, () => client.deadLetters.retry(), () => client.deadLetters.drop(), client.footprint, client.reset]) {
        errors.push(...(await refused([act()])))
      }
      await client.close()
      if (command === '') expect({ notices, errors }).toEqual({ notices: [], errors: [] })
      else if (![...notices, ...errors].some(tells(command))) silent.push(`${command} of ${[...notices, ...errors].join(' / ')}`)
    })
    expect(silent).toEqual([])
  })
})

describe('a user with too little', () => {
  test('works without INFO, and says what nobody has looked at', async () => {
    const { app, notices } = await user('uninformed', 'worker', without('worker', '+info'))
    const worker = await app.start()
    const { app: sending } = await user('uninformed', 'sender', rulesOf('sender'))
    const { app: reading } = await user('uninformed', 'reader', rulesOf('reader'))
    const [sender, reader] = [sending.client(), reading.client()]
    try {
      await sender.send('words', ['a', 'a'])
      await reader.settled({ after: { words: 2 }, timeout: 10_000 })
      expect(await reader.store('counts').get('a')).toBe(2)
    } finally {
      await Promise.all([worker.close(), sender.close(), reader.close()])
    }
    expect(notices).toEqual([
      expect.stringMatching(/does not let this user run info: whether it is new enough, and keeps all keys when it is full, is/),
    ])
  })

  test('is told which keys it needs', async () => {
    const keys = rulesOf('sender').map((rule) => rule.replace('{everything}', '{something}'))
    const { app, notices } = await user('elsewhere', 'sender', keys)
    const client = app.client()
    const error = await client.send('words', ['a']).catch((thrown: Error) => thrown)
    await client.close()
    expect(error).toMatchObject({
      message: expect.stringMatching(/^NOPERM Redis at .* keeps keys of the job from this user.*ACL SETUSER … ~tanager:\{JOB\}:\*$/),
    })
    expect(notices).toEqual([(error as Error).message])
  })
})

describe('a user with just enough', () => {
  test.each(['sender', 'worker', 'reader'] as const)('has no business outside its job: %s', async (part) => {
    await user('inside', part, rulesOf(part))
    await admin.set('tanager:{word-count}:store:counts:0', 'x')
    const client = await clientOf(`redis://inside-${part}:pass%20word@127.0.0.1:${server.port}`)
    try {
      for (const [command, ...args] of [
        ['HGET', 'tanager:{word-count}:store:counts:0', 'a'],
        ['EVAL', "return redis.call('HGET', 'tanager:{word-count}:plan', 'a')", '0'],
        ['KEYS', '*'],
        ['FLUSHALL'],
        ['CONFIG', 'GET', 'requirepass'],
        ['ACL', 'LIST'],
        ['PUBLISH', 'a', 'b'],
        ['SUBSCRIBE', 'a'],
        ['SCRIPT', 'FLUSH'],
        ['FUNCTION', 'LIST'],
      ] as const) {
        await expect(client.call(command, ...args), command).rejects.toThrow(/NOPERM|The user executing the script can't/)
      }
    } finally {
      client.disconnect()
    }
  })

  test('cannot write what it only reads, nor read what it only feeds', async () => {
    await using there = await full('counted')
    await user(there.prefix, 'reader', rulesOf('reader'))
    await user(there.prefix, 'sender', rulesOf('sender'))
    const values = `${there.prefix}:{everything}:store:counts:0`
    for (const [part, calls] of [
      [
        'reader',
        [
          ['HSET', values, 'a', '7'],
          ['EVAL', "return redis.call('HSET', KEYS[1], 'a', '7')", '1', values],
          ['DEL', values],
        ],
      ],
      [
        'sender',
        [
          ['HGET', values, 'a'],
          ['HSET', values, 'a', '7'],
          ['XRANGE', `${there.prefix}:{everything}:log:words`, '-', '+'],
        ],
      ],
    ] as const) {
      const client = await clientOf(`redis://${there.prefix}-${part}:pass%20word@127.0.0.1:${server.port}`)
      try {
        for (const [command, ...args] of calls) {
          await expect(client.call(command, ...args), `${part} ${command}`).rejects.toThrow(/NOPERM|The user executing the script can't/)
        }
      } finally {
        client.disconnect()
      }
    }
  })
})

const without = (part: Part, command: string) => rulesOf(part).filter((rule) => rule !== command)

/** Whether a text names the command that is missing, or, for two that BullMQ's scripts keep in a variable, says who can. */
function tells(command: string): (text: string) => boolean {
  const named = `Remedy: ACL SETUSER … ${command}`
  const pushed = command === '+lpush' || command === '+rpush'
  return (text) => text.includes(named) || (pushed && text.includes('ACL LOG names it')) || text.includes(`'${command.slice(1)}'`)
}

/** Waits for all; what those said that were refused. */
async function refused(calls: readonly Promise<unknown>[]): Promise<string[]> {
  const ended = await Promise.allSettled(calls)
  return ended.flatMap((end) => (end.status === 'rejected' ? [(end.reason as Error).message] : []))
}

/** A job that has run: something of everything is in its corner. */
async function full(prefix: string) {
  const { bindings, release } = outside()
  const app = bullmq({ ...options, redis: server.url, prefix })
    .on(everything)
    .bind(bindings)
  release()
  const worker = await app.start()
  const client = app.client()
  await client.send('words', input)
  await client.settled({ after: { words: committed }, timeout: 20_000 })
  await expect.poll(async () => (await client.status()).failed.length, { timeout: 10_000 }).toBe(1)
  await worker.close()
  const copyTo = async (other: string) => {
    for (const key of await admin.keys(`${prefix}:*`)) await admin.copy(key, `${other}${key.slice(prefix.length)}`)
  }
  return { prefix, copyTo, [Symbol.asyncDispose]: () => client.close() }
}
