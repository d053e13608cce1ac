import { isLeft } from 'fp-ts/lib/Either.js'
import { none, type Option, some } from 'fp-ts/lib/Option.js'
import type { Store } from '../../../core/contract/store/store.ts'
import { same } from '../../compare/same.ts'
import { shown } from '../../compare/shown.ts'
import type { Values } from '../../values/given.ts'
import { givenValues } from '../../values/given.ts'
import type { LawSuite } from '../suite.ts'
import { asked, fewKeys, putsOf } from './draw.ts'
import { type AnyOutsideLaw, lawOf, type OutsideOptions, outsideSuite } from './law-test.ts'
import { Model, noRules, type Rules } from './model.ts'
import { type Opening, opened } from './opening.ts'
import { noKeys } from './readable-laws.ts'
import { allDiffer, differs, firstWrong, rightOf, rightsOf, sameOption } from './wrong.ts'

export type StoreLaw = 'put' | 'multiPut' | 'multiGet' | 'get' | 'no keys' | 'lazy' | 'refused'

/** What to try a store with. */
export interface StoreOptions<K, V> extends Opening<Store<K, V>>, OutsideOptions<StoreLaw> {
  readonly keys: Values<K>
  readonly values: Values<V>
  /** Keys that no store of this kind takes, if there are such: for the law `refused`. */
  readonly refused?: readonly K[]
  /** When two values are the same; unless given, when they hold the same data. */
  readonly equals?: (a: V, b: V) => boolean
}

/**
 * The laws of a store that can be written, as tests for any runner. `open` gives one that is empty.
 *
 * | law | |
 * |---|---|
 * | put | what is put is there, `none` removes it, and no other key changes |
 * | multiPut | does what `put` would do with one pair after the other |
 * | multiGet | answers each key asked, in order, also one that comes twice: `some` value, or `none` |
 * | get | answers what `multiGet` does |
 * | no keys | asked for none, it answers none |
 * | lazy | a task does nothing before it is run, and does it again when it is run again |
 * | refused | a key that cannot be written fails alone |
 *
 * ```ts
 * import { test } from 'node:test'
 * import { codec, store } from 'tanager'
 * import { sum } from 'tanager/algebra'
 * import { memoryStore } from 'tanager/store'
 * import { storeLaws } from 'tanager/testing'
 *
 * const open = () => memoryStore(store('clicks', { key: codec.string, sum }))
 * for (const { name, check } of storeLaws({ open, keys: ['a', 'b'], values: [1, 2, 3] })) test(name, check)
 * ```
 */
export function storeLaws<K, V>(options: StoreOptions<K, V>): LawSuite {
  return outsideSuite('storeLaws', lawsOfStores(options, { ...noRules<V>(), equals: options.equals ?? same }), options)
}

type Trial<K, V, S extends Store<K, V>> = Opening<S> & Pick<StoreOptions<K, V>, 'keys' | 'values' | 'refused'>

