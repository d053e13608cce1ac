import { type ChildProcess, spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'

interface Parts {
  readonly name: string
  /** The program and its arguments, asked for anew each time. */
  readonly command: () => readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly heard: (message: unknown) => void
  /** Told when it ends though nobody has ended it. */
  readonly surprised: (what: string) => void
}

export interface End {
  readonly how: string
  /** After how many milliseconds. */
  readonly after: number
  /** Whether nobody else has ended it meanwhile, in another way. */
  readonly alone: boolean
}

const root = join(import.meta.dirname, '../..')
const tsx = createRequire(import.meta.url).resolve('tsx')
const node = ['--conditions=tanager-source', '--import', tsx, '--import', join(import.meta.dirname, 'clock.ts')]
const lastWords = 12

/** A process that is there at all times: whenever it ends another takes its place, until it is stopped. */
export class Kept {
  readonly name: string
  readonly #parts: Parts
  #child: ChildProcess
  #exit: Promise<string>
  /** How many have set out to end the process of now; an end that nobody meant is news. */
  #ends = { count: 0 }
  #stopped = false
  #clock = 0
  #words: string[] = []

  constructor(parts: Parts) {
    this.name = parts.name
    this.#parts = parts
    ;[this.#child, this.#exit] = this.#launch()
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** Ends the process of now, which another will follow. */
  async end(signal: 'SIGKILL' | 'SIGTERM', patience = 60_000): Promise<End> {
    const begin = performance.now()
    const exit = this.#exit
    const child = this.#child
    const ends = this.#ends
    ends.count += 1
    child.kill(signal)
    const late = new AbortController()
    const how = await Promise.race([exit, sleep(patience, undefined, { signal: late.signal }).then(() => undefined)])
    late.abort()
    if (how === undefined) child.kill('SIGKILL')
    return {
      how: how ?? `nothing, ${patience} ms after ${signal}`,
      after: performance.now() - begin,
      alone: ends.count === 1,
    }
  }

  send(message: object): void {
    if (this.#child.connected) this.#child.send(message, () => {})
  }

  /** How far the clock of this process, and of those that follow, is from the right time, in milliseconds. */
  turnClock(offset: number): void {
    this.#clock = offset
    this.send({ clock: offset })
  }

  /** Ends it for good. */
  async stop(): Promise<void> {
    this.#stopped = true
    // A process that is stopped hears this signal, too.
    this.#child.kill('SIGKILL')
    await this.#exit
  }

  #launch(): [ChildProcess, Promise<string>] {
    const { command, env, heard } = this.#parts
    const child = spawn(process.execPath, [...node, ...command()], {
      cwd: root,
      env: { ...process.env, NO_COLOR: '1', ...env, CHAOS_CLOCK: String(this.#clock) },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // A Ctrl-C at the terminal is for us; we end it when it is time.
      detached: true,
    })
    this.#words = []
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue
      createInterface({ input: stream }).on('line', (line) => {
        if (this.#words.push(line) > lastWords) this.#words.shift()
      })
    }
    child.on('message', heard)
    child.on('error', () => {})
    const exit = new Promise<string>((resolve) => child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`)))
    const closed = new Promise((resolve) => child.once('close', resolve))
    void exit.then(async (how) => {
      if (this.#stopped) return
      if (this.#ends.count === 0) {
        // By 'close' its last words have arrived.
        await closed
        this.#parts.surprised(`${this.name} ended by itself with ${how}. It said: ${this.#words.join(' | ')}`)
      }
      if (this.#stopped) return
      this.#ends = { count: 0 }
      ;[this.#child, this.#exit] = this.#launch()
    })
    return [child, exit]
  }
}
