import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { none } from 'fp-ts/lib/Option.js'
import type { BatchLimits, OpenSource, SourceBatch } from '../../core/contract/source-reader.ts'
import { messageOf } from '../../core/error.ts'
import type { RedisAccess } from './access.ts'
import { Closing } from './closing.ts'
import type { Received } from './content.ts'
import { Appetite, batchOf, countOf } from './cut.ts'
import { checked, type Entry, entriesOf } from './entry.ts'
import type { Subject } from './fault.ts'
import { giveBack, stillMine, sweepConsumers } from './group-scripts.ts'
import { blockFor, connect, type Link } from './link.ts'

export interface GroupParts {
  readonly redis: RedisAccess
  readonly subject: Subject
  readonly key: string
  readonly read: (entry: Entry) => Received
  readonly group: string
  readonly claimAfter: number
  readonly limits: BatchLimits
  /** After which entry a group that is missing begins, if it may be made. */
  readonly begin: string | undefined
}

/** What consumers of ours are called, so that those which are left behind are found. */
const prefix = 'tanager-'
/** Who has what was given back, until somebody takes it. */
const nobody = `${prefix}given-back`
const forgottenAfter = 3_600_000

export async function openGroup(parts: GroupParts): Promise<OpenSource> {
  const { redis, subject, key, group, begin } = parts
  // One waits for entries, the other says what became of them.
  const commands = await connect(redis, subject)
  try {
    if (begin !== undefined) await create(commands, key, group, begin)
    await commands.answer(commands.client.eval(sweepConsumers, 1, key, group, prefix, forgottenAfter))
    const waiting = await connect(redis, subject)
    // Without the right to ask for it, a wait is ended by hanging up.
    const id = await waiting.client.client('ID').catch(() => undefined)
    return new GroupReading(parts, commands, waiting, id)
  } catch (error) {
    await commands.close()
    throw error
  }
}

async function create(link: Link, key: string, group: string, begin: string): Promise<void> {
  try {
    await link.client.xgroup('CREATE', key, group, begin, 'MKSTREAM')
  } catch (error) {
    // It is there already.
    if (!messageOf(error).startsWith('BUSYGROUP')) throw link.fault(error)
  }
}

class GroupReading implements OpenSource {
  readonly #parts: GroupParts
  readonly #commands: Link
  readonly #reader: Link
  readonly #readerId: number | undefined
  readonly #consumer = `${prefix}${hostname().replaceAll(/[^\w.-]/g, '_')}-${process.pid}-${randomBytes(6).toString('hex')}`
  readonly #appetite: Appetite
  readonly #given = new Map<SourceBatch, readonly string[]>()
  readonly #keeping: ReturnType<typeof setInterval>
  #waiting: readonly Received[] = []
  /** The ids of those that wait, the same number. */
  #waitingIds: readonly string[] = []
  #lookedAt = Number.NEGATIVE_INFINITY
  #cursor = '0-0'
  #reading: Promise<unknown> = Promise.resolve()
  readonly #closing = new Closing()

  constructor(parts: GroupParts, commands: Link, reader: Link, readerId: number | undefined) {
    this.#parts = parts
    this.#commands = commands
    this.#reader = reader
    this.#readerId = readerId
    this.#appetite = new Appetite(parts.limits)
    this.#keeping = setInterval(() => void this.#keep(), parts.claimAfter / 3)
  }

