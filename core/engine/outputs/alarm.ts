import type { Duration } from '../../time/window.ts'

// TERMINOLOGY
//   look      one look at all counts, every few seconds, by one worker of all
//   interval  how long what is declared must be broken for an alarm to begin
//   stands    an alarm does from the look that finds the range broken until one that finds it kept

/** How much is expected in any interval. One of the two bounds at least. */
export interface AlarmRange {
  readonly per: Duration
  readonly atLeast?: number
  readonly atMost?: number
}

/** What is expected of a source, a store or a sink. */
export interface Expected {
  /** Of a source, records counted; of a store, keys put or removed; of a sink, records written. */
  readonly rows?: AlarmRange
  /** Of a store, of the keys and values put; of a sink, of its batches. A source has none. */
  readonly bytes?: AlarmRange
  /** How long there may be no row. */
  readonly quiet?: Duration
  /** How long nothing may move while something waits: a source's watermark, a store's merging, a sink's deliveries. */
  readonly stopped?: Duration
}

export type AlarmKind = keyof Expected

/** What is expected, by the names of slots. */
export type Expectations = { readonly [slot: string]: Expected }

/** One thing that is expected, with every default in place. */
export interface Declared {
  readonly slot: string
  readonly kind: AlarmKind
  /** Of whom. */
  readonly of: 'source' | 'store' | 'sink'
  readonly range: Interval
}

/** A range as it is looked at. */
export interface Interval {
  /** In milliseconds. */
  readonly per: number
  readonly atLeast?: number
  readonly atMost?: number
}

/** What is told when an alarm begins, and when it is over. Plain data. */
export interface Alarm {
  readonly job: string
  readonly slot: string
  readonly kind: AlarmKind
  /** False when it is over. */
  readonly stands: boolean
  /** Rows or bytes in the last interval, to within a twelfth of it; of `stopped`, how many batches or entries wait. */
  readonly value: number
  readonly range: Interval
  /** When it began, milliseconds since 1970. */
  readonly since: number
  /** When this was found, milliseconds since 1970. */
  readonly at: number
  /** For people. */
  readonly text: string
}

/** How alarms are. */
export interface AlarmState {
  readonly standing: readonly Alarm[]
  /** When a worker last looked, milliseconds since 1970. Where none works, nobody looks, and nothing begins or ends. */
  readonly looked?: number
}
