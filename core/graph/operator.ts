/** Takes one element and passes on none, one or many; no promise, no array per record. */
export type Push = (element: unknown) => void

/** What is known of the record being pushed: set by whoever feeds the records, read by the few operators that ask. */
export interface Registers {
  /** The record's place in its batch. */
  index: number
  /** The record's event time, milliseconds since 1970; NaN where the plan has none. */
  time: number
}

export type TransformVerb =
  | 'map'
  | 'filter'
  | 'collect'
  | 'optionMap'
  | 'flatMap'
  | 'mapKeys'
  | 'mapValues'
  | 'flatMapKeys'
  | 'flatMapValues'
  | 'filterKeys'
  | 'filterValues'
  | 'collectKeys'
  | 'collectValues'
  | 'keys'
  | 'values'
  | 'swap'
  | 'keyBy'
  | 'prepare'
  | 'withTime'
  | 'window'

/** One verb with its function, as the user wrote them; `keys`, `values`, `swap` and `withTime` have none. */
export interface Operation {
  readonly verb: TransformVerb
  readonly fn?: unknown
}

/**
 * A synchronous step: the one shape every verb from `map` to `window` lowers to. `push` is handed what comes after and
 * answers what to do with one element, so a chain of steps composes into one closure when a stage is compiled.
 *
 * Rejected: a `map`/`filter`/`flatMap` node kind each. Every interpreter would have a case for each, and all the cases
 * would do the same.
 */
export interface Operator {
  /** What the step is made of: what `push` does, as data. */
  readonly operations: readonly Operation[]
  /** The verbs as the user wrote them, in order; more than one after fusion. */
  readonly verbs: readonly TransformVerb[]
  /** Whether an element keeps its key; `changed` also where there is none. */
  readonly keys: 'kept' | 'changed'
  readonly needsTime: boolean
  readonly push: (down: Push, record: Registers) => Push
}

/** First one step, then the other, as one. */
export function compose(first: Operator, second: Operator): Operator {
  return Object.freeze({
    operations: Object.freeze([...first.operations, ...second.operations]),
    verbs: Object.freeze([...first.verbs, ...second.verbs]),
    keys: first.keys === 'kept' && second.keys === 'kept' ? 'kept' : 'changed',
    needsTime: first.needsTime || second.needsTime,
    push: (down: Push, record: Registers) => first.push(second.push(down, record), record),
  })
}