  next = (): Promise<SourceBatch | undefined> =>
    this.#closing.steps(async () => {
      if (this.#waiting.length > 0) return this.#cut()
      const patience = this.#lookedAt + this.#parts.claimAfter - performance.now()
      if (patience <= 0) await this.#claim()
      else await this.#fetch(Math.min(blockFor, Math.ceil(patience)))
      return undefined
    })

  acknowledge = async (batch: SourceBatch): Promise<void> => {
    const ids = this.#given.get(batch)
    if (ids === undefined || this.#closing.begun) return
    const { key, group } = this.#parts
    await this.#commands.answer(this.#commands.client.xack(key, group, ...ids))
    this.#given.delete(batch)
  }

  close = (): Promise<void> => this.#closing.begin(() => this.#close())

  async #close(): Promise<void> {
    clearInterval(this.#keeping)
    const { key, group } = this.#parts
    const { client } = this.#commands
    try {
      await this.#unblocked()
      if (!this.#commands.ended) await client.eval(giveBack, 1, key, group, this.#consumer, nobody)
    } catch {
      // A Redis that is away gives it to another by itself, after a while.
    } finally {
      await this.#reader.close()
      await this.#commands.close()
    }
  }

  /** Ends a wait for entries. Hung up on in the middle of an answer, Redis would have given them to nobody. */
  async #unblocked(): Promise<void> {
    if (this.#readerId === undefined || this.#commands.ended) await this.#reader.close()
    let reading = true
    const read = this.#reading.then(() => {
      reading = false
    })
    await Promise.race([read, Promise.resolve()])
    while (reading) {
      // Said on another connection, it may be heard before the wait has begun.
      await this.#commands.client.client('UNBLOCK', this.#readerId ?? 0).catch(() => this.#reader.close())
      await Promise.race([read, new Promise((resolve) => setTimeout(resolve, 5))])
    }
  }

  /** What others have not acknowledged, a part at a time; the oldest first. */
  async #claim(): Promise<void> {
    const { key, group, claimAfter } = this.#parts
    const { client } = this.#commands
    const answer = await this.#commands.answer(
      client.xautoclaim(key, group, this.#consumer, claimAfter, this.#cursor, 'COUNT', this.#appetite.count),
    )
    const [cursor, entries, deleted = []] = answer as [string, readonly Entry[], (readonly string[])?]
    this.#cursor = cursor
    if (cursor === '0-0') this.#lookedAt = performance.now()
    // Redis 6.2 answers nothing at all in the place of what was deleted.
    const there = entries.filter((entry) => entry != null)
    await this.#take([...there, ...deleted.map((id): Entry => [id, null])])
  }

  async #fetch(patience: number): Promise<void> {
    const { linger } = this.#parts.limits
    // What is there is taken without waiting. What comes while we wait may be the first of many.
    const there = await this.#read(this.#appetite.count, undefined)
    if (there.length > 0) return await this.#take(there)
    if (this.#closing.begun) return
    const first = await this.#read(this.#appetite.count, patience)
    if (first.length === 0) return
    const room = this.#appetite.count - first.length
    if (linger === 0 || room <= 0) return await this.#take(first)
    await this.#closing.pause(linger)
    await this.#take(this.#closing.begun ? first : [...first, ...(await this.#read(room, undefined))])
  }

  async #read(count: number, patience: number | undefined): Promise<readonly Entry[]> {
    const { key, group } = this.#parts
    const { client } = this.#reader
    const reading =
      patience === undefined
        ? client.xreadgroup('GROUP', group, this.#consumer, 'COUNT', count, 'STREAMS', key, '>')
        : client.xreadgroup('GROUP', group, this.#consumer, 'COUNT', count, 'BLOCK', patience, 'STREAMS', key, '>')
    this.#reading = reading.catch(() => {})
    return entriesOf(await this.#reader.answer(reading))
  }

  async #take(entries: readonly Entry[]): Promise<void> {
    const read = await checked(this.#commands.client, this.#parts.key, entries, entries.map(this.#parts.read))
    this.#appetite.fed(read)
    this.#waiting = [...this.#waiting, ...read]
    this.#waitingIds = [...this.#waitingIds, ...entries.map(([id]) => id)]
  }

  #cut(): SourceBatch {
    const count = countOf(this.#waiting, this.#parts.limits)
    const batch = batchOf(this.#waiting.slice(0, count), none)
    this.#given.set(batch, this.#waitingIds.slice(0, count))
    this.#waiting = this.#waiting.slice(count)
    this.#waitingIds = this.#waitingIds.slice(count)
    return batch
  }

  /** While the log has no room, say. A Redis that cannot be told now is told by whoever reads next. */
  async #keep(): Promise<void> {
    const heard = [...[...this.#given.values()].flat(), ...this.#waitingIds]
    if (heard.length === 0 || this.#closing.begun) return
    const { key, group } = this.#parts
    await this.#commands.client.eval(stillMine, 1, key, group, this.#consumer, ...heard).catch(() => {})
  }
}
