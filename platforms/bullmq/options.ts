import type { RedisOptions } from 'ioredis'
import { defaultLimits, type Limits } from '../../core/engine/limits.ts'
import type { Alarm, Expectations } from '../../core/engine/outputs/alarm.ts'
import { type Cut, defaultCut } from '../../core/engine/sender.ts'
import { TanagerError } from '../../core/error.ts'
import type { Job } from '../../core/job.ts'
import { type NamedOptions, scopedOptions } from '../../core/plan/scope.ts'
import { validName } from '../../core/slot/slot.ts'
import type { Room } from './redis-log-parts.ts'
import type { Patience } from './watch.ts'

/** ioredis's options, but for the two that would change what keys and answers look like. */
export type RedisConnection = Omit<RedisOptions, 'keyPrefix' | 'replyMapping'>

/** How a job is run on BullMQ and Redis. What is left out has a default that suits most. */
export interface BullmqOptions {
  /** A URL, or ioredis's options; REDIS_URL, or else redis://127.0.0.1:6379. */
  readonly redis?: string | RedisConnection | undefined
  /** What every key in Redis begins with: `tanager`. */
  readonly prefix?: string
  /** In how many parts each store's keys are merged side by side; 8. Fixed once deployed. */
  readonly partitions?: number
  /** How records are cut into batches. */
  readonly batch?: Partial<Cut>
  /**
   * Options for a slot, or for a step named with `name(…)` and all above it; the nearest name decides. `partitions` are
   * for stores, `batchRecords` and `batchLength` for sources.
   */
  readonly named?: NamedOptions<SlotOptions>
  /** How much may wait in Redis before who adds more has to wait too. */
  readonly room?: Partial<Room>
  /** How much one drain step takes on, how long users' functions may take, how long a record may be. */
  readonly limits?: Partial<Limits & Patience & Lengths>
  /** How long a batch of records that are read may wait for more, in milliseconds; 5. */
  readonly linger?: number
  /** How many batches one worker has in hand at a time; 8. */
  readonly concurrency?: number
  /** How often a batch is tried before it is set aside; 10. */
  readonly attempts?: number
  /** How long to wait before the second attempt, in milliseconds; 200. It doubles each time. */
  readonly backoff?: number
  /** How long a worker that died keeps its batches from others, about, in milliseconds; 3000. */
  readonly lockDuration?: number
  /** How often work that BullMQ has lost is looked for, in milliseconds; 1000. */
  readonly reconcileEvery?: number
  /** How long a writer may be silent before the number of its last batch is forgotten, in milliseconds; 7 days. */
  readonly forgetWriters?: number
  /** Told of what a person who runs this should know: a Redis that is away, a batch that failed. Nothing, unless given. */
  readonly notice?: (text: string) => void
  /**
   * What is expected of sources, stores and sinks, by their names: how many rows or bytes in any interval, how long they may
   * be quiet, or stand still. A worker looks every few seconds; `notice` and `onAlarm` are told when an alarm begins and when
   * it is over.
   */
  readonly alarms?: Expectations
  /** Told of alarms, in the worker that looks. What it throws is said by `notice`. */
  readonly onAlarm?: (alarm: Alarm) => unknown
}

/** How long things may be. */
export interface Lengths {
  /** One record, and one batch that a sender has numbered, in characters. */
  readonly longest: number
}

/** What may differ from slot to slot. */
export interface SlotOptions extends Cut {
  readonly partitions: number
}

/** Options with every default in place. */
export interface Settings {
  readonly redis: string | RedisConnection
  readonly prefix: string
  readonly partitions: (store: string) => number
  /** How records for a source are cut into batches. */
  readonly cut: (source: string) => Cut
  readonly room: Room
  readonly limits: Limits & Patience & Lengths
  readonly linger: number
  readonly concurrency: number
  readonly attempts: number
  readonly backoff: number
  readonly lockDuration: number
  readonly reconcileEvery: number
  readonly forgetWriters: number
  readonly notice: (text: string) => void
  readonly onAlarm: (alarm: Alarm) => unknown
}

