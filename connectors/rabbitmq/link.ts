import type { Channel, ChannelModel, ConfirmChannel, SocketOptions } from 'amqplib'
import { messageOf, TanagerError } from '../../core/error.ts'
import type { Address } from './address.ts'
import type { Connecting } from './connection-options.ts'
import { driver } from './driver.ts'
import { faultOf, type Site, type Subject } from './fault.ts'

/** How long the broker may take to say goodbye, in milliseconds. */
const politeness = 2000

/**
 * A connection that is open. It is used for one thing, and fails as a whole: whatever is wrong with it or with a channel of
 * it ends both. It does not come back by itself.
 */
export class Link {
  readonly model: ChannelModel
  readonly site: Site
  readonly subject: Subject
  readonly #abort: AbortController
  readonly #told = new Set<(failure: TanagerError) => void>()
  #channel: Channel | undefined
  #failure: TanagerError | undefined
  #closing: Promise<void> | undefined
  #blocked: string | undefined

  constructor(model: ChannelModel, site: Site, subject: Subject, abort: AbortController) {
    this.model = model
    this.site = site
    this.subject = subject
    this.#abort = abort
    model.on('error', (error: Error) => this.fail(error))
    model.on('close', (error?: Error) => this.fail(error ?? new Error('Unexpected close')))
    model.on('blocked', (reason: string) => {
      this.#blocked = reason
    })
    model.on('unblocked', () => {
      this.#blocked = undefined
    })
  }

  get failure(): TanagerError | undefined {
    return this.#failure
  }

  /** Why the broker takes no messages at the moment, if it does not. */
  get blocked(): string | undefined {
    return this.#blocked
  }

  /** Calls back once, when it fails; at once if it has. */
  onFailure(tell: (failure: TanagerError) => void): () => void {
    if (this.#failure !== undefined) tell(this.#failure)
    else this.#told.add(tell)
    return () => this.#told.delete(tell)
  }

  fail(error: unknown): void {
    if (this.#failure !== undefined || this.#closing !== undefined) return
    this.#failure = faultOf(this.subject, this.site, error)
    for (const tell of this.#told) tell(this.#failure)
    this.#told.clear()
  }

  /** The channel that this link is for. */
  async channel(): Promise<Channel> {
    return this.#watched(await this.model.createChannel())
  }

  async confirmChannel(): Promise<ConfirmChannel> {
    return this.#watched(await this.model.createConfirmChannel())
  }

  #watched<C extends Channel>(channel: C): C {
    this.#channel = channel
    channel.on('error', (error: Error) => this.fail(error))
    // When the connection goes, the channels go first, and why is heard only then.
    channel.on('close', () => queueMicrotask(() => this.fail(new Error('channel closed'))))
    return channel
  }

  /** Ends it. What is not acknowledged is given back. */
  close(): Promise<void> {
    this.#closing ??= this.#end()
    return this.#closing
  }

  async #end(): Promise<void> {
    let patience: ReturnType<typeof setTimeout> | undefined
    const late = new Promise<void>((resolve) => {
      patience = setTimeout(resolve, politeness)
    })
    const gone = new Promise<void>((resolve) => {
      this.model.once('close', () => resolve())
    })
    try {
      await Promise.race([this.#goodbye(), gone, late])
    } finally {
      clearTimeout(patience)
      this.#abort.abort()
    }
  }

  async #goodbye(): Promise<void> {
    try {
      // The channel first: what was just acknowledged goes through it, and the end of the connection would overtake that.
      // One that is blocked is not read from, and would not hear it.
      if (this.#blocked === undefined) await this.#channel?.close()
    } catch {
      // It has been closed already.
    }
    try {
      await this.model.close()
    } catch {
      // So has the connection.
    }
  }

  /** Ends it now. What is on its way may arrive or not. */
  drop(error: unknown): void {
    this.fail(error)
    this.#closing ??= Promise.resolve()
    this.#abort.abort()
  }
}

/** Connects to the first broker that lets us in. */
export async function connect(connecting: Connecting, subject: Subject): Promise<Link> {
  const { connect: open } = await driver()
  const failures: TanagerError[] = []
  for (const address of connecting.addresses) {
    try {
      return await connectTo(address, connecting, subject, open)
    } catch (error) {
      failures.push(faultOf(subject, address, error))
    }
  }
  const [only] = failures
  if (failures.length === 1 && only !== undefined) throw only
  throw new TanagerError(subject.code, `none of ${failures.length} brokers lets us in: ${failures.map(messageOf).join('; ')}`, {
    cause: new AggregateError(failures),
  })
}

async function connectTo(
  address: Address,
  { tls, timeout }: Connecting,
  subject: Subject,
  open: typeof import('amqplib').connect,
): Promise<Link> {
  const abort = new AbortController()
  // The driver's own timeout ends with the connection's first byte.
  const late = setTimeout(() => abort.abort(), timeout)
  const socket = {
    ...tls,
    noDelay: true,
    keepAlive: true,
    signal: abort.signal,
    clientProperties: { connection_name: `tanager: ${subject.name}` },
  } as SocketOptions
  try {
    return new Link(await open(address.connect, socket), address, subject, abort)
  } catch (error) {
    if (abort.signal.aborted) throw new Error(`no answer within ${timeout} ms`)
    // Whether it was closed in good order or not is a matter of chance.
    throw /ECONNRESET|EPIPE/.test(String(error)) ? new Error('closed during opening handshake', { cause: error }) : error
  } finally {
    clearTimeout(late)
  }
}
