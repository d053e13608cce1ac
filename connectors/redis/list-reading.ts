import { randomBytes } from 'node:crypto'
import { none } from 'fp-ts/lib/Option.js'
import type { BatchLimits, OpenSource, SourceBatch } from '../../core/contract/source-reader.ts'
import { TanagerError } from '../../core/error.ts'
import { Closing } from './closing.ts'
import { type Received, received } from './content.ts'
import { batchOf, countOf } from './cut.ts'
import { blockFor, type Link } from './link.ts'
import { adoptLane, keepLane, leaveLane, letGo, takeFromList } from './list-scripts.ts'
import { beside } from './slot.ts'

export interface ListParts {
  readonly key: string
  readonly from: 'left' | 'right'
  readonly claimAfter: number
  readonly limits: BatchLimits
}

interface Lane {
  readonly name: string
  /** The number of the next record of it that is to be given. */
  next: number
  /** How many of it are gone. */
  gone: number
}

/** What was read of a lane and is not given yet. */
interface Waiting {
  readonly lane: Lane
  /** The number of the first. */
  readonly from: number
  readonly received: readonly Received[]
}

/** Reads a list: what is taken from it stays in a lane beside it until it is in the log. */
export class ListReading implements OpenSource {
  readonly #parts: ListParts
  readonly #commands: Link
  /** Waits for something to come: that is all it does, so that it may be cut off at any time. */
  readonly #bell: Link
  readonly #owner = randomBytes(9).toString('base64url')
  readonly #own: Lane = { name: this.#owner, next: 0, gone: 0 }
  readonly #given = new Map<SourceBatch, { readonly lane: Lane; readonly upTo: number }>()
  readonly #keeping: ReturnType<typeof setInterval>
  /** Lanes of readers that are gone, to be read to their ends. */
  #adopted: readonly Lane[] = []
  #waiting: Waiting | undefined
  #lookedAt = Number.NEGATIVE_INFINITY
  readonly #closing = new Closing()

  constructor(parts: ListParts, commands: Link, bell: Link) {
    this.#parts = parts
    this.#commands = commands
    this.#bell = bell
    this.#keeping = setInterval(() => void this.#keep(), parts.claimAfter / 3)
  }