const defaults = {
  redis: 'redis://127.0.0.1:6379',
  prefix: 'tanager',
  partitions: 8,
  // 64 Mi characters of batches in a stream or a sink, 8 Mi in an inbox: minutes of work, and no Redis brought down by it. More dead
  // letters than anybody reads mean that the job is wrong, not the records. A hundred thousand ids are 10 MB, and more than any
  // broker has given out and not heard of again.
  room: { stream: 1 << 26, inbox: 1 << 23, sink: 1 << 26, deadLetters: 100_000, ids: 100_000 } satisfies Room,
  forgetWriters: 7 * 86_400_000,
  // Running: less than a lock is kept for, so that whoever works on a batch that takes long is not taken for dead.
  patience: { running: 2000, waiting: 30_000, standstill: 60_000 } satisfies Patience,
  lengths: { longest: 1 << 24 } satisfies Lengths,
  // What comes seldom is counted at once, for people; what comes fast fills its batches by itself.
  linger: 5,
  concurrency: 8,
  attempts: 10,
  backoff: 200,
  lockDuration: 3000,
  reconcileEvery: 1000,
}

const known: { readonly [O in keyof BullmqOptions]-?: true } = {
  redis: true,
  prefix: true,
  partitions: true,
  batch: true,
  named: true,
  room: true,
  limits: true,
  linger: true,
  concurrency: true,
  attempts: true,
  backoff: true,
  lockDuration: true,
  reconcileEvery: true,
  forgetWriters: true,
  notice: true,
  alarms: true,
  onAlarm: true,
}

/** @throws TanagerError `invalid-option`, or `unknown-slot` for options given to a name the job does not have */
export function settingsOf(options: BullmqOptions, job: Job): Settings {
  for (const option of Object.keys(options)) {
    if (Object.hasOwn(known, option)) continue
    throw new TanagerError('invalid-option', `bullmq has no option ${option}`, { allowed: Object.keys(known).join(', ') })
  }
  const named = scopedOptions<SlotOptions>(job, options.named ?? {}, ['partitions', 'batchRecords', 'batchLength'])
  const partitions = new Map<string, number>()
  const cuts = new Map<string, Cut>()
  for (const { kind, name } of job.slots.values()) {
    if (kind === 'store') {
      partitions.set(name, count('partitions', named(name, 'partitions') ?? options.partitions ?? defaults.partitions, 1024))
    }
    if (kind === 'source') {
      cuts.set(name, {
        batchRecords: count('batchRecords', named(name, 'batchRecords') ?? options.batch?.batchRecords ?? defaultCut.batchRecords),
        batchLength: count('batchLength', named(name, 'batchLength') ?? options.batch?.batchLength ?? defaultCut.batchLength),
      })
    }
  }
  return {
    redis: options.redis ?? process.env.REDIS_URL ?? defaults.redis,
    prefix: validPrefix(options.prefix ?? defaults.prefix),
    partitions: (store) => partitions.get(store) ?? defaults.partitions,
    cut: (source) => cuts.get(source) ?? defaultCut,
    room: { ...defaults.room, ...options.room },
    limits: {
      ...defaultLimits,
      longDrains: Math.ceil((options.concurrency ?? defaults.concurrency) / 8),
      ...defaults.patience,
      ...defaults.lengths,
      ...options.limits,
    },
    linger: options.linger === 0 ? 0 : count('linger', options.linger ?? defaults.linger, 60_000),
    concurrency: count('concurrency', options.concurrency ?? defaults.concurrency),
    attempts: count('attempts', options.attempts ?? defaults.attempts),
    backoff: count('backoff', options.backoff ?? defaults.backoff),
    lockDuration: count('lockDuration', options.lockDuration ?? defaults.lockDuration),
    reconcileEvery: count('reconcileEvery', options.reconcileEvery ?? defaults.reconcileEvery),
    forgetWriters: silence(options.forgetWriters ?? defaults.forgetWriters),
    notice: options.notice ?? (() => {}),
    onAlarm: options.onAlarm ?? (() => {}),
  }
}

// A prefix may have parts, for those who share a Redis; it must not have the braces that choose a cluster's slot.
function validPrefix(prefix: string): string {
  for (const part of prefix.split(':')) validName('prefix', part)
  return prefix
}

// A sender that sends again within the hour must find its number: so it takes a log that does not know it for one that
// has gone back.
function silence(forgetWriters: number): number {
  if (count('forgetWriters', forgetWriters) >= 7_200_000) return forgetWriters
  throw new TanagerError('invalid-option', 'bullmq: forgetWriters', { value: forgetWriters, allowed: 'at least 7200000, two hours' })
}

function count(option: string, value: number, most = Number.MAX_SAFE_INTEGER): number {
  if (Number.isSafeInteger(value) && value >= 1 && value <= most) return value
  throw new TanagerError('invalid-option', `bullmq: ${option}`, {
    value,
    allowed: `a whole number from 1${most < Number.MAX_SAFE_INTEGER ? ` to ${most}` : ''}`,
  })
}
