import { setTimeout as sleep } from 'node:timers/promises'
import { Queue } from 'bullmq'
import type { Redis } from 'ioredis'
import { deployedOf, refuseMisreading } from '../../core/engine/fingerprint.ts'
import type { Progress, StreamProgress } from '../../core/engine/log.ts'
import { messageOf, TanagerError } from '../../core/error.ts'
import { describe } from '../../core/plan/describe.ts'
import type { BullmqApp } from './bullmq.ts'
import { keysOf } from './keys.ts'
import { settingsOf } from './options.ts'
import { progressOf } from './progress.ts'
import { queueNames } from './queues.ts'
import { redisLog } from './redis-log.ts'
import { repliesOf } from './replies.ts'

/** What there is to see of a deployed job, whatever state it is in. */
export interface JobLook {
  readonly plan: PlanLook
  readonly streams: readonly StreamLook[]
  readonly stores: readonly StoreLook[]
  readonly deadLetters: number
  /** How many dead letters there may be. */
  readonly mostDeadLetters: number
  readonly queues: QueuesLook
}

/** How the plan at hand and the one deployed go together. */
export type PlanLook =
  | { readonly fit: 'none' | 'same' | 'takes over' }
  /** It would misread what is there: in what, and what to do. */
  | { readonly fit: 'misreads'; readonly differences: string; readonly remedy: string }

export interface StreamLook extends StreamProgress {
  readonly name: string
  readonly kind: 'stream' | 'sink'
  /** Whether somebody is to run its batches; nobody takes from a sink that is not bound. */
  readonly taken: boolean
  /** Whether anything was committed while we looked. */
  readonly moved: boolean
  /** How much of its room is used: 1 is all of it. */
  readonly used: number
  /** How many have ever sent to it. */
  readonly writers: number
}

export interface StoreLook {
  readonly name: string
  readonly keys: number
  /** Entries that are not merged. */
  readonly pending: number
  /** How much of its room the fullest inbox uses. */
  readonly used: number
}

export interface QueuesLook {
  /** Undefined if Redis does not tell. */
  readonly workers: number | undefined
  /** Batches that are out of attempts. */
  readonly failed: number
  /** Queues that somebody has paused. */
  readonly paused: readonly string[]
}

/** How long to watch for something to move, in milliseconds. */
const watched = 1000

/** Looks at a job without any of the refusals that clients and workers meet. */
export async function lookAtJob(redis: Redis, { job, plan, options, bindings }: BullmqApp): Promise<JobLook> {
  const { prefix, partitions, room } = settingsOf(options, job)
  const keys = keysOf(prefix, job.name)
  const delivers = (sink: string) => (bindings as Readonly<Record<string, unknown>>)[sink] !== undefined
  const parts = { redis, keys, plan, partitions, room, delivers, now: Date.now }

  const deployed = await redisLog(parts).deployed()
  const queues = await lookAtQueues(redis, keys.bull)
  const before = await progressOf(parts)
  const waiting = [...before.streams, ...before.sinks].some(
    ([name, { backlog }]) => backlog > 0 && (before.streams.has(name) || delivers(name)),
  )
  if (waiting) await sleep(watched)
  const now = waiting ? await progressOf(parts) : before

  const names = [...plan.streams, ...plan.sinks].map(({ name }) => name)
  const asked = redis.pipeline()
  for (const name of names) asked.hget(keys.stream(name).meta, 'length')
  for (const { slot } of plan.stores) {
    for (let p = 0; p < partitions(slot.name); p++) asked.hget(keys.partition(slot.name, p).position, 'length')
  }
  const next = repliesOf(await asked.exec())
  const length = () => Number(next<string | null>())
  const lengths = names.map((name) => [name, length()] as const)
  const writers = new Map<string, number>()
  for (const name of names) writers.set(name, await writersOf(redis, keys.stream(name).meta))

  return {
    plan: planLook(job.name, deployed, deployedOf(plan, describe(plan), partitions)),
    streams: lengths.map(([name, used]) => {
      const sink = !before.streams.has(name)
      return {
        ...streamIn(now, name),
        name,
        kind: sink ? 'sink' : 'stream',
        taken: !sink || delivers(name),
        moved: streamIn(before, name).records !== streamIn(now, name).records,
        used: used / (sink ? room.sink : room.stream),
        writers: writers.get(name) as number,
      }
    }),
    stores: plan.stores.map(({ slot: { name } }) => {
      const all = now.stores.get(name) ?? []
      return {
        name,
        keys: all.reduce((sum, partition) => sum + partition.keys, 0),
        pending: all.reduce((sum, partition) => sum + partition.pending, 0),
        used: Math.max(...all.map(length)) / room.inbox,
      }
    }),
    deadLetters: now.deadLetters,
    mostDeadLetters: room.deadLetters,
    queues,
  }
}

const streamIn = ({ streams, sinks }: Progress, name: string): StreamProgress => (streams.get(name) ?? sinks.get(name)) as StreamProgress

function planLook(job: string, there: Parameters<typeof refuseMisreading>[1] | undefined, mine: ReturnType<typeof deployedOf>): PlanLook {
  if (there === undefined) return { fit: 'none' }
  if (there.fingerprint === mine.fingerprint) return { fit: 'same' }
  try {
    refuseMisreading(job, there, mine)
    return { fit: 'takes over' }
  } catch (error) {
    const remedy = error instanceof TanagerError ? (error.details.remedy ?? '') : ''
    return { fit: 'misreads', differences: messageOf(error).slice(0, -remedy.length).replace(/\. $/, ''), remedy }
  }
}

async function lookAtQueues(redis: Redis, prefix: string): Promise<QueuesLook> {
  const names = Object.values(queueNames)
  // BullMQ would ask for the version, and complain to the console about what we report.
  const made = names.map((name) => new Queue(name, { connection: redis, prefix, skipVersionCheck: true, skipMetasUpdate: true }))
  for (const queue of made) queue.on('error', () => {})
  try {
    const [workers, failed, paused] = await Promise.all([
      // It asks for CLIENT LIST, which is not everybody's to ask.
      (made[0] as Queue).getWorkersCount().catch(() => undefined),
      Promise.all(made.map((queue) => queue.getFailedCount())),
      Promise.all(made.map((queue) => queue.isPaused())),
    ])
    return { workers, failed: failed.reduce((sum, each) => sum + each, 0), paused: names.filter((_, i) => paused[i]) }
  } finally {
    await Promise.all(made.map((queue) => queue.close()))
  }
}

async function writersOf(redis: Redis, meta: string): Promise<number> {
  let found = 0
  let cursor = '0'
  do {
    const [next, fields] = await redis.hscan(meta, cursor, 'MATCH', 'writer:*', 'COUNT', 1000)
    cursor = next
    found += fields.length / 2
  } while (cursor !== '0')
  return found
}
