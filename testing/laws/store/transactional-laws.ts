import { isSome, none, type Option, some } from 'fp-ts/lib/Option.js'
import { isRefusal, type StoreChange, type TransactionalStore } from '../../../core/contract/transactional-store.ts'
import { messageOf } from '../../../core/error.ts'
import { same } from '../../compare/same.ts'
import { shown } from '../../compare/shown.ts'
import type { FastCheck } from '../../fast-check.ts'
import { givenValues, type Values } from '../../values/given.ts'
import type { LawSuite } from '../suite.ts'
import { asked, fewKeys } from './draw.ts'
import { type AnyOutsideLaw, lawOf, type OutsideOptions, outsideSuite } from './law-test.ts'
import { Model, noRules } from './model.ts'
import { type Opening, opened } from './opening.ts'
import { allDiffer, differs, firstWrong, sameOption } from './wrong.ts'

export type TransactionalLaw = 'begins' | 'commit' | 'fence' | 'at once' | 'partitions' | 'multiGet' | 'entries' | 'reopened' | 'refuses'

/** What to try a transactional store with. */
export interface TransactionalStoreOptions<K, V> extends Opening<TransactionalStore<K, V>>, OutsideOptions<TransactionalLaw> {
  readonly keys: Values<K>
  readonly values: Values<V>
  /** Opens the store again, as the next process does: for the law `reopened`. */
  readonly reopen?: (store: TransactionalStore<K, V>) => TransactionalStore<K, V> | Promise<TransactionalStore<K, V>>
  /** What it cannot keep, keys and values of which none is among the others: for the law `refuses`. */
  readonly unfit?: Values<readonly [key: K, value: V]>
  /** When two values are the same; unless given, when they hold the same data. */
  readonly equals?: (a: V, b: V) => boolean
}

/**
 * The laws of a transactional store, as tests for any runner. `open` gives one that is empty. What cannot be tried from
 * outside is that a commit which fails has happened whole or not at all: for that, break its connection.
 *
 * | law | |
 * |---|---|
 * | begins | each partition is at position 0, with an empty note |
 * | commit | moves the partition, hands back the note as it was, writes the puts and removes the removes |
 * | fence | from any other position nothing changes, and it says so |
 * | at once | of commits from one position at the same time exactly one happens, whole |
 * | partitions | each moves by itself |
 * | multiGet | answers each key asked, in order, also one that comes twice |
 * | entries | are all there is, each once |
 * | reopened | what was committed is there for the next process (with `reopen`) |
 * | refuses | a commit with something unfit changes nothing; what is unfit is named, and the rest is taken (with `unfit`) |
 *
 * ```ts
 * import { test } from 'node:test'
 * import { codec, store } from 'tanager'
 * import { sum } from 'tanager/algebra'
 * import { memoryTransactionalStore } from 'tanager/store'
 * import { transactionalStoreLaws } from 'tanager/testing'
 *
 * const open = () => memoryTransactionalStore(store('clicks', { key: codec.string, sum }))
 * for (const { name, check } of transactionalStoreLaws({ open, keys: ['a', 'b'], values: [1, 2] })) test(name, check)
 * ```
 */
