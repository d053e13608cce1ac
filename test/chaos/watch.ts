import { setTimeout as sleep } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import { planOf } from '../../core/plan/index.ts'
import { keysOf } from '../../platforms/bullmq/keys.ts'
import { progressOf } from '../../platforms/bullmq/progress.ts'
import type { RedisLogParts } from '../../platforms/bullmq/redis-log-parts.ts'
import { chaosJob } from './job.ts'
import { quiet } from './quiet.ts'

/** Where work comes in and goes out in order: a stream, or the inbox of a partition. */
interface Queue {
  entered: number
  done: number
  /** What has entered and is not done: up to which number, and since when. */
  readonly waiting: { upTo: number; since: number }[]
}

export interface Wait {
  readonly milliseconds: number
  /** A stream, or a partition of a store. */
  readonly queue: string
  readonly from: number
}

interface Recovery {
  readonly kind: string
  readonly since: number
  /** How far each queue has to come; set by the first look after the fault. */
  goals: ReadonlyMap<string, number> | undefined
}

const interval = 50

/** Looks at the log many times a second, from beside it, and tells how long things take. */
export class Watch {
  readonly #redis: Redis
  readonly #parts: RedisLogParts
  readonly #stop = new AbortController()
  readonly #queues = new Map<string, Queue>()
  readonly #recovering = new Set<Recovery>()
  /** How long it took at most, by kind of fault, until all was done that was there when it struck. */
  readonly recovered = new Map<string, number>()
  /** The longest that anything has waited in one place. */
  slowest: Wait | undefined
  readonly #loop: Promise<void>

  constructor(url: string, prefix: string, partitions: number) {
    this.#redis = quiet(url)
    const plan = planOf(chaosJob)
    const keys = keysOf(prefix, plan.job)
    // It only looks, and that takes no more.
    this.#parts = { redis: this.#redis, keys, plan, partitions: () => partitions } as unknown as RedisLogParts
    this.#loop = this.#run()
  }

  /** A fault strikes now, or is over now: from here on it is counted how long what is there takes. */
  mark(kind: string): void {
    this.#recovering.add({ kind, since: performance.now(), goals: undefined })
  }

  /** How many batches of the sources are committed. */
  get committed(): number {
    return ['visits', 'orders', 'clicks'].reduce((sum, name) => sum + (this.#queues.get(name)?.done ?? 0), 0)
  }

  /** Where something waits. */
  get behind(): readonly string[] {
    return [...this.#queues].filter(([, { entered, done }]) => entered !== done).map(([name]) => name)
  }

  get idle(): boolean {
    return this.behind.length === 0
  }

  async close(): Promise<void> {
    this.#stop.abort()
    this.#redis.disconnect()
    await this.#loop
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        const begin = performance.now()
        const progress = await progressOf(this.#parts)
        // An answer that was long on its way says nothing of now.
        if (performance.now() - begin < 1000) this.#look(progress)
      } catch {
        // Redis is away, or has cut us off: the next look will tell.
      }
      await sleep(interval, undefined, { signal: this.#stop.signal }).catch(() => {})
    }
  }

  #look({ streams, stores, sinks }: Awaited<ReturnType<typeof progressOf>>): void {
    const now = performance.now()
    for (const [name, { head, watermark }] of streams) this.#see(name, head, watermark, now)
    for (const [name, { head, watermark }] of sinks) if (name === 'outlet') this.#see(name, head, watermark, now)
    for (const [name, parts] of stores) {
      for (const [i, { position, pending }] of parts.entries()) this.#see(`${name}:${i}`, position + pending, position, now)
    }
    for (const recovery of this.#recovering) {
      recovery.goals ??= new Map([...this.#queues].map(([name, { entered }]) => [name, entered]))
      // What Redis has lost comes again under the same numbers, or later ones; it is not waited for here.
      const over = [...recovery.goals].every(([name, goal]) => {
        const { entered, done } = this.#queues.get(name) as Queue
        return done >= Math.min(goal, entered)
      })
      if (!over) continue
      this.#recovering.delete(recovery)
      this.recovered.set(recovery.kind, Math.max(this.recovered.get(recovery.kind) ?? 0, now - recovery.since))
    }
  }

  #see(name: string, entered: number, done: number, now: number): void {
    let queue = this.#queues.get(name)
    if (queue === undefined) {
      queue = { entered: 0, done: 0, waiting: [] }
      this.#queues.set(name, queue)
    }
    const { waiting } = queue
    if (entered > queue.entered) waiting.push({ upTo: entered, since: now })
    while ((waiting.at(-1)?.upTo ?? 0) > entered) waiting.pop()
    queue.entered = entered
    queue.done = done
    for (let first = waiting[0]; first !== undefined && first.upTo <= done; first = waiting[0]) {
      waiting.shift()
      const milliseconds = now - first.since
      if (milliseconds > (this.slowest?.milliseconds ?? 0)) this.slowest = { milliseconds, queue: name, from: first.since }
    }
  }
}
