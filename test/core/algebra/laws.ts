import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Aggregation } from '../../../core/algebra/aggregation.ts'

const runs = { numRuns: 1000 }

/** A number for each merge: the place among the values left at which it happens. */
const trees = fc.infiniteStream(fc.nat())

/** Merges neighbours, here and there, until one value is left. */
function mergeAsTree<V>(concat: (a: V, b: V) => V, values: readonly V[], tree: Iterator<number>): V {
  const left = [...values]
  while (left.length > 1) {
    const at = (tree.next().value as number) % (left.length - 1)
    left.splice(at, 2, concat(left[at] as V, left[at + 1] as V))
  }
  return left[0] as V
}

/** Frozen all the way down, where that can be: a write then throws. Maps, sets and bytes are left to the comparison of encodings. */
function frozen<A>(value: A): A {
  if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value) && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const part of Object.values(value)) frozen(part)
  }
  return value
}

/**
 * The laws of an aggregation, for the values given; those of commutativity and idempotence where they are declared.
 *
 * @param equals equality of values; that of their encodings unless told
 */
export function semigroupLaws<V>(
  name: string,
  // biome-ignore lint/suspicious/noExplicitAny: what goes in and what is shown is not its business.
  aggregation: Aggregation<V, any, any>,
  values: fc.Arbitrary<V>,
  equals?: (a: V, b: V) => boolean,
): void {
  const { codec, semigroup, concatMany, commutative, idempotent, isEmpty } = aggregation
  const { concat } = semigroup
  const read = (value: V) => codec.encode(value)
  const same = (a: V, b: V) => {
    if (equals === undefined) expect(read(a)).toBe(read(b))
    else expect(equals(a, b), `${read(a)} and ${read(b)}`).toBe(true)
  }
  const several = (minLength: number) => fc.array(values.map(frozen), { minLength, maxLength: 10 })
  const holds = <A>(arbitrary: fc.Arbitrary<A>, law: (a: A) => void) => fc.assert(fc.property(arbitrary, law), runs)

  describe(`${name}, an aggregation`, () => {
    it('is associative', () =>
      holds(fc.tuple(several(3), trees), ([all, tree]) => same(mergeAsTree(concat, all, tree[Symbol.iterator]()), all.reduce(concat))))

    if (commutative) it('is commutative', () => holds(fc.tuple(values, values), ([a, b]) => same(concat(a, b), concat(b, a))))

    if (idempotent)
      it('is idempotent', () => holds(several(1), (all) => same(concat(all.reduce(concat), all.reduce(concat)), all.reduce(concat))))

    if ('empty' in aggregation)
      it('has an empty value that changes nothing', () =>
        holds(values, (a) => {
          same(concat(aggregation.empty as V, a), a)
          same(concat(a, aggregation.empty as V), a)
        }))

    if (isEmpty !== undefined)
      it('lets go only of totals that change nothing', () =>
        holds(fc.tuple(several(1), values), ([all, a]) => {
          const total = all.reduce(concat)
          if (isEmpty?.(total)) same(concat(total, a), a)
        }))

    if (concatMany !== undefined)
      it('merges many as it merges one by one', () => holds(several(1), (all) => same(concatMany?.(all) as V, all.reduce(concat))))

    it('leaves what it merges as it is', () =>
      holds(several(2), (all) => {
        const before = all.map(read)
        const total = all.reduce(concat)
        const written = read(total)
        concatMany?.(all)
        concat(total, all[0] as V)
        concat(all[0] as V, total)
        concatMany?.([total, ...all])
        expect(all.map(read)).toEqual(before)
        expect(read(total)).toBe(written)
      }))

    it('writes totals that are read as they were', () =>
      holds(several(1), (all) => {
        const total = all.reduce(concat)
        const text = read(total)
        expect(read(codec.decode(text))).toBe(text)
        expect(read(codec.fromJson(JSON.parse(JSON.stringify(codec.toJson(total)))))).toBe(text)
        if (codec.binary !== undefined) expect(read(codec.binary.fromBytes(codec.binary.toBytes(total)))).toBe(text)
        // What was read goes on as what was written.
        same(concat(codec.decode(text), all[0] as V), concat(total, all[0] as V))
      }))
  })
}

/** Totals of one to three inputs. */
export function totalsOf<V, In>(aggregation: Aggregation<V, In, unknown>, inputs: fc.Arbitrary<In>): fc.Arbitrary<V> {
  return fc
    .array(inputs, { minLength: 1, maxLength: 3 })
    .map((all) => all.map((input) => aggregation.prepare(input)).reduce(aggregation.semigroup.concat))
}
