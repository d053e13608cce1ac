import type { Producer } from '../../../core/producer/producer.ts'
import type { StoreSlot } from '../../../core/slot/slot.ts'
import type { PairShape, Shape } from './shape.ts'
import type { Summing } from './summing.ts'

// biome-ignore lint/suspicious/noExplicitAny: the shape says at run time what the types cannot.
export type AnyProducer = Producer<any, any>

interface Any {
  /** The variable that the description of the job has for it. */
  readonly name: string
  readonly producer: AnyProducer
  /** The streams, sources and stores, whose stages it is part of. */
  readonly roots: ReadonlySet<string>
  /** How many elements one record may become, at most. */
  readonly width: number
  /** How many sums there are above it, one on top of the other. */
  readonly depth: number
  /** Whether a function here may throw, or a value be one that cannot be written: see below. */
  readonly mayFail: boolean
  /** Whether it ends in a sum or a write, so that a job may end in it. */
  readonly ended: boolean
}

/**
 * A stream whose elements are determined, as a bag: what is before any sum, and the deltas of a sum that emits for every
 * element. Any function may do anything to it.
 *
 * `order`: `all` if the elements come in the order of one source; `key` if those under one key do; `none` where
 * sources or branches have been merged, since how those interleave is free. Only an ordered stream may go into an
 * aggregation that does not commute.
 */
export interface Exact extends Any {
  readonly kind: 'exact'
  readonly shape: Shape
  readonly order: 'all' | 'key' | 'none'
  readonly timed: boolean
}

/**
 * What a sum passes on: `[key, { before, delta }]`. How many changes there are is the platform's business; determined is
 * that there is one at least for every key that has a value, that the deltas of a key concatenate to that value, and that
 * each `before` is the value after the change before it. So a change may only become
 * - its delta, or an image of it (a function that passes through the aggregation): that is `Folded` again, or
 * - a difference, `h(after) - h(before)` for any `h` at all: summed up, all but the last `after` cancel out, or
 * - something about its key alone, where doing that twice is doing it once (`max`).
 */
export interface Changes extends Any {
  readonly kind: 'changes'
  readonly store: StoreSlot<string, unknown, unknown, unknown, unknown>
  readonly key: Shape
  readonly sum: Summing
  readonly every: boolean
  readonly ordered: boolean
  readonly transient: boolean
}

/**
 * Pairs of which only the fold by key is determined, not into how many pieces it is cut. Keys may change (if `sum`
 * commutes), be dropped or be multiplied, as long as that is decided by the key alone; values only by images.
 *
 * `transient`: keys come from totals, such as "how many words occur n times". On the way to its final total a word may
 * pass through others, or not, as batches fall; what it leaves there is zero, but whether that zero is there at all is not
 * determined. So transient stores are compared without their zeros, and `sum` stays `sum` from there on. What a store
 * passes on that keeps no zeros is transient too: it may start a key from nothing once or several times.
 *
 * Failure: before sums a function may throw for whatever it likes. After a sum it may do so for some keys only: then all
 * changes of a key fail, however many they are. (A record fails with all it does in its stage, so a function that
 * throws for some deltas would take some of the differences of another branch with it, and they would not cancel out any
 * more.) Where keys come from totals, not even for keys.
 */
export interface Folded extends Any {
  readonly kind: 'folded'
  readonly key: Shape
  readonly sum: Summing
  readonly ordered: boolean
  readonly transient: boolean
}

export type Flow = Exact | Changes | Folded

/** What differs between a flow and the one it was made from. */
export type Next<F extends Flow> = Partial<Omit<F, 'name' | 'producer' | 'kind'>>

export interface Keyed extends Exact {
  readonly shape: PairShape
}

export const isKeyed = (flow: Flow): flow is Keyed => flow.kind === 'exact' && flow.shape.kind === 'pair'
