import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Guard, watchOver } from '../server/guard.ts'
import { freePort } from '../server/port.ts'
import { end, ready } from '../server/process.ts'
import { type PostgresPrograms, postgresPrograms } from './program.ts'

/**
 * A PostgreSQL server of our own: its port on 127.0.0.1, its folder, and nothing left of either after `close()`, or after
 * our own death, however sudden. Declare it with `await using`, or close it in a `finally`: it keeps the process alive.
 */
export interface PostgresServer extends AsyncDisposable {
  /** As its administrator, with a password. */
  readonly url: string
  readonly port: number
  readonly folder: string
  /** Undefined while it is down. */
  readonly pid: number | undefined
  /** Ends it as a power cut would (SIGKILL). */
  kill(): Promise<void>
  /** Ends it as an operator in a hurry would (a fast shutdown): it cuts its clients off and writes what it has. */
  stop(): Promise<void>
  /** Starts it again: same port, same folder, same settings. */
  start(): Promise<void>
  /** Ends it and removes its folder. Any number of times. */
  close(): Promise<void>
}

/** Lines of postgresql.conf, as in `{ max_connections: '5' }`. */
export type PostgresSettings = Readonly<Record<string, string>>

const password = 'correct horse'

/** Whoever kills it kills processes, not the machine: what it has given to the system is kept without a sync, too. */
const defaults: PostgresSettings = {
  fsync: 'off',
  full_page_writes: 'off',
  shared_buffers: '32MB',
  max_connections: '60',
  autovacuum_naptime: '1d',
  timezone: 'UTC',
  lc_messages: 'C',
}

/** Starts a private server with an empty database, `postgres`. */
export async function startPostgresServer(settings: PostgresSettings = {}): Promise<PostgresServer> {
  const programs = await postgresPrograms()
  const folder = mkdtempSync(join(tmpdir(), 'tanager-postgres-'))
  const guard = watchOver(folder, 'QUIT')
  try {
    const owner = ownerOf(folder)
    initialise(programs, folder, owner)
    // Between our look at a port and the server's, somebody else may take it: then we try another.
    for (let attempt = 1; ; attempt++) {
      const server = new Server(programs, await freePort(), folder, { ...defaults, ...settings }, guard, owner)
      try {
        await server.start()
        return server
      } catch (error) {
        if (attempt === 5 || !/Address already in use/i.test(String(error))) throw error
      }
    }
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    await guard.dismiss()
    throw error
  }
}

type Owner = { readonly uid: number; readonly gid: number } | undefined

/** It refuses to run as root: it is given to the user that its package has made, or else to nobody in particular. */
function ownerOf(folder: string): Owner {
  if (process.getuid?.() !== 0) return undefined
  const owner = { uid: idOf('-u') ?? 65_534, gid: idOf('-g') ?? 65_534 }
  chownSync(folder, owner.uid, owner.gid)
  chmodSync(folder, 0o700)
  return owner
}

function idOf(which: '-u' | '-g'): number | undefined {
  try {
    return Number(execFileSync('id', [which, 'postgres'], { stdio: ['ignore', 'pipe', 'ignore'] }))
  } catch {
    return undefined
  }
}

const dataOf = (folder: string) => join(folder, 'data')

function initialise({ initdb }: PostgresPrograms, folder: string, owner: Owner): void {
  const secret = join(folder, 'password')
  writeFileSync(secret, password)
  if (owner !== undefined) chownSync(secret, owner.uid, owner.gid)
  const auth = ['--auth-local=scram-sha-256', '--auth-host=scram-sha-256', '--username=postgres', `--pwfile=${secret}`]
  execFileSync(initdb, [`--pgdata=${dataOf(folder)}`, '--no-sync', '--no-locale', '--encoding=UTF8', ...auth], {
    ...owner,
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
}

class Server implements PostgresServer {
  readonly url: string
  readonly port: number
  readonly folder: string
  readonly #program: string
  readonly #args: readonly string[]
  readonly #guard: Guard
  readonly #owner: Owner
  #running: ChildProcess | undefined

  constructor({ postgres }: PostgresPrograms, port: number, folder: string, settings: PostgresSettings, guard: Guard, owner: Owner) {
    const lines = { listen_addresses: '127.0.0.1', port: String(port), unix_socket_directories: folder, ...settings }
    this.#program = postgres
    this.#args = ['-D', dataOf(folder), ...Object.entries(lines).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
    this.url = `postgres://postgres:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`
    this.port = port
    this.folder = folder
    this.#guard = guard
    this.#owner = owner
  }

  get pid(): number | undefined {
    return this.#running?.pid
  }

  async start(): Promise<void> {
    if (this.#running !== undefined) throw new Error(`the PostgreSQL server on port ${this.port} is running already`)
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#launch()
      } catch (error) {
        // After a kill its last children are still at it for a moment, and hold its memory.
        if (attempt === 50 || !/pre-existing shared memory|lock file .* already exists|Is another postmaster/i.test(String(error)))
          throw error
        await sleep(100)
      }
    }
  }

  async #launch(): Promise<void> {
    // Detached: a Ctrl-C at the terminal is for us; we end the server when we have finished with it.
    const child = spawn(this.#program, this.#args, { ...this.#owner, cwd: this.folder, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
    this.#running = child
    child.once('exit', () => {
      this.#running = undefined
      this.#guard.watch(undefined)
    })
    try {
      await once(child, 'spawn')
      this.#guard.watch(child.pid)
      await ready(child, { what: 'postgres', says: 'ready to accept connections', patience: 30_000 })
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
    return this.#end('SIGINT')
  }

  async close(): Promise<void> {
    await this.#end('SIGINT')
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10 })
    await this.#guard.dismiss()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #end(signal: NodeJS.Signals): Promise<void> {
    return end(this.#running, signal, 10_000)
  }
}
