import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { Failure } from './fault.ts'

interface Parts {
  readonly size: number
  /** What follows the name of the command on its command line. */
  readonly args: readonly string[]
  /** What they are told besides, out of sight of who lists processes: an address may hold a password. */
  readonly env: Readonly<Record<string, string>>
  /** Told of what a person should know. */
  readonly note: (text: string) => void
  /** Aborted when the whole run is to end: then none is replaced. */
  readonly signal: AbortSignal
}

/** How many processes may end in one place, one after the other, before they are ready. */
const patience = 3
/** How many without anything having been done by all: it takes six to find a record that is the end of whoever touches it. */
const longPatience = 10
const lastWords = 20

/**
 * Worker processes of this very command, as many as were asked for at all times: one that dies is started again. They end
 * when they are told to, and, should we be killed, by themselves.
 */
export class Fleet {
  readonly #parts: Parts
  readonly #members = new Set<Member>()
  #stopping = false
  /** How many ended in each place since anything was done, and how many before they were ready. */
  readonly #ended = new Map<number, number>()
  readonly #unready = new Map<number, number>()
  #fail: (error: Error) => void = () => {}
  /** Rejects when it is of no use to start any more of them. */
  readonly failed: Promise<never>

  constructor(parts: Parts) {
    this.#parts = parts
    this.failed = new Promise((_, reject) => {
      this.#fail = reject
    })
    this.failed.catch(() => {})
  }

  get #over(): boolean {
    return this.#stopping || this.#parts.signal.aborted
  }

  get pids(): readonly number[] {
    return [...this.#members].flatMap(({ pid }) => pid ?? [])
  }

  start(): void {
    for (let place = 1; place <= this.#parts.size; place++) this.#launch(place)
  }

  /** To be called whenever work was done: what ends from now on is counted anew. */
  progressed(): void {
    this.#ended.clear()
  }

  /** Ends them all: in order within so many milliseconds, then by force. */
  async stop(grace: number): Promise<void> {
    this.#stopping = true
    const members = [...this.#members]
    for (const member of members) member.end('SIGTERM')
    const late = new AbortController()
    const force = sleep(grace, undefined, { signal: late.signal }).then(
      () => this.kill(),
      () => {},
    )
    await Promise.all(members.map(({ gone }) => gone))
    late.abort()
    await force
  }

  /** Ends them now. */
  kill(): void {
    this.#stopping = true
    for (const member of this.#members) member.end('SIGKILL')
  }

  #launch(place: number): void {
    const member = new Member(this.#parts, (line) => this.#parts.note(`worker ${place}: ${line}`))
    this.#members.add(member)
    void member.gone.then(async (how) => {
      this.#members.delete(member)
      if (this.#over) return
      const ended = (this.#ended.get(place) ?? 0) + 1
      const unready = member.wasReady ? 0 : (this.#unready.get(place) ?? 0) + 1
      this.#ended.set(place, ended)
      this.#unready.set(place, unready)
      if (unready >= patience) return this.#fail(giveUp(`worker ${place} cannot start: it ended ${unready} times, now with ${how}`, member))
      if (ended >= longPatience) {
        return this.#fail(giveUp(`worker ${place} ended ${ended} times before anything was done, now with ${how}`, member))
      }
      this.#parts.note(`worker ${place} (pid ${member.pid}) ended with ${how}; another takes its place`)
      // One that ends at once must not keep the machine busy with starting it.
      await sleep(Math.min(100 * (ended - 1), 500))
      if (!this.#over) this.#launch(place)
    })
  }
}

function giveUp(what: string, { words }: Member): Failure {
  return new Failure(words.length === 0 ? `${what}, without a word` : `${what}. It said:\n${words.map((line) => `  ${line}`).join('\n')}`)
}

/** One worker process. */
class Member {
  readonly #child: ChildProcess
  readonly words: string[] = []
  wasReady = false
  /** How it ended, once it has. */
  readonly gone: Promise<string>

  constructor({ args, env }: Pick<Parts, 'args' | 'env'>, heard: (line: string) => void) {
    // A debugger's port can be taken once.
    const node = process.execArgv.filter((arg) => !arg.startsWith('--inspect'))
    this.#child = spawn(process.execPath, [...node, process.argv[1] as string, 'worker', ...args], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...process.env, ...env },
    })
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream === null) continue
      createInterface({ input: stream }).on('line', (line) => {
        this.words.push(line)
        if (this.words.length > lastWords) this.words.shift()
        if (this.wasReady) heard(line)
      })
    }
    this.#child.once('message', () => {
      this.wasReady = true
    })
    this.gone = new Promise((resolve) => {
      this.#child.once('error', (error) => resolve(error.message))
      this.#child.once('exit', (code, signal) => {
        const how = signal ?? `exit code ${code}`
        // By 'close' its last words have arrived; a grandchild that holds the pipe keeps that from coming.
        const late = setTimeout(resolve, 500, how)
        this.#child.once('close', () => {
          clearTimeout(late)
          resolve(how)
        })
      })
    })
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  end(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }
}
