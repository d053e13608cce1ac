import { changeCodec } from '../../core/codec/change.ts'
import type { Codec } from '../../core/codec/codec.ts'
import type { Bindings, PlatformTypes } from '../../core/contract/binding.ts'
import { checkBindings } from '../../core/contract/check.ts'
import { type Encoded, isEncoded, textsOf } from '../../core/contract/encoded.ts'
import type { SinksOf, StoresOf } from '../../core/contract/outcome.ts'
import { asService, type ServiceBinding } from '../../core/contract/service.ts'
import type { Sink } from '../../core/contract/sink.ts'
import { unframe } from '../../core/engine/frame.ts'
import type { Limits } from '../../core/engine/limits.ts'
import type { DeadLetter, Log } from '../../core/engine/log.ts'
import { readStored, writeStored } from '../../core/engine/stored.ts'
import type { Job } from '../../core/job.ts'
import { planOf } from '../../core/plan/index.ts'
import type { AnySink, AnyStore, Plan } from '../../core/plan/plan.ts'
import type { Change, Pair } from '../../core/producer/producer.ts'
import type { AnySlot, StoreSlot } from '../../core/slot/slot.ts'
import type { FailedWork } from './bag.ts'
import { Client } from './client.ts'
import { type MemoryLogParts, memoryLog } from './memory-log.ts'
import { Random } from './random.ts'
import { type Faults, Simulator } from './simulator.ts'
import { type Batch, Witness } from './witness.ts'

/** What a simulation binds: what memory does, but that sinks take batches and are told which. */
export interface SimulationTypes extends PlatformTypes {
  readonly Source: Iterable<this['T']> | AsyncIterable<this['T']> | Encoded
  readonly Store: ReadonlyMap<this['K'], this['V']>
  readonly Service: ServiceBinding<this['K'], this['V']>
  readonly Sink: Sink<this['T']>
}

export type SimulationInputs<R extends AnySlot> = Bindings<SimulationTypes, R, 'source' | 'service'>

export interface SimulationOptions extends Partial<Faults> {
  /** The same seed, the same run: which it is has no meaning. */
  readonly seed?: number
  readonly partitions?: number
  readonly workers?: number
  /** Records in one batch, at most; how many are in each is drawn. */
  readonly batchRecords?: number
  /** How often work that throws is tried before it is set aside. */
  readonly attempts?: number
  /** How long lost work lies about until somebody looks for it, in milliseconds. */
  readonly reconcileEvery?: number
  /** After how many steps a run that does not come to rest is given up. */
  readonly steps?: number
  readonly limits?: Partial<Limits>
  readonly room?: Partial<MemoryLogParts['room']>
}

// Everything is small, so that a few records are enough for batches that wait, drains that take turns and streams that are full.
const defaults = {
  seed: 1,
  partitions: 3,
  workers: 3,
  batchRecords: 5,
  crashes: 0.05,
  duplicates: 0.05,
  losses: 0.05,
  attempts: 3,
  reconcileEvery: 100,
  steps: 100_000,
  limits: { drainBytes: 100, drainKeys: 5, turn: 20, handBack: 20 } satisfies Limits,
  room: { stream: 500, inbox: 200 },
}

/** What a run leaves behind, and how it came to that. */
export interface SimulationResult<R extends AnySlot> {
  /** Each store as a reader sees it: keys and presented values. */
  readonly stores: StoresOf<R>
  /** Everything written to each sink, or delivered, where one is bound: each batch once. */
  readonly sinks: SinksOf<R>
  readonly deadLetters: readonly DeadLetter[]
  /** Everything each store has passed on, in order; nothing for one that nobody reads. */
  readonly emissions: {
    readonly [S in Extract<R, { kind: 'store' }> as S['name']]: S extends StoreSlot<string, infer K, infer V, infer _In, infer _Out>
      ? readonly Pair<K, Change<V>>[]
      : never
  }
  /** Every batch that was accepted, of sources and of stores' outputs. */
  readonly batches: readonly Batch[]
  /** What is out of attempts; all that waits for it is missing above. */
  readonly failed: readonly FailedWork[]
  /** What happened, a line a step. */
  readonly history: readonly string[]
}

export interface SimulationApp<R extends AnySlot> {
  readonly plan: Plan
  /** @throws TanagerError `timeout` if the run does not come to rest */
  readonly run: (inputs: SimulationInputs<R>) => Promise<SimulationResult<R>>
}

/**
 * Runs jobs as a cluster would, with the code that runs there, in one process and in no real time: workers that crash,
 * stand still and meet, pointers that are lost and doubled, clients that repeat themselves. All of it is drawn from a
 * seed, so that a run that has gone wrong goes wrong again.
 */
export function simulation(options: SimulationOptions = {}) {
  return {
    on: <R extends AnySlot>(job: Job<R>): SimulationApp<R> => {
      const plan = planOf(job)
      return {
        plan,
        run: (inputs) => {
          const bindings = inputs as Readonly<Record<string, unknown>>
          checkBindings(job, bindings, ['source', 'service'])
          return runOf(plan, new Map(Object.entries(bindings)), options) as Promise<SimulationResult<R>>
        },
      }
    },
  }
}

