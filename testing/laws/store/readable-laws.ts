import { isLeft } from 'fp-ts/lib/Either.js'
import { isSome, none, type Option, some } from 'fp-ts/lib/Option.js'
import type { ReadableStore } from '../../../core/contract/store/store.ts'
import { same } from '../../compare/same.ts'
import { shown } from '../../compare/shown.ts'
import type { LawSuite } from '../suite.ts'
import { asked } from './draw.ts'
import { type AnyOutsideLaw, lawOf, type OutsideOptions, outsideSuite } from './law-test.ts'
import { type Opening, opened } from './opening.ts'
import { allDiffer, differs, firstWrong, rightOf, rightsOf, sameOption } from './wrong.ts'

export type ReadableLaw = 'multiGet' | 'get' | 'no keys' | 'refused'

/** What to try a store with that can only be read. */
export interface ReadableStoreOptions<K, V> extends Opening<ReadableStore<K, V>>, OutsideOptions<ReadableLaw> {
  /** What the store is known to hold: at least one pair. */
  readonly known: readonly (readonly [key: K, value: V])[]
  /** Keys it does not hold. */
  readonly unknown: readonly K[]
  /** Keys that no store of this kind takes, if there are such: for the law `refused`. */
  readonly refused?: readonly K[]
  /** When two values are the same; unless given, when they hold the same data. */
  readonly equals?: (a: V, b: V) => boolean
}

/**
 * The laws of a store that can be read, as tests for any runner.
 *
 * | law | |
 * |---|---|
 * | multiGet | answers each key asked, in order, also one that comes twice: `some` value, or `none` |
 * | get | answers what `multiGet` does |
 * | no keys | asked for none, it answers none |
 * | refused | a key that cannot be read fails alone |
 *
 * ```ts
 * import { test } from 'node:test'
 * import { readable } from 'tanager/store'
 * import { readableStoreLaws } from 'tanager/testing'
 *
 * const open = () => readable(new Map([['ann', 41]]))
 * for (const { name, check } of readableStoreLaws({ open, known: [['ann', 41]], unknown: ['bob'] })) test(name, check)
 * ```
 */
export function readableStoreLaws<K, V>(options: ReadableStoreOptions<K, V>): LawSuite {
  const { known, unknown, refused = [], equals = same } = options
  const sameAnswer = sameOption(equals)
  const expected = (key: K): Option<V> => {
    const found = known.find(([each]) => same(each, key))
    return found === undefined ? none : some(found[1])
  }
  const keys = [...known.map(([key]) => key), ...unknown]
  const laws: readonly AnyOutsideLaw<ReadableLaw>[] = [
    lawOf({
      law: 'multiGet',
      says: 'answers each key asked, in order',
      drawn: (fc) => asked(fc, keys),
      judge: (list) =>
        opened(options, async (store) =>
          allDiffer(`multiGet(${shown(list)})`, rightsOf(await store.multiGet(list)()), list.map(expected), sameAnswer),
        ),
    }),
    lawOf({
      law: 'get',
      says: 'answers what multiGet does',
      drawn: (fc) => fc.constantFrom(...keys),
      judge: (key) =>
        opened(options, async (store) => differs(`get(${shown(key)})`, rightOf(await store.get(key)()), expected(key), sameAnswer)),
    }),
    noKeys(options),
    ...(refused.length === 0 ? [] : [refusedGet(options, refused, known[0]?.[0] as K)]),
  ]
  return outsideSuite('readableStoreLaws', laws, options)
}

/** What every store owes that is asked for nothing. */
export function noKeys<S extends Pick<ReadableStore<never, unknown>, 'multiGet'>>(opening: Opening<S>): AnyOutsideLaw<'no keys'> {
  return lawOf({
    law: 'no keys',
    says: 'asked for none, it answers none',
    drawn: (fc) => fc.constant([]),
    judge: (none) => opened(opening, async (store) => allDiffer('multiGet([])', await store.multiGet(none)(), [], same)),
  })
}

/** A key that cannot be read fails, and nothing else does. */
function refusedGet<K, V>(opening: Opening<ReadableStore<K, V>>, refused: readonly K[], good: K): AnyOutsideLaw<'refused'> {
  return lawOf({
    law: 'refused',
    says: 'a key that cannot be read fails alone',
    drawn: (fc) => fc.constantFrom(...refused),
    judge: (bad) =>
      opened(opening, (store) =>
        firstWrong(
          async () => (isLeft(await store.get(bad)()) ? undefined : `get(${shown(bad)}) does not fail`),
          async () => {
            const list = [good, bad, good]
            const tags = (await store.multiGet(list)()).map((answer) =>
              isLeft(answer) ? 'failed' : isSome(answer.right) ? 'some' : 'none',
            )
            const rest = (await store.get(good)()) as { readonly right?: Option<V> }
            const tag = rest.right !== undefined && isSome(rest.right) ? 'some' : 'none'
            return allDiffer(`multiGet(${shown(list)})`, tags, [tag, 'failed', tag], same)
          },
        ),
      ),
  })
}
