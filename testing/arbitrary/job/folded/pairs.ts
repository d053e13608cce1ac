import type { Change } from '../../../../core/producer/producer.ts'
import type { Changes, Folded } from '../flow.ts'
import type { Summing } from '../summing.ts'

// What may be done here and why is said at `Changes` and `Folded` in `flow.ts`.

export type AnyChange = Change<unknown>
export type Cell = readonly [key: unknown, value: unknown]

/** What a flow of pairs is after a step: pieces of a fold into another aggregation. */
export const folded = (flow: Changes | Folded, to: Summing, next: Partial<Folded> = {}): Omit<Folded, 'name' | 'producer'> => ({
  kind: 'folded',
  key: flow.key,
  sum: to,
  ordered: flow.ordered && !to.aggregation.commutative,
  transient: flow.transient,
  roots: flow.roots,
  width: flow.width,
  depth: flow.depth,
  mayFail: flow.mayFail && !flow.transient,
  ended: false,
  ...next,
})

export const isCommutative = ({ sum }: Folded | Changes) => sum.aggregation.commutative
export const isSettled = ({ transient }: Folded | Changes) => !transient

export type Pairs = Changes | Folded
