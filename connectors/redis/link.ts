import { once } from 'node:events'
import type { Cluster, Redis, RedisOptions } from 'ioredis'
import { TanagerError } from '../../core/error.ts'
import type { RedisAccess } from './access.ts'
import { driver } from './driver.ts'
import { faultOf, type Subject, withoutArguments } from './fault.ts'

/** For how long a command of ours may wait in Redis for something to come, in milliseconds. */
export const blockFor = 5_000
const connectTimeout = 10_000

/** One connection to Redis. It does not mend itself: who needs another opens it. */
export class Link {
  readonly client: Redis
  readonly place: string
  readonly subject: Subject
  #said: unknown

  constructor(client: Redis | Cluster, subject: Subject) {
    // The commands are the same.
    this.client = client as Redis
    this.place = placeOf(client)
    this.subject = subject
    client.on('error', (error: unknown) => {
      withoutArguments(error)
      this.#said = error
    })
  }

  async open(): Promise<void> {
    try {
      if (this.client.status === 'wait') return await this.client.connect()
      if (this.client.status !== 'ready') await once(this.client, 'ready', { signal: AbortSignal.timeout(connectTimeout) })
    } catch (error) {
      await this.close()
      throw this.fault(isAbort(error) ? new Error('it does not answer') : error)
    }
  }

  /** What Redis answers; or the fault it is. */
  async answer<A>(work: Promise<A>): Promise<A> {
    try {
      return await work
    } catch (error) {
      throw this.fault(error)
    }
  }

  /** The same of work that goes on by itself when the connection ends; nobody waits for that. */
  async answerWhileOpen<A>(work: Promise<A>): Promise<A> {
    const { client } = this
    let end = () => {}
    const ended = new Promise<never>((_, reject) => {
      end = () => reject(new Error('Connection is closed'))
      if (this.ended) end()
      else client.once('end', end)
    })
    try {
      return await this.answer(Promise.race([work, ended]))
    } finally {
      client.off('end', end)
    }
  }

  fault(error: unknown): TanagerError {
    // That a connection has ended is told to whoever waits, and why it has, before that, to nobody in particular.
    const why = /Connection is closed/.test(String(error)) ? (this.#said ?? error) : (firstOf(error) ?? error)
    return faultOf(this.subject, this.place, why)
  }

  get ended(): boolean {
    return this.client.status === 'end'
  }

  async close(): Promise<void> {
    const { client } = this
    if (client.status === 'end') return
    const ended = client.status === 'wait' ? undefined : once(client, 'end')
    client.disconnect()
    await ended
  }
}

/** Why the first command of a transaction was refused, and with it all of them. */
const firstOf = (error: unknown): unknown => (error as { readonly previousErrors?: readonly unknown[] } | undefined)?.previousErrors?.[0]

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError'
}

/** @throws TanagerError */
export async function connect(access: RedisAccess, subject: Subject): Promise<Link> {
  const { Redis } = await driver()
  const link = new Link(typeof access === 'function' ? madeBy(access) : clientOf(Redis, access), subject)
  await link.open()
  return link
}

/** Clients that were made for us: each is closed when its reading or writing ends. */
const taken = new WeakSet<object>()

function madeBy(make: () => Redis | Cluster): Redis | Cluster {
  const client: unknown = make()
  if (typeof client !== 'object' || client === null || !('disconnect' in client && 'status' in client)) {
    throw new TanagerError('invalid-option', 'redis: the function makes no client', {
      value: client,
      allowed: 'a Redis or a Cluster of ioredis',
    })
  }
  if (taken.has(client)) {
    throw new TanagerError('invalid-option', 'redis: the function gives a client a second time', {
      allowed: 'another Redis or Cluster each time',
      remedy: 'Make it in the function: () => new Redis(…). Each is closed by whoever has asked for it.',
    })
  }
  taken.add(client)
  const made = client as Redis | Cluster
  // As our own: one that mended itself would wait for its Redis, and say again what it had said.
  if (made.isCluster) Object.assign(made.options, { clusterRetryStrategy: () => null })
  else Object.assign(made.options, unmended)
  return made
}

/** It fails at once: who supervises it decides when to try again, and where to go on. */
const unmended = {
  retryStrategy: () => null,
  sentinelRetryStrategy: () => null,
  maxRetriesPerRequest: null,
  autoResendUnfulfilledCommands: false,
} as const

function clientOf(Client: typeof Redis, access: Exclude<RedisAccess, () => unknown>): Redis {
  const options: Omit<RedisOptions, 'replyMapping'> = {
    connectTimeout,
    // Longer than anything of ours waits: a Redis that is silent for so long is gone, whatever the network says.
    socketTimeout: 2 * blockFor,
    ...(typeof access === 'string' ? {} : access),
    lazyConnect: true,
    ...unmended,
    // Its own check needs the right to run INFO. The first command says as much.
    enableReadyCheck: false,
  }
  return typeof access === 'string' ? new Client(access, options) : new Client(options)
}

/** Where a Redis is, without the secrets of its address. */
function placeOf(client: Redis | Cluster): string {
  if (client.isCluster) return 'the cluster'
  const { host, port, path, sentinels, name } = (client as Redis).options
  if (sentinels != null && sentinels.length > 0) return `${name ?? 'the primary'}, as Sentinel knows it`
  return path ?? `${host ?? '127.0.0.1'}:${port ?? 6379}`
}
