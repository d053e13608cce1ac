import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { codec, job, type SourceReader, source, store } from 'tanager'
import { sum } from 'tanager/algebra'
import { bullmq, type RedisConnection } from 'tanager/bullmq'
import { describe, expect, it } from 'vitest'
import { type RedisServer, startRedisServer } from '../../../scripts/redis/server.ts'
import { clientOf } from '../../redis/keys.ts'
import { deployed } from './deployed.ts'

const words = source('words', { item: codec.string })
const counts = store('counts', { key: codec.string, sum })
const counting = job('counting', words.map((word) => [word, 1] as const).sumByKey(counts))

const soon = 20
const later = 3_600_000

/** Connections that, cut off, try again after so long; and how many of them wait to do so. */
function patient({ port }: RedisServer, wait: (name: string | null | undefined) => number) {
  const waiting: unknown[] = []
  const redis: RedisConnection = {
    host: '127.0.0.1',
    port,
    // ioredis calls it on the options it is one of.
    retryStrategy(this: RedisConnection) {
      const { connectionName } = this
      if (wait(connectionName) === later) waiting.push(connectionName)
      return wait(connectionName)
    },
  }
  return { redis, waiting }
}

/** Waits until so many connections wait for work. */
async function waitingForWork(url: string, count: number): Promise<void> {
  const client = await clientOf(url)
  const waiting = async () => ((await client.client('LIST')) as string).split('\n').filter((line) => line.includes('cmd=bzpopmin')).length
  await expect.poll(waiting, { timeout: 20_000 }).toBe(count)
  client.disconnect()
}

describe('what is closed while a connection of it waits to try again', () => {
  it('is a worker: it ends at once, since Redis is there', async () => {
    await using server = await startRedisServer()
    // Those that BullMQ waits for work on have names.
    const { redis, waiting } = patient(server, (name) => (typeof name === 'string' ? later : soon))
    const app = bullmq({ redis }).on(counting).bind({})
    const worker = await app.start()
    await waitingForWork(server.url, 2)
    await server.kill()
    await server.start()
    await expect.poll(() => waiting.length, { timeout: 20_000 }).toBe(2)
    const begun = performance.now()
    await worker.close({ grace: 40_000 })
    expect(performance.now() - begun).toBeLessThan(20_000)
  })

  it('is a client: what waits to be sent is refused', async () => {
    await using server = await startRedisServer()
    const { redis, waiting } = patient(server, () => later)
    const client = bullmq({ redis }).on(counting).bind({}).client()
    await client.send('words', ['a'])
    await server.kill()
    await expect.poll(() => waiting.length, { timeout: 20_000 }).toBe(1)
    const sent = expect(client.send('words', ['b'])).rejects.toThrow('Connection is closed')
    await client.close({ abandon: true })
    await sent
  })

  it('is a client whose Redis takes connections and says nothing, as one that loads its data: what it had sent is refused', async () => {
    await using server = await startRedisServer()
    const client = bullmq({ redis: server.url }).on(counting).bind({}).client()
    await client.send('words', ['a'])
    process.kill(server.pid as number, 'SIGSTOP')
    const sent = expect(client.send('words', ['b'])).rejects.toThrow('Connection is closed')
    await server.kill()
    const sockets: Socket[] = []
    const silent = createServer((socket) => void sockets.push(socket.on('error', () => {})))
    silent.listen(server.port, '127.0.0.1')
    try {
      await once(silent, 'connection')
      await client.close({ abandon: true })
      await sent
    } finally {
      silent.close()
      for (const socket of sockets) socket.destroy()
    }
  })
})

describe('a worker whose source and whose function hang', () => {
  it('has one grace for both', async () => {
    const never = new Promise<never>(() => {})
    const hanging: SourceReader = {
      resumes: 'acknowledgement',
      open: async () => ({ next: () => never, acknowledge: async () => {}, close: () => never }),
    }
    const begun: string[] = []
    const waiting = job(
      'waiting',
      words
        .mapAsync((word) => {
          begun.push(word)
          return never
        })
        .map((word) => [word, 1] as const)
        .sumByKey(counts),
    )
    await using there = await deployed(waiting, { words: hanging })
    const worker = await there.worker()
    await there.client.send('words', ['a'])
    await expect.poll(() => begun, { timeout: 20_000 }).toEqual(['a'])
    const from = performance.now()
    await worker.close({ grace: 4000 })
    expect(performance.now() - from).toBeLessThan(7900)
  })
})
