import { type Codec, cannotDecode, cannotEncode, formatOf, type Json, ofJson, refuse } from '../../codec/codec.ts'
import { element, inside } from '../../codec/inside.ts'
import { TanagerError } from '../../error.ts'
import { type Aggregation, aggregation } from '../aggregation.ts'
import { limitOf } from './limit.ts'

export interface SetOptions {
  /** How many members a set may have; 10 000 unless told. */
  readonly limit?: number
}

/**
 * All distinct inputs, as a set; members are told apart by their encodings.
 *
 * A set is read and written whole, so it has a limit. What would take a total beyond it is refused: it goes to the dead
 * letters, and which input that is depends on who came first. Where many distinct values are to be expected, count them with
 * a sketch, or put them into the key of the store.
 *
 * ```ts
 * import { codec, store } from 'tanager'
 * import { map, setOf } from 'tanager/algebra'
 * const pagesOfUser = store('pages-of-user', { key: codec.string, sum: setOf(codec.string, { limit: 500 }) })
 * const howMany = map(setOf(codec.string), (pages) => pages.size)
 * ```
 */
export function setOf<A>(member: Codec<A>, options: SetOptions = {}): Aggregation<ReadonlySet<A>, A> {
  const limit = limitOf('setOf', options.limit ?? 10_000)
  const union = unionOf(member)
  const limited = (set: ReadonlySet<A>): ReadonlySet<A> => {
    if (set.size <= limit) return set
    throw new TanagerError('overflow', 'a set has outgrown its limit', { value: set.size, allowed: `up to ${limit} members` })
  }
  return aggregation<ReadonlySet<A>, A>({
    id: `setOf(${formatOf(member)},${limit})`,
    value: setCodec(member),
    semigroup: { concat: (a, b) => limited(union([a, b])) },
    commutative: true,
    idempotent: true,
    empty: new Set(),
    prepare: (input) => new Set([input]),
    concatMany: (sets) => limited(union(sets)),
  })
}

function unionOf<A>({ native, encode }: Codec<A>): (sets: readonly ReadonlySet<A>[]) => ReadonlySet<A> {
  if (native) {
    return ([first, ...others]) => {
      const all = new Set<A>(first)
      for (const set of others) for (const member of set) all.add(member)
      return all
    }
  }
  return (sets) => {
    const all = new Map<string, A>()
    for (const set of sets) {
      for (const member of set) {
        const text = encode(member)
        if (!all.has(text)) all.set(text, member)
      }
    }
    return new Set(all.values())
  }
}

/** A `Set`, as a JSON array sorted by the members' texts, so that equal sets have equal texts. */
function setCodec<A>(member: Codec<A>): Codec<ReadonlySet<A>> {
  const id = `set(${formatOf(member)})`
  const distinct = 'members that differ in their text'
  return ofJson<ReadonlySet<A>>(
    id,
    (set) => {
      if (!(set instanceof Set)) throw cannotEncode(id, set, 'a Set')
      const members = new Map<string, Json>()
      try {
        for (const one of set as ReadonlySet<A>) {
          const text = member.encode(one)
          if (members.has(text)) throw cannotEncode(id, one, distinct)
          members.set(text, member.toJson(one))
        }
      } catch (thrown) {
        throw inside('encode', id, element(members.size), thrown)
      }
      return [...members].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, json]) => json)
    },
    (json) => {
      if (!Array.isArray(json)) return refuse(id, json, 'a JSON array')
      const members = new Map<string, A>()
      try {
        for (const part of json) {
          const one = member.fromJson(part)
          const text = member.encode(one)
          if (members.has(text)) throw cannotDecode(id, part, distinct)
          members.set(text, one)
        }
      } catch (thrown) {
        throw inside('decode', id, element(members.size), thrown)
      }
      return new Set(members.values())
    },
  )
}
