import type { Bindings, PlatformTypes } from '../../core/contract/binding.ts'
import type { Encoded } from '../../core/contract/encoded.ts'
import type { SinksOf, StoresOf } from '../../core/contract/outcome.ts'
import type { ServiceBinding } from '../../core/contract/service.ts'
import type { Sink } from '../../core/contract/sink.ts'
import type { Limits } from '../../core/engine/limits.ts'
import type { DeadLetter } from '../../core/engine/log.ts'
import type { Change, Pair } from '../../core/producer/producer.ts'
import type { AnySlot, StoreSlot } from '../../core/slot/slot.ts'
import type { FailedWork } from './bag.ts'
import type { Faults } from './fate.ts'
import type { Happening } from './happening.ts'
import type { MemoryLogParts } from './memory-log.ts'
import type { Schedule } from './schedule.ts'
import type { Batch } from './witness.ts'

/** What a simulation binds: what memory does, but that sinks take batches and are told which. */
export interface SimulationTypes extends PlatformTypes {
  readonly Source: Iterable<this['T']> | AsyncIterable<this['T']> | Encoded
  readonly Store: ReadonlyMap<this['K'], this['V']>
  readonly Service: ServiceBinding<this['K'], this['V']>
  readonly Sink: Sink<this['T']>
}

export type SimulationInputs<R extends AnySlot> = Bindings<SimulationTypes, R, 'source' | 'service'>

/** How many there are of everything, and how much one of them takes on. */
export interface ClusterOptions {
  readonly partitions?: number
  readonly workers?: number
  /** How often work that throws is tried before it is set aside. */
  readonly attempts?: number
  /** How long lost work lies about until somebody looks for it, in milliseconds. */
  readonly reconcileEvery?: number
  /** After how many steps a run that does not come to rest is given up. */
  readonly steps?: number
  readonly limits?: Partial<Limits>
  /** How much may wait, in characters. */
  readonly room?: Partial<MemoryLogParts['room']>
}

export interface SimulationOptions extends ClusterOptions, Partial<Faults> {
  /** The same seed, the same run: which it is has no meaning. */
  readonly seed?: number
  /** Records in one batch, at most; how many are in each is drawn. */
  readonly batchRecords?: number
  /** What was drawn in another run, to be drawn again instead of something from the seed. */
  readonly schedule?: Schedule
}

/** What a cluster has come to. */
export interface ClusterOutcome<R extends AnySlot> {
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
}

/** What a run leaves behind, and how it came to that. */
export interface SimulationResult<R extends AnySlot> extends ClusterOutcome<R> {
  /** What happened, step by step. */
  readonly happenings: readonly Happening[]
  /** The same, a line a step. */
  readonly history: readonly string[]
  /** What was drawn. */
  readonly schedule: Schedule
}
