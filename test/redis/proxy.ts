import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A command on its way to the server: its name and arguments. What is not text in them is not worth looking at. */
export type Command = readonly string[]

/**
 * A place between clients and a server where connections can be cut and slowed: what a bad network does, at a moment of
 * our choosing. It knows where a command begins and ends, so that a cut is before a command or after it, never within.
 */
export interface RedisProxy extends AsyncDisposable {
  readonly url: string
  /** Connections that are open. */
  readonly connections: number
  /**
   * Cuts the connection of the next command that is picked; answers which that was. `before`: the server never hears of
   * it. `after`: the server gets it, does it, and its reply is lost.
   */
  cut(side: 'before' | 'after', pick?: (command: Command) => boolean): Promise<Command>
  /** From now on every chunk is so many milliseconds late, in both directions. */
  slow(milliseconds: number): void
  /** Cuts all connections. */
  cutAll(): void
  close(): Promise<void>
}

interface Cut {
  readonly side: 'before' | 'after'
  readonly pick: (command: Command) => boolean
  readonly done: (command: Command) => void
}

/** Listens on a port of its own for clients of the server at `port` of this machine. The server may come and go. */
export async function startProxy(port: number): Promise<RedisProxy> {
  const cuts: Cut[] = []
  const links = new Set<Link>()
  let lateness = 0

  const listener = createServer({ noDelay: true }, (client) => {
    const link = new Link(client, port, {
      lateness: () => lateness,
      take: (command) => {
        const at = cuts.findIndex(({ pick }) => pick(command))
        return at === -1 ? undefined : cuts.splice(at, 1)[0]
      },
    })
    links.add(link)
    client.once('close', () => links.delete(link))
  })
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')

  const close = async () => {
    if (!listener.listening) return
    const closed = once(listener, 'close')
    listener.close()
    for (const link of links) link.cut()
    await closed
    links.clear()
  }
  return {
    url: `redis://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    get connections() {
      return links.size
    },
    cut: (side, pick = () => true) => new Promise((done) => cuts.push({ side, pick, done })),
    slow: (milliseconds) => {
      lateness = milliseconds
    },
    cutAll: () => {
      for (const link of links) link.cut()
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

interface Weather {
  readonly lateness: () => number
  /** The cut that is meant for this command, if one is. */
  readonly take: (command: Command) => Cut | undefined
}

/** One client, and its connection to the server. */
class Link {
  readonly #client: Socket
  readonly #server: Socket

  constructor(client: Socket, port: number, { lateness, take }: Weather) {
    const server = connect({ port, host: '127.0.0.1', noDelay: true })
    this.#client = client
    this.#server = server
    const towards = new Late(lateness)
    const back = new Late(lateness)
    const reader = new CommandReader()

    client.on('data', (chunk) => {
      for (const { command, bytes } of reader.read(chunk)) {
        const cut = take(command)
        if (cut?.side !== 'before') towards.act(() => server.write(bytes))
        if (cut === undefined) continue
        // The server reads what was sent before it sees that nothing more will come; so what it was given, it does.
        towards.act(() => server.end())
        this.#hangUp()
        cut.done(command)
        return
      }
    })
    server.on('data', (chunk) => back.act(() => client.write(chunk)))
    client.on('error', () => {})
    server.on('error', () => {})
    client.once('close', () => towards.act(() => server.end()))
    server.once('close', () => back.act(() => client.destroy()))
  }

  cut(): void {
    this.#hangUp()
    this.#server.destroy()
  }

  /** The client is cut off; what the server still says is read and thrown away. */
  #hangUp(): void {
    this.#client.removeAllListeners('data')
    this.#server.removeAllListeners('data')
    this.#server.resume()
    // A reset would be ruder, but Node 20 may not get over one when it ends.
    this.#client.destroy()
  }
}

/** Does things in order, each as late as it is told to be. */
class Late {
  readonly #lateness: () => number
  readonly #waiting: (() => void)[] = []
  #due = 0

  constructor(lateness: () => number) {
    this.#lateness = lateness
  }

  act(what: () => void): void {
    const milliseconds = this.#lateness()
    if (milliseconds === 0 && this.#waiting.length === 0) {
      what()
      return
    }
    const now = performance.now()
    this.#due = Math.max(this.#due, now + milliseconds)
    this.#waiting.push(what)
    // Timers that are due together may come in any order. It does not matter which of them is whose.
    setTimeout(() => this.#waiting.shift()?.(), this.#due - now)
  }
}

const newline = 10

/** Cuts a stream of bytes into the commands of Redis's protocol, however it comes in pieces. */
export class CommandReader {
  #rest: Buffer = Buffer.alloc(0)

  read(chunk: Uint8Array): readonly { readonly command: Command; readonly bytes: Buffer }[] {
    const bytes = this.#rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#rest, chunk])
    const found: { command: Command; bytes: Buffer }[] = []
    let from = 0
    for (;;) {
      const whole = commandAt(bytes, from)
      if (whole === undefined) break
      found.push({ command: whole.command, bytes: bytes.subarray(from, whole.end) })
      from = whole.end
    }
    this.#rest = bytes.subarray(from)
    return found
  }
}

/** The command that begins at a place, as `*2\r\n$3\r\nGET\r\n$1\r\nk\r\n`; nothing if it is not whole yet. */
function commandAt(bytes: Buffer, from: number): { readonly command: Command; readonly end: number } | undefined {
  const count = numberAt(bytes, from)
  if (count === undefined) return undefined
  const command: string[] = []
  let at = count.next
  for (let i = 0; i < count.value; i++) {
    const length = numberAt(bytes, at)
    if (length === undefined) return undefined
    const end = length.next + length.value
    if (bytes.length < end + 2) return undefined
    command.push(bytes.toString('utf8', length.next, Math.min(end, length.next + longest)))
    at = end + 2
  }
  return { command, end: at }
}

/** Of a long argument only the beginning is shown: nobody picks a command by the rest. */
const longest = 200

/** The number of a line such as `*2` or `$3`, and where the next line begins. */
function numberAt(bytes: Buffer, from: number): { readonly value: number; readonly next: number } | undefined {
  const end = bytes.indexOf(newline, from)
  return end === -1 ? undefined : { value: Number(bytes.toString('latin1', from + 1, end - 1)), next: end + 1 }
}
