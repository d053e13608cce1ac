import type { Json } from '../codec/codec.ts'

/** What one batch did, none of it visible yet: the platform makes it so in one step, or not at all. */
export interface BatchResult {
  /** How many records came in. */
  readonly records: number
  /** What goes into each store the stage feeds, in the order of `stage.stores`. */
  readonly sums: readonly StoreDelta[]
  /** What goes to each sink the stage feeds, in the order of `stage.sinks`. */
  readonly writes: readonly SinkWrites[]
  readonly deadLetters: readonly DeadRecord[]
  /** The latest event time among its records, where the stage asks for times. */
  readonly eventTime?: number
}

/** Values to merge, column by column. Each key stands once, already merged, unless the store emits for every element. */
export interface StoreDelta {
  readonly store: string
  readonly keys: readonly unknown[]
  readonly encodedKeys: readonly string[]
  readonly values: readonly unknown[]
  readonly encodedValues: readonly Json[]
}

export interface SinkWrites {
  readonly sink: string
  readonly items: readonly unknown[]
  readonly encoded: readonly string[]
}

/** A record that could not be used, with what it takes to understand why and to try it again. */
export interface DeadRecord {
  /** The step that refused it. */
  readonly node: string
  /** Its place in the batch, from 0. */
  readonly index: number
  /** The record as its stream writes it. */
  readonly record: string
  readonly error: string
}

/** The node of a dead letter that is not a record but a delta no store could take: `[key, delta]`, under the store's name. */
export const mergeNode = 'merge'
