import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, Socket } from 'node:net'
import { nameOf } from './names.ts'
import { type Command, CommandReader, written } from './resp.ts'

/**
 * How a process is stopped at a command.
 *
 *   before  it dies, and the command is never sent
 *   after   it dies, but the command was sent: Redis runs it, and nobody hears the answer
 *   late    it stands still before it, for so long that all others take it for dead; then it goes on as if nothing had happened.
 *           The fences in our scripts are for those: to whoever only dies, they never say no
 */
export type Mode = 'before' | 'after' | 'late'

export const modes: readonly Mode[] = ['before', 'after', 'late']

/**
 * Where a process is stopped: when it sends a command of that name for the n-th time. Counted by name, because connections
 * and timers mix their commands anew in each run: the third of its commits is the third in all of them.
 */
export interface Stop {
  readonly name: string
  readonly nth: number
  readonly mode: Mode
}

/** Puts another command in the place of one. */
export type Rewrite = (command: Command) => readonly (string | Buffer)[] | undefined

interface Options {
  /** Where Redis is. */
  readonly port: number
  readonly stop?: Stop
  readonly rewrite?: Rewrite
}

/**
 * The way of one process to Redis. It counts the commands on all connections of that process, BullMQ's and ours, and stops
 * the process at one of them.
 *
 * A process is to Redis what comes over its connections, and no more. So instead of killing a process, which would cost
 * half a second to start again at each of a thousand points, its connections are cut: what it had sent is run, nothing
 * more comes, its locks and leases run out. That is what remains of a process after SIGKILL; and after SIGSTOP, if the
 * connections are kept. What is left of it on this side finds its connections gone, and unwinds.
 */
export class Wire {
  readonly #options: Options
  readonly #server: Server
  readonly #lines = new Set<Line>()
  readonly #stopped = new Deferred<true>()
  readonly #goingOn = new Deferred<void>()
  #state: 'passing' | 'holding' | 'dead' = 'passing'
  /** How often the process has sent what, up to its stop. */
  readonly sent = new Map<string, number>()

  private constructor(options: Options) {
    this.#options = options
    this.#server = createServer((client) => this.#connected(client))
  }

  static async open(options: Options): Promise<Wire> {
    const wire = new Wire(options)
    wire.#server.listen(0, '127.0.0.1')
    await once(wire.#server, 'listening')
    return wire
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** What the process does elsewhere has to stop with it too: waits while it stands still, rejects once it is dead. */
  async alive(): Promise<void> {
    if (this.#state === 'holding') await this.#goingOn.promise
    if (this.#state === 'dead') throw new Error('this process is dead')
  }

  /** Settles when the process is stopped, and Redis has seen the last of it. */
  get stopped(): Promise<true> {
    return this.#stopped.promise
  }

  /** Lets a process that stands still go on. */
  goOn(): void {
    if (this.#state !== 'holding') return
    this.#state = 'passing'
    for (const line of this.#lines) {
      line.upstream.resume()
      for (const command of line.held.splice(0)) this.#pass(line, command)
    }
    this.#goingOn.resolve()
  }

  /** Cuts all connections, on both sides. */
  async close(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.#state = 'dead'
    this.#goingOn.resolve()
    for (const { client, upstream } of this.#lines) {
      client.destroy()
      upstream.destroy()
    }
    await closed
  }

  #connected(client: Socket): void {
    if (this.#state === 'dead') {
      client.destroy()
      return
    }
    const upstream = new Socket().setNoDelay(true).connect(this.#options.port, '127.0.0.1')
    const line: Line = { client: client.setNoDelay(true), upstream, held: [] }
    if (this.#state === 'holding') upstream.pause()
    this.#lines.add(line)
    const reader = new CommandReader()
    client.on('data', (chunk: Buffer) => {
      upstream.cork()
      for (const command of reader.push(chunk)) this.#came(line, command)
      upstream.uncork()
    })
    upstream.on('data', (chunk: Buffer) => {
      if (this.#state !== 'dead') client.write(chunk)
    })
    // A side that is gone takes the other with it; an error is followed by a close.
    client.on('error', () => undefined).on('close', () => upstream.end())
    upstream
      .on('error', () => undefined)
      .on('close', () => {
        if (this.#state !== 'dead') client.end()
      })
  }

  #came(line: Line, command: Command): void {
    if (this.#state === 'dead') return
    if (this.#state === 'holding') {
      line.held.push(command)
      return
    }
    const { stop } = this.#options
    const name = nameOf(command)
    const nth = (this.sent.get(name) ?? 0) + 1
    this.sent.set(name, nth)
    if (stop?.name !== name || stop.nth !== nth) this.#pass(line, command)
    else if (stop.mode === 'late') this.#hold(line, command)
    else void this.#die(line, stop.mode === 'after' ? command : undefined)
  }

  #pass(line: Line, command: Command): void {
    const words = this.#options.rewrite?.(command)
    line.upstream.write(words === undefined ? command.bytes : written(words))
  }

  #hold(line: Line, command: Command): void {
    this.#state = 'holding'
    line.held.push(command)
    for (const { upstream } of this.#lines) upstream.pause()
    this.#stopped.resolve(true)
  }

  async #die(line: Line, last: Command | undefined): Promise<void> {
    this.#state = 'dead'
    if (last !== undefined) this.#pass(line, last)
    // Redis runs what it was sent, then finds that nobody is there: once it has hung up, it has seen the last of us. No
    // answer gets through meanwhile.
    await Promise.all(
      [...this.#lines].map(async ({ upstream }) => {
        if (upstream.closed) return
        const closed = new Promise((resolve) => upstream.once('close', resolve))
        upstream.end()
        await closed
      }),
    )
    this.#stopped.resolve(true)
    for (const { client } of this.#lines) client.destroy()
  }
}

class Deferred<T> {
  resolve!: (value: T) => void
  readonly promise = new Promise<T>((resolve) => {
    this.resolve = resolve
  })
}

/** One connection. */
interface Line {
  readonly client: Socket
  readonly upstream: Socket
  /** What waits until the process goes on. */
  readonly held: Command[]
}
