import { changeCodec } from '../../core/codec/change.ts'
import { asService, type ServiceBinding } from '../../core/contract/service.ts'
import type { Sink } from '../../core/contract/sink.ts'
import { unframe } from '../../core/engine/frame.ts'
import type { Limits } from '../../core/engine/limits.ts'
import type { DeadLetter, Progress } from '../../core/engine/log.ts'
import type { AlarmState, Declared } from '../../core/engine/outputs/alarm.ts'
import { readStored, writeStored } from '../../core/engine/stored.ts'
import type { AnySink, AnyStore, Plan } from '../../core/plan/plan.ts'
import type { FailedWork } from './bag.ts'
import { Client } from './client.ts'
import type { Dice } from './dice.ts'
import type { Fate } from './fate.ts'
import type { Happening } from './happening.ts'
import { type MemoryLogParts, type MemoryView, memoryLog } from './memory-log.ts'
import { Simulator } from './simulator.ts'
import type { ClusterOptions } from './types.ts'
import { Witness } from './witness.ts'

export interface ClusterParts {
  readonly plan: Plan
  /** Services, sinks, and what stores held before, by their names. */
  readonly bindings: ReadonlyMap<string, unknown>
  readonly dice: Dice
  readonly fate: Fate
  /** How long a step takes, in milliseconds. */
  readonly step: number
  /** What is expected of what is written; nothing unless given. */
  readonly declared?: readonly Declared[]
  readonly options: Required<Omit<ClusterOptions, 'limits' | 'room'>> & {
    readonly limits: Limits
    readonly room: MemoryLogParts['room']
  }
}

/** Clients, workers, and the log between them. */
export class Cluster {
  readonly #plan: Plan
  readonly #clients: ReadonlyMap<string, Client>
  readonly #delivered: ReadonlyMap<string, Delivered>
  readonly #witness = new Witness()
  readonly #view: MemoryView
  readonly #simulator: Simulator

  constructor({ plan, bindings, dice, fate, step, declared = [], options }: ClusterParts) {
    const { partitions, workers, attempts, reconcileEvery, steps, limits, room } = options
    const services = new Map(
      plan.services.map(({ name }) => [name, asService(name, bindings.get(name) as ServiceBinding<unknown, unknown>)]),
    )
    this.#plan = plan
    this.#clients = new Map(plan.streams.filter(({ from }) => from === 'source').map(({ name }) => [name, new Client(name, dice)]))
    this.#delivered = new Map(
      plan.sinks.filter(({ name }) => bindings.has(name)).map(({ name }) => [name, new Delivered(bindings.get(name) as Sink<unknown>)]),
    )
    const log = memoryLog({
      plan,
      partitions: () => partitions,
      room,
      delivers: (sink) => this.#delivered.has(sink),
      now: () => this.#simulator.now(),
    })
    for (const { slot } of plan.stores) {
      for (const [key, value] of (bindings.get(slot.name) ?? []) as Iterable<readonly [unknown, unknown]>) {
        log.put(slot.name, slot.key.encode(key), writeStored(slot, value))
      }
    }
    this.#view = log.view()
    this.#simulator = new Simulator({
      plan,
      dice,
      fate,
      workers,
      attempts,
      reconcileEvery,
      step,
      steps,
      limits,
      declared,
      progress: this.#view.progress,
      log: this.#witness.watch(log),
      clients: [...this.#clients.values()],
      partitions: () => partitions,
      services: (name) => services.get(name) as ReturnType<typeof asService>,
      sinks: (name) => this.#delivered.get(name),
    })
  }

  /** Has the client of a source send one batch more. */
  send(source: string, records: readonly string[]): void {
    this.#clients.get(source)?.add(records)
  }

  /** Runs until nothing is left to do. */
  run(): Promise<void> {
    return this.#simulator.run()
  }

  /** Lets everything happen that is due up to a time. */
  runUntil(time: number): Promise<void> {
    return this.#simulator.runUntil(time)
  }

  /** Lets so many steps happen, or as many as are due. */
  runSteps(count: number): Promise<void> {
    return this.#simulator.runSteps(count)
  }

  endWorkers(): void {
    this.#simulator.end()
  }

  /** Starts those that are not there: the first thing they do is to look for work that was left behind, or lost. */
  startWorkers(): void {
    this.#simulator.start()
  }

  get now(): number {
    return this.#simulator.now()
  }

  get history(): readonly Happening[] {
    return this.#simulator.history
  }

  /** What is out of attempts; what depends on it has not happened. */
  get failed(): readonly FailedWork[] {
    return this.#simulator.failed
  }

  get alarms(): AlarmState {
    return this.#simulator.alarms
  }

  get progress(): Progress {
    return this.#view.progress()
  }

  get deadLetters(): readonly DeadLetter[] {
    return this.#view.deadLetters()
  }

  store(slot: AnyStore): ReadonlyMap<unknown, unknown> {
    const entries = this.#view.store(slot.name)
    return new Map(
      entries.map(({ partition, key, value }) => [slot.key.decode(key), slot.sum.present(readStored(slot, partition, key, value))]),
    )
  }

  sink({ name, item }: AnySink): readonly unknown[] {
    const delivered = this.#delivered.get(name)
    if (delivered !== undefined) return delivered.items
    return this.#view.batches(name).flatMap(({ payload }) => unframe(payload).map((text) => item.decode(text)))
  }

  emissions(slot: AnyStore): readonly unknown[] {
    return this.#witness.emittedBy(slot.name).map((text) => changeCodec(slot).decode(text))
  }

  /** All it has come to, as a `ClusterOutcome`. */
  outcome() {
    const stores = this.#plan.stores.map(({ slot }) => slot)
    const emissions = {}
    for (const slot of stores) {
      // Read when it is asked for: most who ask what a cluster has come to do not ask how.
      Object.defineProperty(emissions, slot.name, { enumerable: true, get: () => this.emissions(slot) })
    }
    return {
      stores: Object.fromEntries(stores.map((slot) => [slot.name, this.store(slot)])),
      sinks: Object.fromEntries(this.#plan.sinks.map((slot) => [slot.name, this.sink(slot)])),
      deadLetters: this.deadLetters,
      emissions,
      batches: this.#witness.batches,
      failed: this.failed,
    }
  }
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
