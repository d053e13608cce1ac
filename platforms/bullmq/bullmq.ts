import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import { backoff } from '../../core/contract/backoff.ts'
import type { Bindings, PlatformTypes } from '../../core/contract/binding.ts'
import { checkBindings, ownOf } from '../../core/contract/check.ts'
import type { Clock } from '../../core/contract/clock.ts'
import { asReader } from '../../core/contract/reader/as-reader.ts'
import { asService, type ServiceBinding } from '../../core/contract/service.ts'
import type { Sink } from '../../core/contract/sink.ts'
import type { SourceReader } from '../../core/contract/source-reader.ts'
import { asStore, type TransactionalStore } from '../../core/contract/transactional-store.ts'
import { Convoy } from '../../core/engine/convoy.ts'
import { engineOf } from '../../core/engine/engine.ts'
import { deployedOf, refuseMisreading, takingOver } from '../../core/engine/fingerprint.ts'
import { Gate } from '../../core/engine/gate.ts'
import type { Log } from '../../core/engine/log.ts'
import type { Declared } from '../../core/engine/outputs/alarm.ts'
import { declaredIn } from '../../core/engine/outputs/declared.ts'
import { Receiver } from '../../core/engine/receiver.ts'
import { Sender } from '../../core/engine/sender.ts'
import type { Job } from '../../core/job.ts'
import { describe } from '../../core/plan/describe.ts'
import { planOf } from '../../core/plan/index.ts'
import type { Plan } from '../../core/plan/plan.ts'
import type { AnySlot } from '../../core/slot/slot.ts'
import { type Client, clientOf } from './client.ts'
import { connect, ready } from './connection.ts'
import { type Keys, keysOf } from './keys.ts'
import { type BullmqOptions, type Settings, settingsOf } from './options.ts'
import { monitorOf } from './outputs.ts'
import { placeOf } from './place.ts'
import { Queues } from './queues.ts'
import { redisLog } from './redis-log.ts'
import { watchOf } from './watch.ts'
import { Watchdog } from './watchdog.ts'
import { grace, type RunningWorker, startWorker } from './worker.ts'

/** What this platform binds. Unbound sources take what clients send, and so do bound ones besides what is read; unbound stores live in Redis, unbound sinks keep their batches there. */
export interface BullmqTypes extends PlatformTypes {
  readonly Source: SourceReader
  readonly Store: TransactionalStore<this['K'], this['V']>
  readonly Service: ServiceBinding<this['K'], this['V']>
  readonly Sink: Sink<this['T']>
}

export type BullmqBindings<R extends AnySlot> = Bindings<BullmqTypes, R, 'service'>

export interface ConnectOptions {
  /** Gives up after so many milliseconds if Redis does not answer; unless given, waits for ever. */
  readonly timeout?: number
}

/** A job with all it needs to run: what `deploy.ts` exports, and workers, clients and the command take. */
export interface BullmqApp<R extends AnySlot = AnySlot> {
  readonly kind: 'deployment'
  readonly job: Job<R>
  readonly plan: Plan
  readonly bindings: BullmqBindings<R>
  readonly options: BullmqOptions
  /** The same deployment with other options on top of its own. */
  readonly with: (options: BullmqOptions) => BullmqApp<R>
  /**
   * Starts a worker in this process.
   *
   * @throws TanagerError `plan-mismatch` if another plan's state is in Redis, `redis` if Redis must not be used, `timeout`
   */
  readonly start: (options?: ConnectOptions) => Promise<RunningWorker>
  /** A client; it connects when it is first used. */
  readonly client: (options?: ConnectOptions) => Client<R>
}

/**
 * Runs jobs on BullMQ and Redis, over any number of worker processes, each event counted exactly once.
 *
 * ```ts
 * import { codec, job, source, store } from 'tanager'
 * import { sum } from 'tanager/algebra'
 * import { bullmq } from 'tanager/bullmq'
 *
 * const words = source('words', { item: codec.string })
 * const counts = store('counts', { key: codec.string, sum })
 * const wordCount = job('word-count', words.map((w) => [w, 1] as const).sumByKey(counts))
 *
 * export default bullmq().on(wordCount).bind({})
 * ```
 */
