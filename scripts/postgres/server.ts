import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
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
  const guard = watchOver(folder)
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
      await ready(child)
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

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#running
    if (child?.pid === undefined) return
    const exit = once(child, 'exit')
    child.kill(signal)
    const patience = setTimeout(() => child.kill('SIGKILL'), 10_000)
    await exit
    clearTimeout(patience)
  }
}

/** Resolves once the server says that it takes connections; rejects with what it said if it ends first. */
function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = ''
    const fail = (what: string) => reject(new Error(`postgres ${what}. It said:\n${said.slice(-2000).trim()}`))
    const patience = setTimeout(fail, 30_000, 'was not ready after 30 seconds')
    const listen = (chunk: string) => {
      said += chunk
      if (said.includes('ready to accept connections')) settle(resolve)
    }
    const settle = (then: () => void) => {
      clearTimeout(patience)
      // From here on the output is read and thrown away: a full pipe would block the server.
      for (const stream of [child.stdout, child.stderr]) stream?.off('data', listen).resume()
      then()
    }
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', listen)
    // 'exit', not 'close': its children may hold the pipe a little longer.
    child.once('exit', (code, signal) => setTimeout(() => settle(() => fail(`ended with ${signal ?? code}`)), 50))
  })
}

/** A free port below the range that outgoing connections take theirs from: see the server of Redis. */
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
 * of that pipe means that we are gone. Until we say `closed`, it then ends the last process we named and removes the folder.
 */
function watchOver(folder: string): Guard {
  const script = `
    trap '' HUP INT TERM
    pid=
    while read -r word; do
      case $word in closed) exit ;; *) pid=$word ;; esac
    done
    [ -z "$pid" ] || kill -QUIT "$pid"
    sleep 1
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
