import type { Redis } from 'ioredis'
import { isWellFormed } from '../../core/codec/wellformed.ts'
import type { ByName } from '../../core/contract/binding.ts'
import type { Clock } from '../../core/contract/clock.ts'
import { type Encoded, isEncoded, textsOf } from '../../core/contract/encoded.ts'
import type { TransactionalStore } from '../../core/contract/transactional-store.ts'
import type { DeadLetter, Log, Progress } from '../../core/engine/log.ts'
import type { AlarmState, Declared } from '../../core/engine/outputs/alarm.ts'
import { type Metric, metricsOf } from '../../core/engine/outputs/metrics.ts'
import { alarmsIn } from '../../core/engine/outputs/monitor.ts'
import type { Sender, SendOptions } from '../../core/engine/sender.ts'
import { type Receipt, receiptOfAll, settle } from '../../core/engine/settle.ts'
import { messageOf, TanagerError } from '../../core/error.ts'
import type { Job } from '../../core/job.ts'
import type { Plan } from '../../core/plan/plan.ts'
import type { AnySlot, SinkSlot, SlotKind, SourceSlot, StoreSlot } from '../../core/slot/slot.ts'
import type { Keys } from './keys.ts'
import { type LogReader, logReader } from './log-reader.ts'
import type { FailedBatch, Queues } from './queues.ts'
import { type SinkReader, sinkReader } from './sink-reader.ts'
import { type ReadOptions, type StoreReader, storeReader } from './store-reader.ts'

type NameOf<R extends AnySlot, Kind extends SlotKind> = Extract<R, { readonly kind: Kind }>['name']
// Looked up, and not picked out of all slots: that would go through all of them at each call.
type Named<R extends AnySlot, N extends keyof ByName<R>> = ByName<R>[N]
type ItemOf<S> = S extends SourceSlot<string, infer T> ? T : S extends SinkSlot<string, infer T> ? T : never
type KeyOf<S> = S extends StoreSlot<string, infer K, infer _V, infer _In, infer _Out> ? K : never
type OutOf<S> = S extends StoreSlot<string, infer _K, infer _V, infer _In, infer Out> ? Out : never

/** Under which name and number records are sent, so that sending them again changes nothing. */
export interface Once {
  /** The sender's name, of its own choosing; the same after a restart. */
  readonly writer: string
  /** The number of this send among the writer's; numbers go up by one. The same number must carry the same records. */
  readonly sequence: number
}

/** What any process may do with a deployed job, without running it. */
export interface Client<R extends AnySlot> {
  /**
   * Sends records to a source, in order; answers once Redis has them all. Waits while the stream is full. Records that
   * are `encoded` go as they are: those that cannot be read become dead letters.
   *
   * @returns a receipt, to read your own writes by
   * @throws TanagerError `encode` for a record that cannot be written: none is sent then; `timeout`, `writer-gap`
   */
  readonly send: <N extends NameOf<R, 'source'>>(
    source: N,
    items: Iterable<ItemOf<Named<R, N>>> | Encoded,
    options?: SendOptions & Partial<Once>,
  ) => Promise<Receipt>
  readonly store: <N extends NameOf<R, 'store'>>(store: N) => StoreReader<KeyOf<Named<R, N>>, OutOf<Named<R, N>>>
  readonly sink: <N extends NameOf<R, 'sink'>>(sink: N) => SinkReader<ItemOf<Named<R, N>>>
  /**
   * Waits until everything sent before, by anyone, or everything up to a receipt, has come out: it is in the stores, and in
   * the sinks that are bound here. A sink that is not bound keeps what it has until somebody takes it; nobody waits for that.
   */
  readonly settled: (options?: ReadOptions) => Promise<void>
  readonly status: () => Promise<Status>
  /** The same as metrics: plain data, to be handed to a library that exposes them. */
  readonly metrics: () => Promise<readonly Metric[]>
  readonly deadLetters: DeadLetters
  /** What waits, and what is kept, as it is written. */
  readonly log: LogReader
  /** What `reset` would remove, whatever plan wrote it, and who is still at work. */
  readonly footprint: () => Promise<Footprint>
  /** Removes everything of the job from Redis: logs, stores, queues. Workers must be stopped first. */
  readonly reset: () => Promise<void>
  /** Waits for what was sent, then leaves. With `abandon`, leaves at once: what Redis has not taken yet is not sent. */
  readonly close: (options?: { readonly abandon?: boolean }) => Promise<void>
}

export interface Status extends Progress {
  readonly failed: readonly FailedBatch[]
  readonly workers: number
  /** Which of the alarms stand that this deployment declares. */
  readonly alarms: AlarmState
}

export interface Footprint {
  /** Keys in Redis. */
  readonly keys: number
  readonly workers: number
}

