import { none, type Option, some } from 'fp-ts/lib/Option.js'
import type { Service } from '../../../core/contract/service.ts'
import { same } from '../../compare/same.ts'
import { shown } from '../../compare/shown.ts'
import type { LawSuite } from '../suite.ts'
import { asked } from './draw.ts'
import { type AnyOutsideLaw, lawOf, type OutsideOptions, outsideSuite } from './law-test.ts'
import { type Opening, opened } from './opening.ts'
import { allDiffer, differs, sameOption } from './wrong.ts'

export type ServiceLaw = 'multiGet' | 'one by one' | 'no keys' | 'the same again'

/** What to try a service with. */
export interface ServiceOptions<K, W> extends Opening<Service<K, W>>, OutsideOptions<ServiceLaw> {
  /** What it is known to answer: at least one pair. */
  readonly known: readonly (readonly [key: K, value: W])[]
  /** Keys for which it has no value. */
  readonly unknown: readonly K[]
  /** When two values are the same; unless given, when they hold the same data. */
  readonly equals?: (a: W, b: W) => boolean
}

/**
 * The laws of a lookup service, as tests for any runner.
 *
 * | law | |
 * |---|---|
 * | multiGet | answers each key asked, in order, also one that comes twice: `some` value, or `none` |
 * | one by one | a key by itself is answered as among others |
 * | no keys | asked for none, it answers none |
 * | the same again | a batch may run twice: asked at once and again, it answers the same |
 *
 * ```ts
 * import { test } from 'node:test'
 * import { option } from 'tanager'
 * import { serviceLaws } from 'tanager/testing'
 *
 * const ages = new Map([['ann', 41]])
 * const open = () => ({ multiGet: async (keys: readonly string[]) => keys.map((key) => option.fromNullable(ages.get(key))) })
 * for (const { name, check } of serviceLaws({ open, known: [...ages], unknown: ['bob'] })) test(name, check)
 * ```
 */
export function serviceLaws<K, W>(options: ServiceOptions<K, W>): LawSuite {
  const { known, unknown, equals = same } = options
  const sameAnswer = sameOption(equals)
  const keys = [...known.map(([key]) => key), ...unknown]
  const expected = (key: K): Option<W> => {
    const found = known.find(([each]) => same(each, key))
    return found === undefined ? none : some(found[1])
  }
  const laws: readonly AnyOutsideLaw<ServiceLaw>[] = [
    lawOf({
      law: 'multiGet',
      says: 'answers each key asked, in order',
      drawn: (fc) => asked(fc, keys).filter((list) => list.length > 0),
      judge: (list) =>
        opened(options, async (service) =>
          allDiffer(`multiGet(${shown(list)})`, await service.multiGet(list), list.map(expected), sameAnswer),
        ),
    }),
    lawOf({
      law: 'one by one',
      says: 'a key by itself is answered as among others',
      drawn: (fc) => fc.constantFrom(...keys),
      judge: (key) =>
        opened(options, async (service) => {
          const answers = await service.multiGet([key])
          if (answers.length !== 1) return `multiGet(${shown([key])}) gives ${answers.length} answers to 1 question`
          return differs(`multiGet(${shown([key])})`, answers[0], expected(key), sameAnswer)
        }),
    }),
    lawOf({
      law: 'no keys',
      says: 'asked for none, it answers none',
      drawn: (fc) => fc.constant([]),
      judge: (none) => opened(options, async (service) => allDiffer('multiGet([])', await service.multiGet(none), [], same)),
    }),
    lawOf({
      law: 'the same again',
      says: 'asked at once and again, it answers the same',
      drawn: (fc) => asked(fc, keys).filter((list) => list.length > 0),
      judge: (list) =>
        opened(options, async (service) => {
          const [first, second] = await Promise.all([service.multiGet(list), service.multiGet(list)])
          const third = await service.multiGet(list)
          const call = `multiGet(${shown(list)})`
          return (
            allDiffer(`${call}, asked twice at once,`, second, first, sameAnswer) ??
            allDiffer(`${call}, asked again,`, third, first, sameAnswer)
          )
        }),
    }),
  ]
  return outsideSuite('serviceLaws', laws, options)
}
