import { array } from '../../codec/array.ts'
import { type Codec, cannotEncode, formatOf, type Json, ofJson, refuse } from '../../codec/codec.ts'
import { tuple } from '../../codec/tuple.ts'
import { type Aggregation, aggregation } from '../aggregation.ts'
import { finite } from './finite.ts'
import { limitOf } from './limit.ts'

/** Something and its score. */
export type Scored<A> = readonly [item: A, score: number]

/**
 * The `k` items with the highest scores, each item once, with the highest score it had; the highest first. Items are told
 * apart by their encodings, and of equal scores the one whose encoding sorts first counts as higher.
 *
 * A score is that of one input: the longest request, the largest order. Items by how *often* they occur are another matter,
 * since a total of parts may be large where each part is small: take heavy hitters of a Count-Min sketch or a SpaceSaver.
 *
 * Takes pairs `[item, score]` with finite scores. Merging takes time linear in `k`.
 *
 * ```ts
 * import { codec, store } from 'tanager'
 * import { contramap, topK } from 'tanager/algebra'
 * interface Hit { readonly page: string; readonly ms: number }
 * const slowest = store('slowest', {
 *   key: codec.string,
 *   sum: contramap(topK(10, codec.string), (hit: Hit) => [hit.page, hit.ms] as const),
 * })
 * ```
 */
export function topK<A>(k: number, item: Codec<A>): Aggregation<readonly Scored<A>[], Scored<A>> {
  limitOf('topK', k)
  const identity: (item: A) => unknown = item.native ? (one) => one : item.encode
  const above = (a: Scored<A>, b: Scored<A>) => (a[1] === b[1] ? item.encode(a[0]) <= item.encode(b[0]) : a[1] > b[1])

  function merged(a: readonly Scored<A>[], b: readonly Scored<A>[]): readonly Scored<A>[] {
    const top: Scored<A>[] = []
    const taken = new Set<unknown>()
    for (let i = 0, j = 0; top.length < k && (i < a.length || j < b.length); ) {
      const [x, y] = [a[i], b[j]]
      const next = y === undefined || (x !== undefined && above(x, y)) ? (x as Scored<A>) : y
      if (next === x) i += 1
      else j += 1
      const id = identity(next[0])
      // The first to come has the highest score.
      if (taken.has(id)) continue
      taken.add(id)
      top.push(next)
    }
    return top
  }

  function best(lists: readonly (readonly Scored<A>[])[]): readonly Scored<A>[] {
    const all = new Map<unknown, Scored<A>>()
    for (const list of lists) {
      for (const scored of list) {
        const id = identity(scored[0])
        const before = all.get(id)
        if (before === undefined || scored[1] > before[1]) all.set(id, scored)
      }
    }
    return [...all.values()].sort((a, b) => (above(a, b) ? -1 : 1)).slice(0, k)
  }

  return aggregation<readonly Scored<A>[], Scored<A>>({
    id: `topK(${k},${formatOf(item)})`,
    value: ranked(k, item, merged),
    semigroup: { concat: merged },
    commutative: true,
    idempotent: true,
    empty: Object.freeze([]),
    prepare: (scored) => [scored],
    concatMany: (lists) => (lists.length < 3 ? lists.reduce(merged) : best(lists)),
  })
}

/** What merges as a ranking must be one: in order, each item once, no more than k. */
function ranked<A>(
  k: number,
  item: Codec<A>,
  merged: (a: readonly Scored<A>[], b: readonly Scored<A>[]) => readonly Scored<A>[],
): Codec<readonly Scored<A>[]> {
  const { id, toJson, fromJson } = array<Scored<A>>(tuple<[A, number]>(item, finite))
  const allowed = `up to ${k} pairs [item, score], the highest score first, no item twice`
  const isRanked = (list: readonly Scored<A>[]) => {
    for (let i = 1; i < list.length; i++) {
      const [a, b] = [list[i - 1] as Scored<A>, list[i] as Scored<A>]
      if (a[1] < b[1] || (a[1] === b[1] && item.encode(a[0]) >= item.encode(b[0]))) return false
    }
    return list.length < 2 || merged(list, []).length === list.length
  }
  const checked = (list: readonly Scored<A>[]) => list.length <= k && isRanked(list)
  return ofJson<readonly Scored<A>[]>(
    id,
    (list): Json => {
      const json = toJson(list)
      if (!checked(list)) throw cannotEncode(id, list, allowed)
      return json
    },
    (json) => {
      const list = fromJson(json)
      return checked(list) ? list : refuse(id, json, allowed)
    },
  )
}