export function transactionalStoreLaws<K, V>(options: TransactionalStoreOptions<K, V>): LawSuite {
  const { keys, values, reopen, unfit, equals = same } = options
  const sameAnswer = sameOption(equals)
  const steps = (fc: FastCheck) =>
    fewKeys(fc, keys).chain((few) => fc.record({ few: fc.constant(few), all: fc.array(stepOf(fc, few, values), { maxLength: 5 }) }))

  /** Commits one step after the other, from where the partitions are, and answers what should be there then. */
  async function committed(store: TransactionalStore<K, V>, few: readonly K[], all: readonly Step<K, V>[]) {
    const model = new Model<K, V>(noRules())
    const places = [zero, zero]
    for (const step of all) {
      const at = places[step.partition] as Place
      const change = changeOf(step, few, at.position)
      if ((await store.commit(change)) !== true) throw new Error(`commit(${shown(change)}) from where the partition is was refused`)
      for (const [key, value] of change.puts) model.put(key, some(value))
      for (const key of change.removes) model.put(key, none)
      places[step.partition] = { position: change.position, note: change.note }
    }
    return { model, places }
  }

  const wrongIn = (store: TransactionalStore<K, V>, few: readonly K[], model: Model<K, V>, places: readonly Place[], after: string) =>
    firstWrong(
      ...places.map(
        (place, partition) => async () => differs(`at(${partition}) ${after}`, placeOf(await store.at(partition)), place, same),
      ),
      async () => {
        const expected = few.map((key) => model.get(key))
        return allDiffer(`multiGet(${shown(few)}) ${after}`, await store.multiGet(few), expected, sameAnswer)
      },
    )

  const laws: readonly AnyOutsideLaw<TransactionalLaw>[] = [
    lawOf({
      law: 'begins',
      says: 'each partition is at position 0, with an empty note',
      drawn: (fc) => fc.nat({ max: 1000 }),
      judge: (partition) => opened(options, async (store) => differs(`at(${partition})`, placeOf(await store.at(partition)), zero, same)),
    }),
    lawOf({
      law: 'commit',
      says: 'moves the partition, keeps the note, writes and removes',
      drawn: steps,
      judge: ({ few, all }) =>
        opened(options, async (store) => {
          const { model, places } = await committed(store, few, all)
          return wrongIn(store, few, model, places, `after ${shown(all)}`)
        }),
    }),
    lawOf({
      law: 'fence',
      says: 'from any other position nothing changes, and it says so',
      drawn: (fc) =>
        steps(fc).chain(({ few, all }) =>
          fc.record({
            few: fc.constant(few),
            all: fc.constant(all),
            late: stepOf(fc, few, values),
            off: fc.constantFrom(-3, -1, 1, 2, 1000),
          }),
        ),
      judge: ({ few, all, late, off }) =>
        opened(options, async (store) => {
          const { model, places } = await committed(store, few, all)
          const { position } = places[late.partition] as Place
          // Also to where the partition is already, as somebody does who comes a second time.
          const from = Math.max(0, position + off)
          if (from === position) return undefined
          const change = { ...changeOf(late, few, from), ...(off < 0 ? { position } : {}) }
          const answer = await store.commit(change)
          if (answer !== false) return `commit from ${from}, where the partition is at ${position}, answers ${shown(answer)}`
          return wrongIn(store, few, model, places, `after a commit from ${from} that was refused at ${position}`)
        }),
    }),
    lawOf({
      law: 'at once',
      says: 'of commits from one position at the same time exactly one happens, whole',
      drawn: (fc) =>
        fewKeys(fc, keys).chain((few) =>
          fc.record({ few: fc.constant(few), all: fc.array(stepOf(fc, few, values), { minLength: 2, maxLength: 5 }) }),
        ),
      judge: ({ few, all }) =>
        opened(options, async (store) => {
          const changes = all.map((step, i) => ({ ...changeOf({ ...step, partition: 0 }, few, 0), note: `${i} ${step.note}` }))
          const answers = await Promise.all(changes.map((change) => store.commit(change)))
          const done = changes.filter((_, i) => answers[i] === true)
          if (done.length !== 1) return `of ${changes.length} commits from position 0 at once, ${done.length} happened`
          const [change] = done as [StoreChange<K, V>]
          const model = new Model<K, V>(noRules())
          for (const [key, value] of change.puts) model.put(key, some(value))
          return wrongIn(store, few, model, [{ position: change.position, note: change.note }], 'after commits at once')
        }),
    }),
    lawOf({
      law: 'partitions',
      says: 'each moves by itself',
      drawn: (fc) => fc.uniqueArray(fc.nat({ max: 200 }), { minLength: 2, maxLength: 5 }),
      judge: (partitions) =>
        opened(options, async (store) => {
          const [first, ...others] = partitions as [number, ...number[]]
          for (const [i, partition] of partitions.entries()) {
            const note = `note ${partition}`
            if (!(await store.commit({ partition, from: 0, position: i + 1, note, puts: [], removes: [] })))
              return `commit to partition ${partition} from 0 was refused, after partition ${first} had moved`
          }
          return firstWrong(
            ...[first, ...others].map((partition, i) => async () => {
              const expected = { position: i + 1, note: `note ${partition}` }
              return differs(`at(${partition})`, placeOf(await store.at(partition)), expected, same)
            }),
          )
        }),
    }),
    lawOf({
      law: 'multiGet',
      says: 'answers each key asked, in order',
      drawn: (fc) => steps(fc).chain(({ few, all }) => fc.record({ few: fc.constant(few), all: fc.constant(all), list: asked(fc, few) })),
      judge: ({ few, all, list }) =>
        opened(options, async (store) => {
          const { model } = await committed(store, few, all)
          const expected = list.map((key) => model.get(key))
          return allDiffer(`multiGet(${shown(list)})`, await store.multiGet(list), expected, sameAnswer)
        }),
    }),
    lawOf({
      law: 'entries',
      says: 'are all there is, each once',
      drawn: steps,
      judge: ({ few, all }) =>
        opened(options, async (store) => {
          const { model } = await committed(store, few, all)
          const found: (readonly [K, V])[] = []
          for await (const entry of store.entries()) found.push(entry)
          const missing = model.entries.find(([key, value]) => !found.some(([k, v]) => same(k, key) && equals(v, value)))
          if (missing !== undefined) return `entries() has no ${shown(missing)}, but ${shown(found)}`
          if (found.length === model.entries.length) return undefined
          return `entries() has ${shown(found)}, where there is ${shown(model.entries)}`
        }),
    }),
    ...(reopen === undefined
      ? []
      : [
          lawOf({
            law: 'reopened' as const,
            says: 'what was committed is there for the next process',
            drawn: steps,
            judge: ({ few, all }) =>
              opened(options, async (store) => {
                const { model, places } = await committed(store, few, all)
                return wrongIn(await reopen(store), few, model, places, 'opened again')
              }),
          }),
        ]),
    ...(unfit === undefined
      ? []
      : [
          lawOf({
            law: 'refuses' as const,
            says: 'what it cannot keep is named, and the rest is taken',
            drawn: (fc) =>
              steps(fc).chain(({ few, all }) => {
                const unfits = fc.array(givenValues(fc, 'what is unfit', unfit), { minLength: 1, maxLength: 3, size: 'max' })
                return fc.record({ few: fc.constant(few), all: fc.constant(all), last: stepOf(fc, few, values), unfits, at: fc.nat() })
              }),
            judge: ({ few, all, last, unfits, at }) =>
              opened(options, async (store) => {
                const { model, places } = await committed(store, few, all)
                const place = places[last.partition] as Place
                const rest = changeOf(last, few, place.position)
                const bad = unfits.filter(([key], i) => unfits.findIndex(([other]) => same(other, key)) === i)
                const before = at % (rest.puts.length + 1)
                const puts = [...rest.puts.slice(0, before), ...bad, ...rest.puts.slice(before)]
                const thrown = await store.commit({ ...rest, puts }).then(
                  (answer) => new Error(`answers ${shown(answer)}`),
                  (error: unknown) => error,
                )
                if (!isRefusal(thrown)) return `commit of ${shown(puts)} is not rejected with refused or encode: ${messageOf(thrown)}`
                const wrong = await wrongIn(store, few, model, places, `after a commit of ${shown(puts)} that was refused`)
                if (wrong !== undefined) return wrong
                if (store.refuses === undefined) return 'it has no method refuses'
                const entries = [
                  ...puts.map(([key, value]) => [key, some(value)] as const),
                  ...rest.removes.map((key) => [key, none as Option<V>] as const),
                ]
                const isBad = ([key]: readonly [K, unknown]) => bad.some(([each]) => same(each, key))
                const answers = await store.refuses(entries)
                const expected = entries.map(isBad)
                const named = allDiffer(`refuses(${shown(entries)})`, answers.map(isSome), expected, same)
                if (named !== undefined) return named
                if ((await store.commit(rest)) !== true) return `commit of ${shown(rest.puts)}, without what is unfit, was refused`
                for (const [key, value] of rest.puts) model.put(key, some(value))
                for (const key of rest.removes) model.put(key, none)
                places[last.partition] = { position: rest.position, note: rest.note }
                const keys = [...few, ...bad.map(([key]) => key)]
                return wrongIn(store, keys, model, places, 'after a commit without what is unfit')
              }),
          }),
        ]),
  ]
  return outsideSuite('transactionalStoreLaws', laws, options)
}

