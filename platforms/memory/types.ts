import type { Bindings, PlatformTypes } from '../../core/contract/binding.ts'
import type { Encoded } from '../../core/contract/encoded.ts'
import type { SinksOf, StoresOf } from '../../core/contract/outcome.ts'
import type { ServiceBinding } from '../../core/contract/service.ts'
import type { Rule } from '../../core/plan/optimise.ts'
import type { AnySlot } from '../../core/slot/slot.ts'

/** What memory binds: records for sources, answers for services, what a store holds before the run. */
export interface MemoryTypes extends PlatformTypes {
  readonly Source: Iterable<this['T']> | AsyncIterable<this['T']> | Encoded
  readonly Store: ReadonlyMap<this['K'], this['V']>
  readonly Service: ServiceBinding<this['K'], this['V']>
  readonly Sink: (item: this['T']) => void
}

export type MemoryInputs<R extends AnySlot> = Bindings<MemoryTypes, R, 'source' | 'service'>

/** A record that was refused: by which step, of which stream, and where in it. */
export interface MemoryDeadLetter {
  readonly stream: string
  readonly node: string
  /** The record's place in its stream, from 0. */
  readonly index: number
  readonly record: string
  readonly error: string
}

/** What a run leaves behind. */
export interface MemoryResult<R extends AnySlot> {
  /** Each store as a reader sees it: keys and presented values. */
  readonly stores: StoresOf<R>
  /** Everything each sink was given, in order. */
  readonly sinks: SinksOf<R>
  readonly deadLetters: readonly MemoryDeadLetter[]
}

export interface MemoryOptions {
  /** How many records run as one batch: an array whole, what comes bit by bit 8192 at a time, unless told. Results do not depend on it. */
  readonly batchSize?: number
  /** The rewrites to use instead of the standard ones; results do not depend on them. */
  readonly rules?: readonly Rule[]
}