export function bullmq(options: BullmqOptions = {}) {
  return {
    on: <R extends AnySlot>(job: Job<R>) => ({
      /** @throws TanagerError `missing-binding`, `unknown-slot`, `invalid-binding` */
      bind: (bindings: BullmqBindings<R>): BullmqApp<R> => appOf(options, job, bindings),
    }),
  }
}

function appOf<R extends AnySlot>(options: BullmqOptions, job: Job<R>, bindings: BullmqBindings<R>): BullmqApp<R> {
  const given = ownOf(bindings)
  checkBindings(job, given, ['service'])
  const settings = settingsOf(options, job)
  const plan = planOf(job)
  const declared = declaredIn(plan, options.alarms ?? {})
  const stores = storesOf(plan, given)
  const readers = readersOf(plan, given)
  return {
    kind: 'deployment',
    job,
    plan,
    bindings,
    options,
    with: (more) => appOf({ ...options, ...more }, job, bindings),
    start: async (connecting = {}) => {
      const open = opened(settings, plan, given, { keeper: true })
      try {
        await open.reachable(connecting.timeout)
        await open.deploy()
        return startOn(open, given, stores, readers, declared)
      } catch (error) {
        open.redis.disconnect()
        throw error
      }
    },
    client: (connecting = {}) => {
      const open = opened(settings, plan, given, { keeper: false })
      const { redis, keys, log, queues } = open
      const sender = new Sender({
        log,
        scheduler: queues,
        clock,
        writer: randomUUID(),
        cut: settings.cut,
        lost: (stream, batches) =>
          settings.notice(
            `Redis has lost ${batches} ${batches === 1 ? 'batch' : 'batches'} of the stream ${stream} that it had accepted from here`,
          ),
      })
      const reachable = once(() => open.reachable(connecting.timeout))
      const before = (step: () => Promise<void>) => once(() => reachable().then(step))
      return clientOf<R>({
        job,
        plan,
        redis,
        keys,
        log,
        queues,
        sender,
        clock,
        declared,
        partitions: settings.partitions,
        stores,
        delivers: (sink) => given[sink] !== undefined,
        longest: settings.limits.longest,
        reachable,
        ready: before(open.check),
        deployed: before(open.deploy),
        close: async () => {
          await queues.close().catch(() => {})
          redis.disconnect()
        },
      })
    },
  }
}

const clock: Clock = {
  now: Date.now,
  sleep: (milliseconds, signal) => sleep(milliseconds, undefined, signal === undefined ? {} : { signal }),
}

/** The stores that are kept outside, by their names. */
function storesOf(plan: Plan, bindings: Readonly<Record<string, unknown>>) {
  const bound = new Map(
    plan.stores.flatMap(({ slot: { name } }) => (bindings[name] === undefined ? [] : [[name, asStore(name, bindings[name])]])),
  )
  return (name: string) => bound.get(name)
}

/** What is read into the sources that are bound, by their names. */
function readersOf(plan: Plan, bindings: Readonly<Record<string, unknown>>): ReadonlyMap<string, SourceReader> {
  const bound = plan.streams.filter(({ name, from }) => from === 'source' && bindings[name] !== undefined)
  return new Map(bound.map(({ name }) => [name, asReader(name, bindings[name])]))
}

type Open = ReturnType<typeof opened>

/** Does a step the first time it is asked for; one that failed is tried again when it is asked for again. */
function once(step: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined
  return () => {
    done ??= step().catch((error) => {
      done = undefined
      throw error
    })
    return done
  }
}