interface Place {
  readonly position: number
  readonly note: string
}

const zero: Place = { position: 0, note: '' }

/** Without whatever else a store may answer. */
const placeOf = ({ position, note }: Place): Place => ({ position, note })

interface Step<K, V> {
  readonly partition: number
  readonly by: number
  readonly note: string
  readonly values: readonly (readonly [key: K, value: Option<V>])[]
}

function stepOf<K, V>(fc: FastCheck, few: readonly K[], values: Values<V>) {
  const value = fc.option(givenValues(fc, 'the values', values).map(some), { nil: none as Option<V>, freq: 3 })
  return fc.record({
    partition: fc.nat({ max: 1 }),
    by: fc.oneof(fc.integer({ min: 1, max: 50 }), fc.constant(2 ** 40)),
    // A note is JSON with whatever is in the records.
    note: fc.oneof(fc.constant(''), fc.json(), fc.string({ unit: 'grapheme' })),
    values: fc
      .tuple(
        ...few.map((key) =>
          fc.option(
            value.map((each) => [key, each] as const),
            { nil: undefined },
          ),
        ),
      )
      .map((all) => all.filter((each) => each !== undefined)),
  })
}

/** A key is always in the same partition: by its place among the few there are. */
function changeOf<K, V>({ partition, by, note, values }: Step<K, V>, few: readonly K[], from: number): StoreChange<K, V> {
  const mine = values.filter(([key]) => few.indexOf(key) % 2 === partition)
  return {
    partition,
    from,
    position: from + by,
    note,
    puts: mine.flatMap(([key, value]) => (value._tag === 'Some' ? [[key, value.value] as const] : [])),
    removes: mine.flatMap(([key, value]) => (value._tag === 'None' ? [key] : [])),
  }
}
