import { randomBytes } from 'node:crypto'
import { some } from 'fp-ts/lib/Option.js'
import type { BatchLimits, OpenSource, SourceBatch, SourceReader } from '../../core/contract/source-reader.ts'
import { mustBeAccess, type RedisAccess } from './access.ts'
import { type Received, received, refusal } from './content.ts'
import { batchOf, countOf, lengthOf } from './cut.ts'
import type { Subject } from './fault.ts'
import { invalid, mustBeCount, mustBeKnown, mustBeText, shownName } from './given.ts'
import { connect, type Link } from './link.ts'

/** How to listen to a channel of Redis. */
export interface RedisChannelOptions {
  readonly redis: RedisAccess
  /** The channel; or a pattern, with `pattern`. */
  readonly channel: string
  /** Whether `channel` is a pattern, such as `beacons.*`. */
  readonly pattern?: boolean
  /** How many characters of messages may wait while the log has no room; what comes then is dropped, and counted. 16 777 216. */
  readonly room?: number
}

/**
 * Listens to a channel of Redis: what to bind a source to, where a record may be missed. Each message is taken at most once: what
 * is published while nobody listens, as while Redis, the network or the one worker that listens is away, is gone, and nobody
 * knows of it; so is what that worker had heard when it died, and not put into the log. Where that matters, publish to a stream.
 *
 * It connects when it is opened. There, and where it rejects later, errors are TanagerErrors `source`, or `missing-package`
 * without ioredis.
 *
 * ```ts
 * import { redisChannel } from 'tanager/redis'
 *
 * const beacons = redisChannel({ redis: 'redis://127.0.0.1:6379', channel: 'beacons.*', pattern: true })
 * console.assert(beacons.resumes === 'position')
 * ```
 *
 * @throws TanagerError `invalid-option`
 */
export function redisChannel(options: RedisChannelOptions): SourceReader {
  mustBeKnown(what, options, ['redis', 'channel', 'pattern', 'room'])
  const { redis, channel, pattern = false, room = 1 << 24 } = options
  mustBeAccess(what, redis)
  mustBeText(what, 'channel', channel)
  if (typeof pattern !== 'boolean') throw invalid(what, 'pattern', pattern, 'true or false')
  mustBeCount(what, 'room', room, 1, 1 << 30)
  const subject: Subject = { code: 'source', name: `channel ${shownName(channel)}` }
  return {
    // So that one worker listens: with two, each message would count twice.
    resumes: 'position',
    open: async ({ batch }): Promise<OpenSource> => {
      const link = await connect(redis, subject)
      const reading = new Listening(link, batch, room)
      try {
        await link.answer(pattern ? link.client.psubscribe(channel) : link.client.subscribe(channel))
        return reading
      } catch (error) {
        await link.close()
        throw error
      }
    },
  }
}

const what = 'redisChannel'

class Listening implements OpenSource {
  readonly #link: Link
  readonly #limits: BatchLimits
  readonly #room: number
  /** Places of one listening are no other's: nothing can be read again from any. */
  readonly #run = randomBytes(9).toString('base64url')
  readonly #asking: ReturnType<typeof setInterval>
  #place = 0
  #waiting: Received[] = []
  #length = 0
  #dropped = 0
  #closed = false
  #lingers = false
  #wake: (() => void) | undefined

  constructor(link: Link, limits: BatchLimits, room: number) {
    this.#link = link
    this.#limits = limits
    this.#room = room
    const { client } = link
    client.on('messageBuffer', (_channel: Buffer, message: Buffer) => this.#take(message))
    client.on('pmessageBuffer', (_pattern: Buffer, _channel: Buffer, message: Buffer) => this.#take(message))
    client.once('end', () => this.#wake?.())
    // Nobody speaks for hours, or nobody is there any more: whoever only listens cannot tell.
    this.#asking = setInterval(() => void client.ping().catch(() => {}), askEvery)
  }

  next = async (): Promise<SourceBatch | undefined> => {
    while (!this.#closed) {
      if (this.#waiting.length > 0 || this.#dropped > 0) return this.#cut()
      if (this.#link.ended) throw this.#link.fault(new Error('Connection is closed'))
      await this.#woken(undefined)
      if (this.#limits.linger > 0 && this.#waiting.length < this.#limits.records) await this.#woken(this.#limits.linger)
    }
    return undefined
  }

  acknowledge = async (): Promise<void> => {}

  close = async (): Promise<void> => {
    this.#closed = true
    clearInterval(this.#asking)
    this.#wake?.()
    await this.#link.close()
  }

  #take(message: Buffer): void {
    if (this.#length >= this.#room) this.#dropped += 1
    else {
      const one = received(message, 'a message', undefined)
      this.#length += lengthOf(one)
      this.#waiting.push(one)
    }
    if (this.#waiting.length >= this.#limits.records || !this.#lingers) this.#wake?.()
  }

  /** Waits for a message, or, for a while, for a full batch. */
  async #woken(patience: number | undefined): Promise<void> {
    if (this.#closed || this.#link.ended) return
    let timer: ReturnType<typeof setTimeout> | undefined
    this.#lingers = patience !== undefined
    await new Promise<void>((resolve) => {
      this.#wake = resolve
      if (patience !== undefined) timer = setTimeout(resolve, patience)
    })
    clearTimeout(timer)
    this.#lingers = false
    this.#wake = undefined
  }

  #cut(): SourceBatch {
    const count = countOf(this.#waiting, this.#limits)
    const taken = this.#waiting.slice(0, count)
    this.#waiting = this.#waiting.slice(count)
    for (const each of taken) this.#length -= lengthOf(each)
    if (this.#dropped > 0) {
      taken.push(
        refusal(
          '',
          `${this.#dropped} messages were dropped, because the log had no room for so long: give it more, or raise room`,
          undefined,
        ),
      )
      this.#dropped = 0
    }
    this.#place += 1
    return batchOf(taken, some(`${this.#run}/${this.#place}`))
  }
}

const askEvery = 5_000