async function runOf(plan: Plan, bindings: ReadonlyMap<string, unknown>, options: SimulationOptions): Promise<unknown> {
  const { seed, partitions, workers, batchRecords, crashes, duplicates, losses, attempts, reconcileEvery, steps } = {
    ...defaults,
    ...options,
  }
  const random = new Random(seed)
  const services = new Map(plan.services.map(({ name }) => [name, asService(name, bindings.get(name) as ServiceBinding<unknown, unknown>)]))
  const delivered = new Map(
    plan.sinks.filter(({ name }) => bindings.has(name)).map(({ name }) => [name, new Delivered(bindings.get(name) as Sink<unknown>)]),
  )
  const log = memoryLog({
    plan,
    partitions: () => partitions,
    room: { ...defaults.room, ...options.room },
    delivers: (sink) => delivered.has(sink),
    now: () => simulator.now(),
  })
  const witness = new Witness()
  const simulator = new Simulator({
    plan,
    random,
    workers,
    attempts,
    reconcileEvery,
    steps,
    log: witness.watch(log),
    faults: { crashes, duplicates, losses },
    clients: await clientsOf(plan, bindings, batchRecords, random),
    limits: { ...defaults.limits, ...options.limits },
    partitions: () => partitions,
    services: (name) => services.get(name) as ReturnType<typeof asService>,
    sinks: (name) => delivered.get(name),
  })
  for (const { slot } of plan.stores) {
    for (const [key, value] of (bindings.get(slot.name) ?? []) as Iterable<readonly [unknown, unknown]>) {
      log.put(slot.name, slot.key.encode(key), writeStored(slot, value))
    }
  }
  await simulator.run()
  return {
    stores: await named(
      plan.stores,
      ({ slot }) => slot.name,
      ({ slot }) => storeOf(slot, partitions, log),
    ),
    sinks: await named(
      plan.sinks,
      ({ name }) => name,
      async (sink) => delivered.get(sink.name)?.items ?? sinkOf(sink, log),
    ),
    deadLetters: await log.deadLetters({ limit: Number.POSITIVE_INFINITY }),
    emissions: await named(
      plan.stores,
      ({ slot }) => slot.name,
      async ({ slot }) => witness.emittedBy(slot.name).map((text) => changeCodec(slot).decode(text)),
    ),
    batches: witness.batches,
    failed: simulator.failed,
    history: simulator.history,
  }
}

async function named<T, U>(
  all: readonly T[],
  nameOf: (each: T) => string,
  made: (each: T) => Promise<U>,
): Promise<Readonly<Record<string, U>>> {
  return Object.fromEntries(await Promise.all(all.map(async (each) => [nameOf(each), await made(each)] as const)))
}

/** A client for each source, its records written and cut into batches; one after the other, since all draw from one seed. */
async function clientsOf(
  plan: Plan,
  bindings: ReadonlyMap<string, unknown>,
  batchRecords: number,
  random: Random,
): Promise<readonly Client[]> {
  const clients: Client[] = []
  for (const { name, from, item } of plan.streams) {
    if (from !== 'source') continue
    const batches: string[][] = []
    let room = 0
    for await (const text of recordsOf(bindings.get(name), item)) {
      if (room === 0) {
        batches.push([])
        room = 1 + random.below(batchRecords)
      }
      batches.at(-1)?.push(text)
      room -= 1
    }
    clients.push(new Client(name, batches, random))
  }
  return clients
}

async function* recordsOf(input: unknown, item: Codec<unknown>): AsyncGenerator<string, void> {
  if (isEncoded(input)) for await (const texts of textsOf(input, 100)) yield* texts
  else for await (const record of input as AsyncIterable<unknown>) yield item.encode(record)
}

async function storeOf(slot: AnyStore, partitions: number, log: Log): Promise<ReadonlyMap<unknown, unknown>> {
  const store = new Map<unknown, unknown>()
  for (let partition = 0; partition < partitions; partition++) {
    let cursor = '0'
    do {
      const scanned = await log.scan(slot.name, partition, cursor)
      for (const [key, stored] of scanned.entries)
        store.set(slot.key.decode(key), slot.sum.present(readStored(slot, partition, key, stored)))
      cursor = scanned.cursor
    } while (cursor !== '0')
  }
  return store
}

async function sinkOf({ name, item }: AnySink, log: Log): Promise<readonly unknown[]> {
  const batches = await log.range(name, 1, Number.POSITIVE_INFINITY)
  return batches.flatMap(({ payload }) => unframe(payload).map((text) => item.decode(text)))
}

/** A sink that takes a batch again when it comes again, as the contract asks. */
class Delivered implements Sink<unknown> {
  readonly #sink: Sink<unknown>
  readonly #batches = new Map<number, readonly unknown[]>()

  constructor(sink: Sink<unknown>) {
    this.#sink = sink
  }

  write: Sink<unknown>['write'] = async (items, token) => {
    await this.#sink.write(items, token)
    this.#batches.set(token.sequence, items)
  }

  get items(): readonly unknown[] {
    return [...this.#batches.values()].flat()
  }
}
