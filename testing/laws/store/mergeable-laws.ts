import { isNone, isSome, none, type Option, some } from 'fp-ts/lib/Option.js'
import type { Aggregation } from '../../../core/algebra/aggregation.ts'
import type { MergeableStore } from '../../../core/contract/store/store.ts'
import { shown } from '../../compare/shown.ts'
import { givenValues, type Values } from '../../values/given.ts'
import type { LawSuite } from '../suite.ts'
import { fewKeys, mergesOf, putsOf } from './draw.ts'
import { type Explanation, explained } from './explained.ts'
import { type AnyOutsideLaw, lawOf, type OutsideOptions, outsideSuite } from './law-test.ts'
import { Model, type Rules } from './model.ts'
import { type Opening, opened } from './opening.ts'
import { lawsOfStores, type StoreLaw } from './store-laws.ts'
import { allDiffer, differs, firstWrong, rightOf, rightsOf, sameOption } from './wrong.ts'

export type MergeableLaw = StoreLaw | 'merge' | 'multiMerge' | 'at once' | 'lazy merge' | 'empty totals' | 'idempotent'

/** What to try a mergeable store with. */
export interface MergeableStoreOptions<K, V> extends Opening<MergeableStore<K, V>>, OutsideOptions<MergeableLaw> {
  /** What the store merges by. */
  readonly aggregation: Aggregation<V, never, unknown>
  readonly keys: Values<K>
  readonly values: Values<V>
  /** Keys that no store of this kind takes, if there are such: for the law `refused`. */
  readonly refused?: readonly K[]
  /** When two values are the same; unless given, when they are written the same. */
  readonly equals?: (a: V, b: V) => boolean
}

/**
 * The laws of a mergeable store, as tests for any runner. `open` gives one that is empty. The aggregation must keep its own
 * laws: `checkAggregation`. Fractions are added in another order by some stores; try those with whole numbers.
 *
 * | law | |
 * |---|---|
 * | | all of `storeLaws` |
 * | merge | answers the value before, and leaves what that and the delta come to |
 * | multiMerge | does what `merge` would do with one pair after the other |
 * | at once | of merges into one key at the same time none is lost, and each answers a value that was there |
 * | lazy merge | a task does nothing before it is run, and merges again when it is run again |
 * | empty totals | a total that is worth no more than none is not kept, put or merged |
 * | idempotent | merging a delta again changes nothing, if the store says so |
 *
 * ```ts
 * import { test } from 'node:test'
 * import { codec, store } from 'tanager'
 * import { sum } from 'tanager/algebra'
 * import { memoryStore } from 'tanager/store'
 * import { mergeableStoreLaws } from 'tanager/testing'
 *
 * const laws = mergeableStoreLaws({
 *   open: () => memoryStore(store('clicks', { key: codec.string, sum })),
 *   aggregation: sum,
 *   keys: ['a', 'b', 'c'],
 *   values: [1, 2, -1],
 * })
 * for (const { name, check } of laws) test(name, check)
 * ```
 */
