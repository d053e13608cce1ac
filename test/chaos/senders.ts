import { join } from 'node:path'
import type { Finding } from './check.ts'
import { type Source, sources } from './events.ts'
import type { Lane } from './fold.ts'
import { Kept } from './kept.ts'
import type { SenderPlan, Told } from './sender.ts'

interface Parts {
  readonly redis: string
  readonly prefix: string
  readonly seed: number
  readonly count: number
  /** How long each waits between two batches for a source, in milliseconds. */
  readonly pause: number
  readonly find: (finding: Finding) => void
}

/** One writer to one source: each number that was accepted, and when. */
interface Accepted {
  readonly source: Source
  readonly writer: string
  readonly at: Map<number, { readonly begun: number; readonly heard: number }>
  last: number
}

/** How many batches a sender that begins again goes back, so that the log is asked about what it has. */
const backwards = 4

/** The machine's time, to the fraction of a millisecond. */
export const now = (): number => performance.timeOrigin + performance.now()

/** For how long a worker may hold what it has read, in milliseconds: the longest that a fault stops one, and some more. */
const inHand = 15_000

/** Several senders, what they were told is accepted, and a finding if it is gone all the same. */
export class Senders {
  readonly all: readonly Kept[]
  readonly #accepted: readonly Accepted[]
  readonly #find: Parts['find']
  readonly #done = new Set<string>()
  /** When Redis was allowed to forget what it had accepted; in milliseconds since 1970, as all times here. */
  readonly #doubtful: { readonly from: number; readonly to: number }[] = []
  /** How many batches Redis forgot when it was allowed to; they were sent again. */
  forgotten = 0
  /** How long one batch took at most to be accepted, in milliseconds. */
  slowest = 0

  constructor({ redis, prefix, seed, count, pause, find }: Parts) {
    this.#find = find
    const writers = Array.from({ length: count }, (_, i) => String(i))
    this.#accepted = writers.flatMap((writer) => sources.map((source) => ({ source, writer, at: new Map(), last: 0 })))
    this.all = writers.map((writer) => {
      const from = () => this.#of(writer, ({ last }) => Math.max(1, last - backwards))
      const plan = (): SenderPlan => ({ redis, prefix, seed, writer, pause, from: from() })
      return new Kept({
        name: `sender ${writer}`,
        command: () => [join(import.meta.dirname, 'sender.ts'), JSON.stringify(plan())],
        env: {},
        heard: (message) => this.#hear(writer, message as Told),
        surprised: (what) => find({ kind: 'process', what }),
      })
    })
  }

  /** How many batches were accepted. */
  get batches(): number {
    return this.#accepted.reduce((sum, { last }) => sum + last, 0)
  }

  /** Whether every sender has sent to every source. */
  get begun(): boolean {
    return this.#accepted.every(({ last }) => last > 0)
  }

  get finished(): boolean {
    return this.#done.size === this.all.length
  }

  /** What was accepted from then on until now may be gone. */
  mayHaveForgotten(from: number): void {
    this.#doubtful.push({ from, to: now() })
  }

  /** Whether Redis may have lost what was done at a time; also by whoever had it in hand, and went on. */
  readonly isDoubtful = (time: number): boolean => this.#doubtful.some(({ from, to }) => from <= time && time <= to + inHand)

  /** How far each is to send; beyond everything that was ever on its way. */
  ends(): readonly Lane[] {
    return this.#accepted.map(({ source, writer, last }) => ({ source, writer, end: last + 2 }))
  }

  /** Tells them how far. To be told again and again, until they have finished: who has just begun has not heard it. */
  tell(ends: readonly Lane[]): void {
    for (const [i, sender] of this.all.entries()) {
      const own = ends.filter(({ writer }) => writer === String(i))
      sender.send({ ends: Object.fromEntries(own.map(({ source, end }) => [source, end])) })
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.all.map((sender) => sender.stop()))
  }

  #of(writer: string, number: (accepted: Accepted) => number): Record<Source, number> {
    const own = this.#accepted.filter((each) => each.writer === writer)
    return Object.fromEntries(own.map((each) => [each.source, number(each)])) as Record<Source, number>
  }

  #hear(writer: string, told: Told): void {
    if (told.told === 'done') {
      this.#done.add(writer)
      return
    }
    const accepted = this.#accepted.find((each) => each.writer === writer && each.source === told.source) as Accepted
    if (told.told === 'accepted') {
      accepted.at.set(told.sequence, { begun: told.begun, heard: now() })
      accepted.last = Math.max(accepted.last, told.sequence)
      this.slowest = Math.max(this.slowest, told.waited)
      return
    }
    for (let sequence = told.last + 1; sequence < told.sequence; sequence++) {
      const at = accepted.at.get(sequence)
      if (at === undefined) continue
      // The answer may have been on its way for a while.
      if (this.#doubtful.some(({ from, to }) => from <= at.heard && at.begun <= to)) this.forgotten += 1
      else
        this.#find({
          kind: 'lost',
          what: `batch ${sequence} of sender ${writer} for ${told.source} was accepted, and the log does not have it`,
        })
    }
  }
}