function opened(settings: Settings, plan: Plan, bindings: Readonly<Record<string, unknown>>, part: { readonly keeper: boolean }) {
  const redis: Redis = connect(settings)
  const keys: Keys = keysOf(settings.prefix, plan.job)
  const { partitions, room } = settings
  const log: Log = redisLog({ redis, keys, plan, partitions, room, delivers: (sink) => bindings[sink] !== undefined, now: Date.now })
  const queues = new Queues(redis, keys, settings, part)
  return {
    plan,
    settings,
    redis,
    keys,
    log,
    queues,
    reachable: (timeout: number | undefined) => ready(redis, timeout),
    check: () => check(plan, log, partitions),
    deploy: () => deploy(plan, log, partitions),
  }
}

/** Makes this plan the deployed one, unless it would misread what is there. */
async function deploy(plan: Plan, log: Log, partitions: (store: string) => number): Promise<void> {
  const mine = deployedOf(plan, describe(plan), partitions)
  let next = mine
  let there = await log.deploy(next, undefined)
  while (there.fingerprint !== next.fingerprint) {
    next = takingOver(plan.job, there, mine)
    if (next.fingerprint !== there.fingerprint) there = await log.deploy(next, there.fingerprint)
  }
}

/** For those who only read: refuses to misread what is there, and writes nothing. */
async function check(plan: Plan, log: Log, partitions: (store: string) => number): Promise<void> {
  const there = await log.deployed()
  if (there !== undefined) refuseMisreading(plan.job, there, deployedOf(plan, describe(plan), partitions))
}

function startOn(
  { plan, settings, redis, keys, log, queues }: Open,
  bindings: Readonly<Record<string, unknown>>,
  stores: ReturnType<typeof storesOf>,
  readers: ReadonlyMap<string, SourceReader>,
  declared: readonly Declared[],
): RunningWorker {
  const services = new Map(plan.services.map(({ name }) => [name, asService(name, bindings[name] as ServiceBinding<unknown, unknown>)]))
  const sinks = new Map(plan.sinks.flatMap(({ name }) => (bindings[name] === undefined ? [] : [[name, bindings[name] as Sink<unknown>]])))
  const dog = new Watchdog(settings.limits.standstill)
  const engine = engineOf({
    plan,
    log,
    scheduler: queues,
    drainsAtHand: true,
    clock,
    limits: settings.limits,
    partitions: settings.partitions,
    services: (name) => services.get(name) as ReturnType<typeof asService>,
    sinks: (name) => sinks.get(name),
    stores,
    watch: watchOf(settings.limits, dog),
    // Of this deployment: one for the whole process would have each wait for the other's Redis.
    gate: new Gate(),
  })
  const { handle } = new Convoy(engine)
  const { concurrency } = settings
  const worker = startWorker({
    redis,
    keys,
    log,
    queues,
    handle,
    settings,
    kinds: [
      { kind: 'stage', concurrency },
      // How many of them run at a time is for the engine to say.
      { kind: 'sum', concurrency },
      ...(sinks.size > 0 ? [{ kind: 'sink', concurrency: 1 } as const] : []),
    ],
  })
  const receivers = [...readers].map(([stream, reader]) => {
    const { batchRecords, batchLength } = settings.cut(stream)
    const name = randomUUID()
    const batch = { records: batchRecords, length: batchLength, linger: settings.linger }
    const { longest } = settings.limits
    return new Receiver({
      stream,
      reader,
      log,
      scheduler: queues,
      clock,
      backoff: backoff(),
      batch,
      longest,
      name,
      notice: settings.notice,
    })
  })
  for (const receiver of receivers) receiver.start()
  const monitor = monitorOf({ job: plan.job, declared, log, clock, settings })
  monitor.start()
  return {
    redis: placeOf(redis.options),
    close: async (options) => {
      const stop = new AbortController()
      const late = sleep(options?.grace ?? grace, undefined, { signal: stop.signal }).catch(() => {})
      // All at once, within one grace: an outside that hangs must not take from what the rest has.
      const told = Promise.all([...receivers.map((receiver) => receiver.stop()), monitor.stop()])
      await Promise.all([Promise.race([told, late]), worker.close(options)])
      stop.abort()
      dog.leave()
      await queues.close().catch(() => {})
      redis.disconnect()
    },
  }
}