export interface DeadLetters {
  /** A page of them, oldest first, from after an id on. */
  readonly list: (options?: { readonly after?: string; readonly limit?: number }) => Promise<readonly DeadLetter[]>
  /** Sends one back to where it came from, or, without an id, all there are now. */
  readonly retry: (id?: string) => Promise<number>
  readonly drop: (id?: string) => Promise<number>
  /** Runs batches that are out of attempts once more: one by its id, or all. */
  readonly retryFailed: (id?: string) => Promise<number>
}

interface Parts {
  readonly job: Job
  readonly plan: Plan
  readonly redis: Redis
  readonly keys: Keys
  readonly log: Log
  readonly queues: Queues
  readonly sender: Sender
  readonly clock: Clock
  /** What is expected of outputs. */
  readonly declared: readonly Declared[]
  readonly partitions: (store: string) => number
  readonly stores: (name: string) => TransactionalStore<unknown, unknown> | undefined
  /** Whether a sink is bound. */
  readonly delivers: (sink: string) => boolean
  /** How long a record, or a numbered batch, may be. */
  readonly longest: number
  /** Settles once Redis is there. */
  readonly reachable: () => Promise<void>
  /** … and the plan fits what is deployed. */
  readonly ready: () => Promise<void>
  /** … and is the one deployed. */
  readonly deployed: () => Promise<void>
  readonly close: () => Promise<void>
}

const page = 500
/** What an id of a dead letter looks like: nothing else is one. */
const letterId = /^\d{1,20}-\d{1,20}$/

export function clientOf<R extends AnySlot>(parts: Parts): Client<R> {
  const { job, plan, log, queues, sender, clock, declared, ready } = parts

  function slot<Kind extends SlotKind>(kind: Kind, name: string): Extract<AnySlot, { readonly kind: Kind }> {
    const found = job.slots.get(name)
    if (found?.kind === kind) return found as Extract<AnySlot, { readonly kind: Kind }>
    const known = [...job.slots.values()].filter((each) => each.kind === kind).map((each) => each.name)
    throw new TanagerError('unknown-slot', `job ${job.name} has no ${kind} ${name}`, {
      allowed: known.join(', ') || `it has no ${kind} at all`,
    })
  }

  async function settled({ after, ...options }: ReadOptions = {}): Promise<void> {
    await ready()
    await settle(log, clock, plan, after ?? (await receiptOfAll(log)), { ...options, delivers: parts.delivers })
  }

  /** For who reads what Redis or a store holds: whether a sink outside is there is nothing to them. */
  async function fresh({ after, ...options }: ReadOptions = {}): Promise<void> {
    await ready()
    if (after !== undefined) await settle(log, clock, plan, after, options)
  }

  async function status(): Promise<Status> {
    await ready()
    // Where nothing is declared nobody looks, and nobody needs the right to ask.
    const looked = declared.length === 0 ? { standing: [] } : alarmsIn(log)
    const [progress, failed, workers, alarms] = await Promise.all([log.progress(), queues.failed(), queues.workers(), looked])
    return { ...progress, failed, workers, alarms }
  }

  async function everyDeadLetter(act: (letters: readonly DeadLetter[]) => Promise<number>): Promise<number> {
    let done = 0
    // Those that a retry makes anew come after `last`: one round is one round.
    const [last] = (await log.deadLetters({ limit: 1, newest: true })).map(({ id }) => id)
    for (;;) {
      const letters = (await log.deadLetters({ limit: page })).filter(({ id }) => last !== undefined && !isAfter(id, last))
      if (letters.length === 0) return done
      done += await act(letters)
    }
  }

  const client = {
    send: async (name: string, items: Iterable<unknown> | Encoded, { writer, sequence, ...options }: SendOptions & Partial<Once> = {}) => {
      const { item } = slot('source', name)
      refuseOddNumbers(writer, sequence)
      const texts = isEncoded(items) ? await allTexts(items) : encodeAll(name, item.encode, items)
      refuseLong(name, texts, sequence !== undefined, parts.longest)
      await parts.deployed()
      // A source that leads to no output: memory drops what it is given, and here no stage would ever take its batches.
      if (plan.streams.every((stream) => stream.name !== name)) return {}
      if (writer === undefined || sequence === undefined) return { [name]: await sender.send(name, texts, options) }
      return { [name]: await sender.sendOnce(name, texts, writer, sequence, options) }
    },

    store: (name: string): StoreReader<unknown, unknown> => storeReader(parts, slot('store', name), fresh),

    sink: (name: string): SinkReader<unknown> => sinkReader({ job: job.name, log }, slot('sink', name), fresh),

    settled,

    status,

    metrics: async () => metricsOf(job.name, declared, await status()),

    deadLetters: {
      list: async (options: { readonly after?: string; readonly limit?: number } = {}) => {
        await ready()
        if (options.after !== undefined && !letterId.test(options.after)) {
          throw new TanagerError('invalid-option', 'deadLetters.list: after', { value: options.after, allowed: 'the id of a dead letter' })
        }
        return log.deadLetters({ limit: page, ...options })
      },
      retry: async (id?: string) => {
        await ready()
        if (id !== undefined && !letterId.test(id)) return 0
        const retry = async (ids: readonly string[]) => {
          const pointers = (await Promise.all(ids.map((each) => log.retryDeadLetter(each)))).filter((pointer) => pointer !== undefined)
          await queues.enqueue(pointers)
          return pointers.length
        }
        return id === undefined ? everyDeadLetter((letters) => retry(letters.map((letter) => letter.id))) : retry([id])
      },
      drop: async (id?: string) => {
        await ready()
        return id === undefined
          ? everyDeadLetter((letters) => log.dropDeadLetters(letters.map((letter) => letter.id)))
          : log.dropDeadLetters([id])
      },
      retryFailed: async (id?: string) => {
        await ready()
        return queues.retryFailed(id)
      },
    },

    log: logReader({ ...parts, slot: (name) => slot('store', name) }),

    footprint: async () => {
      await parts.reachable()
      const found = new Set<string>()
      for await (const keys of keysUnder(parts)) for (const key of keys) found.add(key)
      return { keys: found.size, workers: await queues.workers() }
    },

    reset: async () => {
      await parts.reachable()
      await sender.idle()
      for await (const keys of keysUnder(parts)) if (keys.length > 0) await parts.redis.unlink(...keys)
    },

    close: async ({ abandon = false }: { readonly abandon?: boolean } = {}) => {
      if (abandon) parts.redis.disconnect()
      else await sender.close()
      await parts.close()
    },
  }
  return client as unknown as Client<R>
}