export function mergeableStoreLaws<K, V>(options: MergeableStoreOptions<K, V>): LawSuite {
  const { aggregation, keys, values } = options
  const { codec, semigroup } = aggregation
  const equals = options.equals ?? ((a: V, b: V) => codec.encode(a) === codec.encode(b))
  const sameAnswer = sameOption(equals)
  const rules: Rules<V> = { concat: semigroup.concat, isEmpty: (total) => aggregation.isEmpty?.(total) ?? false }

  const laws: readonly AnyOutsideLaw<MergeableLaw>[] = [
    ...lawsOfStores(options, { ...rules, equals }),
    lawOf({
      law: 'merge',
      says: 'answers the value before, and leaves what that and the delta come to',
      drawn: (fc) => fewKeys(fc, keys, 3).chain((few) => fc.record({ puts: putsOf(fc, few, values), merges: mergesOf(fc, few, values) })),
      judge: ({ puts, merges }) =>
        opened(options, async (store) => {
          const model = new Model<K, V>(rules)
          for (const [key, value] of puts) {
            rightOf(await store.put(key, value)())
            model.put(key, value)
          }
          for (const [key, delta] of merges) {
            const held = model.get(key)
            const call = `merge(${shown(key)}, ${shown(delta)}) into ${shown(held)}`
            const answered = rightOf(await store.merge(key, delta)())
            const wrong = await firstWrong(
              () => differs(call, answered, model.merge(key, delta), sameAnswer),
              async () => differs(`the total after ${call}`, rightOf(await store.get(key)()), model.get(key), sameAnswer),
            )
            if (wrong !== undefined) return wrong
          }
          return undefined
        }),
    }),
    lawOf({
      law: 'multiMerge',
      says: 'does what merge would do with one pair after the other',
      drawn: (fc) =>
        fewKeys(fc, keys, 3).chain((few) =>
          fc.record({ few: fc.constant(few), puts: putsOf(fc, few, values), merges: mergesOf(fc, few, values) }),
        ),
      judge: ({ few, puts, merges }) =>
        opened(options, async (store) => {
          const model = new Model<K, V>(rules)
          rightsOf(await store.multiPut(puts)())
          for (const [key, value] of puts) model.put(key, value)
          const call = `multiMerge(${shown(merges)}) into ${shown(model.entries)}`
          const answered = rightsOf(await store.multiMerge(merges)())
          const expected = merges.map(([key, delta]) => model.merge(key, delta))
          return firstWrong(
            () => allDiffer(call, answered, expected, sameAnswer),
            async () => {
              const totals = few.map((key) => model.get(key))
              return allDiffer(`multiGet(${shown(few)}) after ${call}`, rightsOf(await store.multiGet(few)()), totals, sameAnswer)
            },
          )
        }),
    }),
    lawOf({
      law: 'at once',
      says: 'of merges into one key at the same time none is lost, and each answers a value that was there',
      drawn: (fc) => {
        const value = givenValues(fc, 'the values', values)
        // Each inner list is one call: of one by merge, of more by multiMerge.
        const calls = fc.array(fc.array(value, { minLength: 1, maxLength: 2 }), { minLength: 2, maxLength: 4 })
        return fc.record({ key: givenValues(fc, 'the keys', keys), held: fc.option(value.map(some), { nil: none as Option<V> }), calls })
      },
      judge: ({ key, held, calls }) =>
        opened(options, async (store) => {
          rightOf(await store.put(key, held)())
          const answered = await Promise.all(
            calls.map(async (deltas): Promise<Explanation<V>['merges']> => {
              const [only, ...more] = deltas as [V, ...V[]]
              if (more.length === 0) return [{ delta: only, before: rightOf(await store.merge(key, only)()) }]
              const befores = rightsOf(await store.multiMerge(deltas.map((delta) => [key, delta] as const))())
              return deltas.map((delta, i) => ({ delta, before: befores[i] ?? none }))
            }),
          )
          const merges = answered.flat()
          const end = rightOf(await store.get(key)())
          const begin = isSome(held) && rules.isEmpty(held.value) ? none : held
          if (explained({ begin, merges, end }, rules, sameAnswer)) return undefined
          const told = merges.map(({ delta, before }) => `${shown(delta)} into ${shown(before)}`).join(', ')
          return `merged at once into ${shown(begin)}: ${told}; that comes to ${shown(end)} in no order`
        }),
    }),
    lawOf({
      law: 'lazy merge',
      says: 'a task does nothing before it is run, and merges again when it is run again',
      drawn: (fc) => fc.record({ key: givenValues(fc, 'the keys', keys), delta: givenValues(fc, 'the values', values) }),
      judge: ({ key, delta }) =>
        opened(options, async (store) => {
          const model = new Model<K, V>(rules)
          const merge = store.merge(key, delta)
          const merged = async (when: string) =>
            differs(`merge(${shown(key)}, ${shown(delta)}) run ${when}`, rightOf(await merge()), model.merge(key, delta), sameAnswer)
          return firstWrong(
            async () => differs(`get(${shown(key)}) before a merge that was not run`, rightOf(await store.get(key)()), none, sameAnswer),
            () => merged('once'),
            () => merged('twice'),
            async () => differs(`the total after that`, rightOf(await store.get(key)()), model.get(key), sameAnswer),
          )
        }),
    }),
    ...emptyTotals(options),
    lawOf({
      law: 'idempotent',
      says: 'merging a delta again changes nothing, if the store says so',
      drawn: (fc) => {
        const value = givenValues(fc, 'the values', values)
        return fc.record({ key: givenValues(fc, 'the keys', keys), delta: value, other: value })
      },
      judge: ({ key, delta, other }) =>
        opened(options, async (store) => {
          if (!store.idempotent) return undefined
          for (const each of [delta, other]) rightOf(await store.merge(key, each)())
          const total = rightOf(await store.get(key)())
          rightOf(await store.merge(key, delta)())
          const call = `${shown(delta)}, ${shown(other)} and ${shown(delta)} again, merged,`
          return differs(call, rightOf(await store.get(key)()), total, sameAnswer)
        }),
    }),
  ]
  return outsideSuite('mergeableStoreLaws', laws, options)
}

/** An empty total is the aggregation's own, or what one or two of the values come to. */
function emptyTotals<K, V>(options: MergeableStoreOptions<K, V>): readonly AnyOutsideLaw<'empty totals'>[] {
  const { aggregation, keys, values } = options
  const { isEmpty, semigroup } = aggregation
  if (isEmpty === undefined) return []
  const own = 'empty' in aggregation ? [aggregation.empty as V] : []
  return [
    lawOf({
      law: 'empty totals',
      says: 'a total that is worth no more than none is not kept, put or merged',
      drawn: (fc) => {
        const value = givenValues(fc, 'the values', values)
        return fc.record({ key: givenValues(fc, 'the keys', keys), value, other: value })
      },
      judge: ({ key, value, other }) =>
        opened(options, async (store) => {
          const empty = [value, semigroup.concat(value, other), ...own].find(isEmpty)
          if (empty === undefined) return undefined
          const wrongAfter = async (call: string) => {
            const found = rightOf(await store.get(key)())
            return isNone(found) ? undefined : `get(${shown(key)}) after ${call} of ${shown(empty)} is ${shown(found)}, not none`
          }
          rightOf(await store.put(key, some(empty))())
          const wrong = await wrongAfter('put')
          if (wrong !== undefined) return wrong
          rightOf(await store.merge(key, empty)())
          return wrongAfter('merge')
        }),
    }),
  ]
}
