import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Writable } from 'node:stream'
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
      await ready(child, program, args)
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

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#running
    if (child?.pid === undefined) return
    const exit = once(child, 'exit')
    child.kill(signal)
    // A server that is stopped (SIGSTOP) or deep in a script does not hear a polite word.
    const patience = setTimeout(() => child.kill('SIGKILL'), 5_000)
    await exit
    clearTimeout(patience)
  }
}

/** Resolves once the server says that it takes connections; rejects with what it said if it ends first. */
function ready(child: ChildProcess, program: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = ''
    const fail = (what: string) => reject(new Error(`${program} ${args.join(' ')} ${what}. It said:\n${said.slice(-2000).trim()}`))
    const patience = setTimeout(fail, 30_000, 'was not ready after 30 seconds')
    const listen = (chunk: string) => {
      said += chunk
      if (said.includes('Ready to accept connections')) settle(resolve)
    }
    const settle = (then: () => void) => {
      clearTimeout(patience)
      // From here on the output is read and thrown away: a full pipe would block the server.
      for (const stream of [child.stdout, child.stderr]) stream?.off('data', listen).resume()
      then()
    }
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', listen)
    // 'close', not 'exit': by then its last words have arrived.
    child.once('close', (code, signal) => settle(() => fail(`ended with ${signal ?? code}`)))
  })
}

/**
 * A free port below the range (32768 and up on Linux) that outgoing connections take theirs from. In that range, a client
 * that keeps trying to reach a killed server would sooner or later be given the server's own port, and keep it.
 */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 12_000 + Math.floor(Math.random() * 20_000)
    const probe = createServer()
    const free = await new Promise<boolean>((resolve) => {
      probe.once('error', () => resolve(false))
      probe.listen(port, '127.0.0.1', () => resolve(true))
    })
    if (!free) continue
    await new Promise((resolve) => probe.close(resolve))
    return port
  }
}

interface Guard {
  watch(pid: number | undefined): void
  dismiss(): Promise<void>
}

/**
 * Cleans up after us when we cannot (`kill -9`, a crash, `process.exit`): a shell that reads from us, and to which the end
 * of that pipe means that we are gone. Until we say `closed`, it then kills the last process we named and removes the folder.
 */
function watchOver(folder: string): Guard {
  const script = `
    trap '' HUP INT TERM
    pid=
    while read -r word; do
      case $word in closed) exit ;; *) pid=$word ;; esac
    done
    [ -z "$pid" ] || kill -9 "$pid"
    rm -rf "$1"`
  const shell = spawn('/bin/sh', ['-c', script, 'sh', folder], { stdio: ['pipe', 'ignore', 'ignore'], detached: true })
  const pipe = shell.stdin as Writable
  const ended = once(shell, 'exit')
  // If it was killed there is nobody to tell, and nothing to do about it.
  pipe.on('error', () => undefined)
  return {
    watch: (pid) => void pipe.write(`${pid ?? ''}\n`),
    dismiss: async () => {
      if (!pipe.writableEnded) pipe.end('closed\n')
      await ended
    },
  }
}