/** All records written before any is sent: a record that cannot be sent is the caller's to mend, not half a send. */
function encodeAll(source: string, encode: (item: unknown) => string, items: Iterable<unknown>): readonly string[] {
  const texts: string[] = []
  for (const item of items) {
    try {
      texts.push(encode(item))
    } catch (cause) {
      throw new TanagerError('encode', `record ${texts.length} for the source ${source} cannot be written: ${messageOf(cause)}`, {
        cause,
        remedy: 'Nothing was sent.',
      })
    }
  }
  return texts
}

/** A name that is no text to Redis would be another's name there; a number that is none of a row says nothing of repetitions. */
function refuseOddNumbers(writer: unknown, sequence: unknown): void {
  if (writer === undefined && sequence === undefined) return
  if (typeof writer !== 'string' || !isWellFormed(writer)) {
    throw new TanagerError('invalid-option', 'send: writer', { value: writer, allowed: 'a name, given together with a sequence' })
  }
  if (!Number.isSafeInteger(sequence) || (sequence as number) < 0) {
    throw new TanagerError('invalid-option', 'send: sequence', {
      value: sequence,
      allowed: 'a whole number from 0, given together with a writer',
    })
  }
}

/** What is too long to be one record, or one batch, is so before anything is sent. */
function refuseLong(source: string, texts: readonly string[], oneBatch: boolean, longest: number): void {
  let length = 0
  for (const [i, text] of texts.entries()) {
    length += text.length
    if (text.length > longest) throw tooLong(`record ${i} for the source ${source} is too long`, text.length, longest)
  }
  if (oneBatch && length > longest) throw tooLong(`the batch for the source ${source} is too long`, length, longest)
}

function tooLong(what: string, length: number, longest: number): TanagerError {
  return new TanagerError('too-long', what, {
    value: `${length} characters`,
    allowed: `at most ${longest}`,
    remedy: 'Nothing was sent. Send less at a time, or raise limits.longest.',
  })
}

/** Whether a Redis stream id is above another. */
function isAfter(id: string, other: string): boolean {
  const [ms = 0, n = 0] = id.split('-').map(Number)
  const [otherMs = 0, otherN = 0] = other.split('-').map(Number)
  return ms > otherMs || (ms === otherMs && n > otherN)
}

async function allTexts(items: Encoded): Promise<readonly string[]> {
  const texts: string[] = []
  for await (const some of textsOf(items, page)) texts.push(...some)
  return texts
}

/** The job's keys, a few at a time. One may come twice. */
const keysUnder = ({ redis, keys }: Parts) =>
  redis.scanStream({ match: `${globEscaped(keys.all)}*`, count: 1000 }) as AsyncIterable<readonly string[]>

const globEscaped = (text: string): string => text.replace(/[[\]*?\\^-]/g, '\\$&')
