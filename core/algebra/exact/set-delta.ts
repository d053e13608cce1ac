import { boolean } from '../../codec/boolean.ts'
import { type Codec, formatOf } from '../../codec/codec.ts'
import { map } from '../../codec/map.ts'
import { type Aggregation, aggregation } from '../aggregation.ts'
import { mergeTables } from '../combine/keyed.ts'

/** What is done to a set. */
export type SetChange<A> = { readonly add: A } | { readonly remove: A }

const latest = { semigroup: { concat: (_: boolean, b: boolean) => b } }

/**
 * A set to which members are added and from which they are taken, one by one: Algebird's `SetDiff`. Of two changes of one
 * member the later counts, so this does not commute: it follows the order in which one source sent its records.
 *
 * What is kept is what was last done to each member, also to those that were taken away: a change that says `remove` means
 * something to whatever is merged before it. A set through which ever new members pass therefore grows without end.
 *
 * ```ts
 * import { codec, store } from 'tanager'
 * import { setDelta } from 'tanager/algebra'
 * const online = store('online', { key: codec.string, sum: setDelta(codec.string) })
 * const room = setDelta(codec.string)
 * const changes = [{ add: 'Ada' }, { add: 'Bob' }, { remove: 'Ada' }].map(room.prepare)
 * room.present(changes.reduce(room.semigroup.concat)) // Set { 'Bob' }
 * ```
 */
export function setDelta<A>(member: Codec<A>): Aggregation<ReadonlyMap<A, boolean>, SetChange<A>, ReadonlySet<A>> {
  const merge = mergeTables<A, boolean>(member, latest)
  return aggregation<ReadonlyMap<A, boolean>, SetChange<A>, ReadonlySet<A>>({
    id: `setDelta(${formatOf(member)})`,
    value: map(member, boolean),
    semigroup: { concat: (a, b) => merge([a, b]) },
    idempotent: true,
    empty: new Map(),
    prepare: (change) => ('add' in change ? new Map([[change.add, true]]) : new Map([[change.remove, false]])),
    present: (changes) => new Set([...changes].filter(([, there]) => there).map(([one]) => one)),
    concatMany: merge,
  })
}