export function lawsOfStores<K, V, S extends Store<K, V>>(
  options: Trial<K, V, S>,
  { equals, ...rules }: Rules<V> & { readonly equals: (a: V, b: V) => boolean },
): readonly AnyOutsideLaw<StoreLaw>[] {
  const { keys, values, refused = [] } = options
  const sameAnswer = sameOption(equals)
  const filled = (puts: readonly (readonly [K, Option<V>])[]) => {
    const model = new Model<K, V>(rules)
    for (const [key, value] of puts) model.put(key, value)
    return model
  }

  return [
    lawOf({
      law: 'put',
      says: 'what is put is there, none removes it, and no other key changes',
      drawn: (fc) => fewKeys(fc, keys).chain((few) => fc.record({ few: fc.constant(few), puts: putsOf(fc, few, values) })),
      judge: ({ few, puts }) =>
        opened(options, async (store) => {
          for (const [key, value] of puts) rightOf(await store.put(key, value)())
          const model = filled(puts)
          const found = await Promise.all(few.map(async (key) => rightOf(await store.get(key)())))
          const wrong = few.findIndex((key, i) => !sameAnswer(found[i] as Option<V>, model.get(key)))
          if (wrong === -1) return undefined
          const key = few[wrong] as K
          return differs(`after ${putsText(puts)}, get(${shown(key)})`, found[wrong], model.get(key), sameAnswer)
        }),
    }),
    lawOf({
      law: 'multiPut',
      says: 'does what put would do with one pair after the other',
      drawn: (fc) => fewKeys(fc, keys).chain((few) => fc.record({ few: fc.constant(few), puts: putsOf(fc, few, values) })),
      judge: ({ few, puts }) =>
        opened(options, async (store) => {
          const done = rightsOf(await store.multiPut(puts)())
          const call = `multiPut(${shown(puts)})`
          if (done.length !== puts.length) return `${call} gives ${done.length} answers to ${puts.length} pairs`
          const model = filled(puts)
          const expected = few.map((key) => model.get(key))
          return allDiffer(`multiGet(${shown(few)}) after ${call}`, rightsOf(await store.multiGet(few)()), expected, sameAnswer)
        }),
    }),
    lawOf({
      law: 'multiGet',
      says: 'answers each key asked, in order',
      drawn: (fc) => fewKeys(fc, keys).chain((few) => fc.record({ list: asked(fc, few), puts: putsOf(fc, few, values) })),
      judge: ({ list, puts }) =>
        opened(options, async (store) => {
          for (const [key, value] of puts) rightOf(await store.put(key, value)())
          const model = filled(puts)
          const expected = list.map((key) => model.get(key))
          return allDiffer(
            `after ${putsText(puts)}, multiGet(${shown(list)})`,
            rightsOf(await store.multiGet(list)()),
            expected,
            sameAnswer,
          )
        }),
    }),
    lawOf({
      law: 'get',
      says: 'answers what multiGet does',
      drawn: (fc) => fewKeys(fc, keys).chain((few) => fc.record({ few: fc.constant(few), puts: putsOf(fc, few, values) })),
      judge: ({ few, puts }) =>
        opened(options, async (store) => {
          rightsOf(await store.multiPut(puts)())
          const many = rightsOf(await store.multiGet(few)())
          const single = await Promise.all(few.map(async (key) => rightOf(await store.get(key)())))
          return allDiffer(`get of each of ${shown(few)}`, single, many, sameAnswer)
        }),
    }),
    noKeys(options),
    lawOf({
      law: 'lazy',
      says: 'a task does nothing before it is run, and does it again when it is run again',
      drawn: (fc) => {
        const value = givenValues(fc, 'the values', values)
        return fc.record({ key: givenValues(fc, 'the keys', keys), first: value, second: value })
      },
      judge: ({ key, first, second }) =>
        opened(options, async (store) => {
          const kept = (value: V) => (rules.isEmpty(value) ? none : some(value))
          const [get, put] = [store.get(key), store.put(key, some(first))]
          const at = async (when: string, expected: Option<V>) =>
            differs(`get(${shown(key)}) ${when}`, rightOf(await get()), expected, sameAnswer)
          return firstWrong(
            () => at('before a put that was not run', none),
            async () => rightOf(await put()) as undefined,
            () => at('run again after it was', kept(first)),
            async () => rightOf(await store.put(key, some(second))()) as undefined,
            () => at('run again after another put', kept(second)),
            async () => rightOf(await put()) as undefined,
            () => at('after the first put was run again', kept(first)),
          )
        }),
    }),
    ...(refused.length === 0 ? [] : [refusedPut(options, refused)]),
  ]
}

function refusedPut<K, V, S extends Store<K, V>>(options: Trial<K, V, S>, refused: readonly K[]): AnyOutsideLaw<'refused'> {
  return lawOf({
    law: 'refused',
    says: 'a key that cannot be written fails alone',
    drawn: (fc) =>
      fc.record({
        bad: fc.constantFrom(...refused),
        good: givenValues(fc, 'the keys', options.keys),
        value: givenValues(fc, 'the values', options.values),
      }),
    judge: ({ bad, good, value }) =>
      opened(options, async (store) => {
        const list = [bad, good]
        const tagsOf = (answers: readonly { readonly _tag: string }[]) => answers.map(({ _tag }) => (_tag === 'Left' ? 'failed' : 'done'))
        const puts = list.map((key) => [key, some(value)] as const)
        return firstWrong(
          async () => (isLeft(await store.get(bad)()) ? undefined : `get(${shown(bad)}) does not fail`),
          async () => (isLeft(await store.put(bad, some(value))()) ? undefined : `put(${shown(bad)}, …) does not fail`),
          async () => allDiffer(`multiPut of ${shown(list)}`, tagsOf(await store.multiPut(puts)()), ['failed', 'done'], same),
          async () => allDiffer(`multiGet(${shown(list)})`, tagsOf(await store.multiGet(list)()), ['failed', 'done'], same),
        )
      }),
  })
}

const putsText = <K, V>(puts: readonly (readonly [K, Option<V>])[]): string =>
  puts.length === 0 ? 'nothing' : puts.map(([key, value]) => `put(${shown(key)}, ${shown(value)})`).join(', ')