  next = (): Promise<SourceBatch | undefined> =>
    this.#closing.steps(async () => {
      if (this.#waiting !== undefined) return this.#cut(this.#waiting)
      if (performance.now() - this.#lookedAt > this.#parts.claimAfter) await this.#adopt()
      const lane = this.#adopted[0] ?? this.#own
      const got = lane === this.#own ? await this.#take() : await this.#reread(lane)
      if (got.length > 0) this.#wait(lane, got)
      else if (lane === this.#own) await this.#rung()
      else this.#adopted = this.#adopted.slice(1)
      return undefined
    })

  acknowledge = async (batch: SourceBatch): Promise<void> => {
    const given = this.#given.get(batch)
    if (given === undefined || this.#closing.begun) return
    const { lane, upTo } = given
    const [list, lanes, lease] = this.#keysOf(lane)
    // Where it is another's by now, that gives the records again: they are known by their numbers.
    await this.#commands.answer(
      this.#commands.client.eval(letGo, 3, list, lanes, lease, this.#owner, lane.name, upTo, this.#parts.claimAfter),
    )
    lane.gone = upTo
    this.#given.delete(batch)
  }

  close = (): Promise<void> => this.#closing.begin(() => this.#close())

  async #close(): Promise<void> {
    clearInterval(this.#keeping)
    await this.#bell.close()
    try {
      for (const lane of this.#lanes()) {
        const [list, lanes, lease] = this.#keysOf(lane)
        if (this.#commands.ended) break
        await this.#commands.client.eval(leaveLane, 3, list, lanes, lease, this.#owner, lane.name)
      }
    } catch {
      // A Redis that is away lets others have it by itself, after a while.
    } finally {
      await this.#commands.close()
    }
  }

  #lanes(): readonly Lane[] {
    return [this.#own, ...this.#adopted, ...[...this.#given.values()].map(({ lane }) => lane)]
  }

  #keysOf({ name }: Lane): readonly [lane: string, lanes: string, lease: string] {
    const { key } = this.#parts
    return [beside(key, `lane:${name}`), beside(key, 'lanes'), beside(key, `lease:${name}`)]
  }

  async #adopt(): Promise<void> {
    const { client } = this.#commands
    const { key, claimAfter } = this.#parts
    this.#lookedAt = performance.now()
    const mine = new Set(this.#lanes().map(({ name }) => name))
    for (const name of await this.#commands.answer(client.hkeys(beside(key, 'lanes')))) {
      if (mine.has(name)) continue
      const lane: Lane = { name, next: 0, gone: 0 }
      const [list, lanes, lease] = this.#keysOf(lane)
      const gone = await this.#commands.answer(client.eval(adoptLane, 3, list, lanes, lease, this.#owner, name, claimAfter))
      if (gone === null) continue
      lane.next = lane.gone = Number(gone)
      this.#adopted = [...this.#adopted, lane]
    }
  }

  async #take(): Promise<readonly Buffer[]> {
    const { key, from, claimAfter, limits } = this.#parts
    const [list, lanes, lease] = this.#keysOf(this.#own)
    const { client, answer } = { client: this.#commands.client, answer: this.#commands }
    const taken = await answer.answer(
      client.callBuffer(
        'EVAL',
        ...[takeFromList, 4, key, list, lanes, lease],
        ...[this.#owner, this.#own.name, claimAfter, limits.records, limits.length, from.toUpperCase(), this.#own.next],
      ),
    )
    if (Array.isArray(taken)) return taken as readonly Buffer[]
    throw new TanagerError('source', 'what was taken from it belongs to another reader by now: this one was not heard of for too long', {
      where: `Redis ${this.#commands.subject.name} at ${this.#commands.place}`,
      remedy: 'It is opened anew; a higher claimAfter gives more time',
    })
  }

  async #reread(lane: Lane): Promise<readonly Buffer[]> {
    const [list] = this.#keysOf(lane)
    const from = lane.next - lane.gone
    return await this.#commands.answer(this.#commands.client.lrangeBuffer(list, from, from + this.#parts.limits.records - 1))
  }

  #wait(lane: Lane, got: readonly Buffer[]): void {
    const from = lane.next
    const read = got.map((bytes, i) => received(bytes, 'an element of it', `${lane.name}/${from + i}`))
    lane.next += got.length
    this.#waiting = { lane, from, received: read }
  }

  #cut({ lane, from, received }: Waiting): SourceBatch {
    const count = countOf(received, this.#parts.limits)
    const batch = batchOf(received.slice(0, count), none)
    const upTo = from + count
    this.#given.set(batch, { lane, upTo })
    this.#waiting = count === received.length ? undefined : { lane, from: upTo, received: received.slice(count) }
    return batch
  }

  /** Waits until the list has something. To move its first element to where it is changes nothing. */
  async #rung(): Promise<void> {
    const { key, limits } = this.#parts
    const patience = Math.min(blockFor, this.#lookedAt + this.#parts.claimAfter - performance.now())
    if (patience <= 0) return
    const came = await this.#bell.answer(this.#bell.client.blmoveBuffer(key, key, 'LEFT', 'LEFT', patience / 1000))
    if (came !== null && limits.linger > 0) await this.#closing.pause(limits.linger)
  }

  async #keep(): Promise<void> {
    if (this.#closing.begun) return
    for (const lane of new Set(this.#lanes())) {
      const [, , lease] = this.#keysOf(lane)
      await this.#commands.client.eval(keepLane, 1, lease, this.#owner, this.#parts.claimAfter).catch(() => {})
    }
  }
}
