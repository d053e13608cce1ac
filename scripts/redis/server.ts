import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Guard, watchOver } from '../server/guard.ts'
import { freePort } from '../server/port.ts'
import { end, ready } from '../server/process.ts'
import { redisProgram } from './program.ts'

/**
 * A Redis server of our own: its port on 127.0.0.1, its folder, and nothing left of either after `close()`, or after our
 * own death, however sudden. Declare it with `await using`, or close it in a `finally`: it keeps the process alive.
 */
export interface RedisServer extends AsyncDisposable {
  readonly url: string
  readonly port: number
  readonly folder: string
  /** Undefined while it is down. */
  readonly pid: number | undefined
  /** Ends it as a power cut would (SIGKILL): what is not on disk is lost. */
  kill(): Promise<void>
  /** Ends it as an operator would (SIGTERM): it writes what its settings say. */
  stop(): Promise<void>
  /** Starts it again: same port, same folder, same settings. */
  start(): Promise<void>
  /** Ends it and removes its folder. Any number of times. */
  close(): Promise<void>
}

/** Lines of redis.conf, as in `{ appendonly: 'yes', 'maxmemory-policy': 'allkeys-lru' }`. */
export type RedisSettings = Readonly<Record<string, string>>

const defaults: RedisSettings = { save: '', appendonly: 'no', 'maxmemory-policy': 'noeviction' }

/** Starts a private server; without settings it keeps everything in memory, writes nothing and evicts nothing. */
export async function startRedisServer(settings: RedisSettings = {}): Promise<RedisServer> {
  const program = await redisProgram()
  const folder = await mkdtemp(join(tmpdir(), 'tanager-redis-'))
  const guard = watchOver(folder)
  try {
    // Between our look at a port and the server's, somebody else may take it: then we try another.
    for (let attempt = 1; ; attempt++) {
      const server = new Server(program, await freePort(), folder, { ...defaults, ...settings }, guard)
      try {
        await server.start()
        return server
      } catch (error) {
        if (attempt === 5 || !/Address already in use/i.test(String(error))) throw error
      }
    }
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    await guard.dismiss()
    throw error
  }
}

class Server implements RedisServer {
  readonly url: string
  readonly port: number
  readonly folder: string
  readonly #command: readonly [program: string, args: readonly string[]]
  readonly #guard: Guard
  #running: ChildProcess | undefined

  constructor(program: string, port: number, folder: string, settings: RedisSettings, guard: Guard) {
    const lines = { bind: '127.0.0.1', port: String(port), dir: folder, ...settings }
    const args = Object.entries(lines).flatMap(([name, value]) => [`--${name}`, ...value.split(' ')])
    this.url = `redis://127.0.0.1:${port}`
    this.port = port
    this.folder = folder
    this.#command = [program, args]
    this.#guard = guard
  }

  get pid(): number | undefined {
    return this.#running?.pid
  }

  async start(): Promise<void> {
    if (this.#running !== undefined) throw new Error(`the Redis server on port ${this.port} is running already`)
    const [program, args] = this.#command
    // Detached: a Ctrl-C at the terminal is for us; we end the server when we have finished with it.
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true })
    this.#running = child
    child.once('exit', () => {
      this.#running = undefined
      this.#guard.watch(undefined)
    })
    try {
      await once(child, 'spawn')
      this.#guard.watch(child.pid)
      await ready(child, { what: `${program} ${args.join(' ')}`, says: 'Ready to accept connections', patience: 30_000 })
    } catch (error) {
      await this.#end('SIGKILL')
      this.#running = undefined
      throw error
    }
  }

  kill(): Promise<void> {
    return this.#end('SIGKILL')
  }

  stop(): Promise<void> {
    return this.#end('SIGTERM')
  }

  async close(): Promise<void> {
    await this.#end('SIGTERM')
    await rm(this.folder, { recursive: true, force: true })
    await this.#guard.dismiss()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #end(signal: NodeJS.Signals): Promise<void> {
    return end(this.#running, signal, 5_000)
  }
}
