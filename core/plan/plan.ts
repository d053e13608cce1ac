import type { Codec } from '../codec/codec.ts'
import type { Emit } from '../graph/node/sum.ts'
import type { Node } from '../graph/node.ts'
import type { ServiceSlot, SinkSlot, StoreSlot } from '../slot/slot.ts'

// biome-ignore-start lint/suspicious/noExplicitAny: slots erased; a codec is invariant in its type.
export type AnyStore = StoreSlot<string, any, any, any, any>
export type AnyService = ServiceSlot<string, any, any>
export type AnySink = SinkSlot<string, any>
// biome-ignore-end lint/suspicious/noExplicitAny: see above

/** A job cut into what runs: streams between stages, one stage for each stream, stores and sinks at the ends. */
export interface Plan {
  readonly job: string
  /** Every stream a stage reads, upstream first: the sources, then the outputs of stores that something reads. */
  readonly streams: readonly StreamPlan[]
  /** One for each stream, in the same order. */
  readonly stages: readonly StagePlan[]
  readonly stores: readonly StorePlan[]
  readonly sinks: readonly AnySink[]
  readonly services: readonly AnyService[]
}

/** A numbered log of micro-batches. Its name is the slot's: names are one per job, whatever the kind. */
export interface StreamPlan {
  readonly name: string
  readonly from: 'source' | 'store'
  /** How one record of it is written. */
  readonly item: Codec<unknown>
  /** The event time of a record; absent where no step of the stage asks for it. */
  readonly timestamp?: (item: unknown) => number
}

/** The steps between one stream and the sums and writes it feeds. */
export interface StagePlan {
  readonly stream: string
  /** Parents before children; the first is the root, the source or sum whose records come in. */
  readonly steps: readonly Step[]
  /** The stores its sums feed and the sinks its writes feed, by name. */
  readonly stores: readonly string[]
  readonly sinks: readonly string[]
  readonly services: readonly string[]
}

/** One node at work in one stage. */
export interface Step {
  /** Readable, and one per job: the name the user gave, else the verb, numbered where it would stand twice. */
  readonly id: string
  readonly node: Node
  /** The places in `steps` of those who read it; a reader that reads twice stands twice. */
  readonly readers: readonly number[]
}

export interface StorePlan {
  readonly slot: AnyStore
  /** Whether each key must see the records of one source in the order they were sent: so if the aggregation does not commute. */
  readonly ordered: boolean
  readonly emit: Emit
  /** Whether a stage reads its changes. */
  readonly emits: boolean
  /** The streams whose stages add to it. */
  readonly fedBy: readonly string[]
}
