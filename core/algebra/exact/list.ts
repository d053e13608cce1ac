import { array } from '../../codec/array.ts'
import { type Codec, cannotEncode, formatOf, ofJson, refuse } from '../../codec/codec.ts'
import { TanagerError } from '../../error.ts'
import { type Aggregation, aggregation } from '../aggregation.ts'
import { limitOf } from './limit.ts'

/** Which inputs a list keeps, and how many. */
export type ListOptions = { readonly first: number } | { readonly last: number }

/**
 * The first or the last so many inputs, in the order in which one source sent them: Algebird's `Window` is the latter. For
 * an order by time or by score take `topK`, which commutes and so runs without waiting for its turn.
 *
 * ```ts
 * import { codec, store } from 'tanager'
 * import { list } from 'tanager/algebra'
 * const recentPages = store('recent-pages', { key: codec.string, sum: list(codec.string, { last: 10 }) })
 * ```
 */
export function list<A>(item: Codec<A>, options: ListOptions): Aggregation<readonly A[], A> {
  const { limit, keep, text } = ruleOf<A>(options)
  return aggregation<readonly A[], A>({
    id: `list(${formatOf(item)},${text})`,
    value: bounded(item, limit),
    semigroup: { concat: (a, b) => keep([...a, ...b]) },
    empty: Object.freeze([]),
    prepare: (input) => [input],
    concatMany: (lists) => keep(lists.flat() as A[]),
  })
}

interface Rule<A> {
  readonly limit: number
  readonly keep: (items: readonly A[]) => readonly A[]
  readonly text: string
}

function ruleOf<A>(options: ListOptions): Rule<A> {
  if ('first' in options === 'last' in options) {
    throw new TanagerError('invalid-option', 'a list keeps either its first or its last items', {
      value: options,
      allowed: '{ first: n } or { last: n }',
    })
  }
  if ('first' in options) {
    const limit = limitOf('list, first', options.first)
    return { limit, text: `first ${limit}`, keep: (items) => (items.length > limit ? items.slice(0, limit) : items) }
  }
  const limit = limitOf('list, last', options.last)
  return { limit, text: `last ${limit}`, keep: (items) => (items.length > limit ? items.slice(-limit) : items) }
}

/** Arrays up to a length: a longer one would be cut by some merges and not by others. */
function bounded<A>(item: Codec<A>, limit: number): Codec<readonly A[]> {
  const { id, toJson, fromJson } = array(item)
  const allowed = `up to ${limit} items`
  return ofJson<readonly A[]>(
    id,
    (items) => {
      const json = toJson(items)
      if (items.length > limit) throw cannotEncode(id, items, allowed)
      return json
    },
    (json) => {
      const items = fromJson(json)
      return items.length > limit ? refuse(id, json, allowed) : items
    },
  )
}
