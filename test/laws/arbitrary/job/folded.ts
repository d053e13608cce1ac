import { isNone, isSome, type Option, some } from 'fp-ts/lib/Option.js'
import { changeCodec } from '../../../../core/codec/change.ts'
import type { Change } from '../../../../core/producer/producer.ts'
import type { Choices } from './choices.ts'
import { concurrency, empties } from './exact.ts'
import {
  type Bad,
  digest,
  type Expression,
  expression,
  type Fn,
  fail,
  mod,
  named,
  ticks,
  toBoolean,
  toMany,
  toScalar,
} from './expression.ts'
import type { Changes, Exact, Folded } from './flow.ts'
import { chain, type Link, start } from './link.ts'
import type { Program } from './program.ts'
import { codecOf, pair, type Shape, str } from './shape.ts'
import { max, mean, type Summing, sum, tally } from './summing.ts'
import { also, nameIt, union, type Verb, widest } from './verb.ts'

// What may be done here and why is said at `Changes` and `Folded` in `flow.ts`.

type AnyChange = Change<unknown>
type Cell = readonly [key: unknown, value: unknown]

/** A value out of what a pair holds: a delta, or an image of one. */
interface Value {
  readonly to: Summing
  readonly of: Fn
  readonly text: (v: string) => string
}

/** What a change's delta, or a value, may become. */
const imageOf = (flow: Changes | Folded, choices: Choices): Value => {
  const images = flow.sum.images(choices)
  // `sum` stays `sum` where zeros come and go, and what kept an order must go where that order still is, or where none is needed.
  const { to, by } = choices.pick(
    images.filter((image) => (flow.transient ? image.to === sum : flow.ordered || image.to.aggregation.commutative)),
  )
  if (flow.kind === 'folded') return { to, of: by.of, text: by.text }
  return { to, of: (change: AnyChange) => by.of(change.delta), text: (v) => by.text(`${v}.delta`) }
}

const refuse = (refused: Bad | undefined, key: string, text: string) =>
  refused === undefined ? text : `(${refused.text(key)} ? fail() : ${text})`

/** `([k, v]) => [key, value]`, in the dress of some verb. */
interface Dress {
  readonly verb: string
  readonly text: (cell: string) => string
  readonly of: (cell: () => Cell) => unknown
  readonly waits?: boolean
}

const dresses: readonly Dress[] = [
  { verb: 'map', text: (cell) => cell, of: (cell) => cell() },
  { verb: 'collect', text: (cell) => cell, of: (cell) => cell() },
  { verb: 'flatMap', text: (cell) => `[${cell}]`, of: (cell) => [cell()] },
  { verb: 'optionMap', text: (cell) => `some(${cell})`, of: (cell) => some(cell()) },
  { verb: 'mapAsync', text: (cell) => cell, of: (cell) => cell(), waits: true },
  { verb: 'flatMapAsync', text: (cell) => `[${cell}]`, of: (cell) => [cell()], waits: true },
]

/** Any verb of whole elements, used to make each pair another. */
function dressed(program: Program, link: Link, key: Expression, value: Value, refused: Bad | undefined, choices: Choices): Link {
  const { verb, text, of, waits } = choices.pick(dresses.filter((each) => program.features.waiting || !each.waits))
  const body = text(refuse(refused, 'k', `[${key.text('k')}, ${value.text('v')}]`))
  const cell = (k: unknown, v: unknown) => of(() => (refused?.is(k) ? fail() : [key.of(k), value.of(v)]))
  if (!waits)
    return chain(
      link,
      verb,
      named(`([k, v]) => ${body}`, ([k, v]: Cell) => cell(k, v)),
    )
  const fn = async ([k, v]: Cell) => {
    await ticks(digest(k) % 4)
    return cell(k, v)
  }
  return chain(link, verb, named(`async ([k, v]) => (await ticks(digest(k) % 4), ${body})`, fn), ...concurrency(choices))
}

const sameKey = (shape: Shape) =>
  expression(
    shape,
    (k) => k,
    (k) => k,
  )

/** What a flow of pairs is after a step: pieces of a fold into another aggregation. */
const folded = (flow: Changes | Folded, to: Summing, next: Partial<Folded> = {}): Omit<Folded, 'name' | 'producer'> => ({
  kind: 'folded',
  key: flow.key,
  sum: to,
  ordered: flow.ordered && !to.aggregation.commutative,
  transient: flow.transient,
  roots: flow.roots,
  width: flow.width,
  depth: flow.depth,
  mayFail: flow.mayFail && !flow.transient,
  ended: false,
  ...next,
})

const isCommutative = ({ sum }: Folded | Changes) => sum.aggregation.commutative
const isSettled = ({ transient }: Folded | Changes) => !transient

type Pairs = Changes | Folded

/** What works alike on changes and on what has become of them. */
const pairVerbs: readonly Verb<Pairs>[] = [
  {
    weight: 5,
    act: (program, flow, choices) => {
      const value = imageOf(flow, choices)
      const link = chain(start(flow), choices.pick(['mapValues', 'collectValues']), named(`(v) => ${value.text('v')}`, value.of))
      program.grow<Folded>(folded(flow, value.to), link)
    },
  },
  {
    weight: 5,
    act: (program, flow, choices) => {
      const value = imageOf(flow, choices)
      const key = value.to.aggregation.commutative ? toScalar(flow.key, choices) : sameKey(flow.key)
      const link = dressed(program, start(flow), key, value, program.refused(flow, choices), choices)
      program.grow<Folded>(folded(flow, value.to, { key: key.shape }), link)
    },
  },
  {
    // Two images side by side.
    weight: 2,
    when: (flow) => flow.width * 2 <= widest,
    act: (program, flow, choices) => {
      const value = imageOf(flow, choices)
      const twice = value.to.aggregation.commutative
      const text = twice ? `[${value.text('v')}, ${value.text('v')}]` : `[${value.text('v')}]`
      const fn = named(`(v) => ${text}`, (v: unknown) => (twice ? [value.of(v), value.of(v)] : [value.of(v)]))
      program.grow<Folded>(folded(flow, value.to, { width: flow.width * 2 }), chain(start(flow), 'flatMapValues', fn))
    },
  },
  {
    weight: 2,
    act: (program, flow, choices) => {
      const value = imageOf(flow, choices)
      const fn = named(`([v, k]) => [k, ${value.text('v')}]`, ([v, k]: Cell) => [k, value.of(v)])
      program.grow<Folded>(folded(flow, value.to), chain(chain(start(flow), 'swap'), 'map', fn))
    },
  },
  {
    weight: 2,
    act: (program, flow, choices) => {
      const value = imageOf(flow, choices)
      if (!value.to.aggregation.commutative) return
      const fn = named(`(v) => ['all', ${value.text('v')}]`, (v: unknown) => ['all', value.of(v)])
      program.grow<Folded>(folded(flow, value.to, { key: str }), chain(chain(start(flow), 'values'), 'map', fn))
    },
  },
  {
    weight: 2,
    act: (program, flow, choices) => {
      const value = imageOf(flow, choices)
      if (!value.to.aggregation.commutative) return
      const key = toScalar(flow.key, choices)
      const refused = program.refused(flow, choices)
      const keyOf = named(`([k]) => ${refuse(refused, 'k', key.text('k'))}`, ([k]: Cell) => (refused?.is(k) ? fail() : key.of(k)))
      const fn = named(`([, v]) => ${value.text('v')}`, ([, v]: Cell) => value.of(v))
      program.grow<Folded>(folded(flow, value.to, { key: key.shape }), chain(chain(start(flow), 'keyBy', keyOf), 'mapValues', fn))
    },
  },
  {
    weight: 3,
    feature: 'joins',
    act: (program, flow, choices) => {
      const value = imageOf(flow, choices)
      const joined = chain(start(flow), 'leftJoin', program.service(flow.key, choices))
      // At times with what the rule that moves filters before joins looks for.
      const link = choices.once(2) ? chain(joined, 'filterKeys', keepKeys(program, flow, choices)) : joined
      // What a service knows of a key is a fact of the key, so a sum may be multiplied by it.
      const fn =
        value.to === sum
          ? named(`([v, w]) => (${value.text('v')}) * (isSome(w) ? w.value : 1) + 0`, ([v, w]: readonly [unknown, Option<number>]) => {
              return (value.of(v) as number) * (isSome(w) ? w.value : 1) + 0
            })
          : named(`([v]) => ${value.text('v')}`, ([v]: Cell) => value.of(v))
      program.grow<Folded>(folded(flow, value.to), chain(link, 'mapValues', fn))
    },
  },
  {
    weight: 3,
    act: (program, flow, choices) => program.step(flow, chain(start(flow), 'filterKeys', keepKeys(program, flow, choices))),
  },
  {
    weight: 1,
    act: (program, flow, choices) => {
      const keep = toBoolean(flow.key, choices)
      program.step(
        flow,
        chain(
          start(flow),
          'filter',
          named(`([k]) => ${keep.text('k')}`, ([k]: Cell) => keep.of(k)),
        ),
      )
    },
  },
  {
    // Something about the key alone, where doing it twice is doing it once.
    weight: 2,
    when: isSettled,
    act: (program, flow, choices) => {
      const key = toScalar(flow.key, choices)
      const fn = named(`(k) => [${key.text('k')}, digest(k)]`, (k: unknown) => [key.of(k), digest(k)])
      program.grow<Folded>(folded(flow, max, { key: key.shape }), chain(chain(start(flow), 'keys'), 'map', fn))
    },
  },
  {
    weight: 2,
    feature: 'joins',
    when: isSettled,
    act: (program, flow, choices) => {
      const key = toScalar(flow.key, choices)
      const link = chain(chain(start(flow), 'keys'), 'lookup', program.service(flow.key, choices))
      const fn = named(`([k, w]) => [${key.text('k')}, isSome(w) ? w.value : -1]`, ([k, w]: readonly [unknown, Option<number>]) => [
        key.of(k),
        isSome(w) ? w.value : -1,
      ])
      program.grow<Folded>(folded(flow, max, { key: key.shape }), chain(link, 'map', fn))
    },
  },
  nameIt as Verb<Pairs>,
  also as Verb<Pairs>,
]

function keepKeys(program: Program, flow: Pairs, choices: Choices): Fn {
  const keep = toBoolean(flow.key, choices)
  const refused = program.refused(flow, choices)
  return named(`(k) => ${refuse(refused, 'k', keep.text('k'))}`, (k: unknown) => (refused?.is(k) ? fail() : keep.of(k)))
}

const totalBefore = ({ before }: AnyChange) => (isNone(before) ? undefined : { value: before.value })
const totalAfter = ({ sum }: Changes, { before, delta }: AnyChange): unknown =>
  isNone(before) ? delta : sum.aggregation.semigroup.concat(before.value, delta)

/** What may follow a sum. */
export const changesVerbs: readonly Verb<Changes>[] = [
  ...(pairVerbs as readonly Verb<Changes>[]),
  { weight: 4, act: (program, flow) => writeChanges(program, flow) },
  {
    // Told of every element, in any pieces but one: the deltas are elements like any other.
    weight: 12,
    when: ({ every }) => every,
    act: (program, flow) => {
      const link = chain(
        start(flow),
        'mapValues',
        named('(c) => c.delta', ({ delta }: AnyChange) => delta),
      )
      const { roots, width, depth, key, ordered } = flow
      const shape = pair(key, flow.sum.shape)
      program.grow<Exact>(
        { kind: 'exact', shape, order: ordered ? 'key' : 'none', timed: false, mayFail: false, ended: false, roots, width, depth },
        link,
      )
    },
  },
  {
    // A difference under the same key: whatever `h` is, all but the last `after` cancel out.
    weight: 4,
    act: (program, flow, choices) => {
      const m = choices.pick([7, 3, 10])
      // Where a key may be there with zero, or not be there, zero must come to nothing.
      const h = flow.transient ? (v: unknown) => mod(v as number, m) : (v: unknown) => digest(v) % m
      const text = (v: string) => (flow.transient ? `mod(${v}, ${m})` : `digest(${v}) % ${m}`)
      const fn = named(
        `(c) => ${text(`after(${flow.sum.text}.semigroup.concat, c)`)} - (isNone(c.before) ? 0 : ${text('c.before.value')})`,
        (c: AnyChange) => {
          const before = totalBefore(c)
          return h(totalAfter(flow, c)) - (before === undefined ? 0 : h(before.value))
        },
      )
      program.grow<Folded>(folded(flow, sum, { ordered: false }), chain(start(flow), 'mapValues', fn))
    },
  },
  {
    // From under one total to under the next: how many keys have each.
    weight: 5,
    when: (flow) => isSettled(flow) && flow.width * 2 <= widest,
    act: (program, flow, choices) => {
      const key = toScalar(flow.sum.shape, choices)
      const out = `(isNone(c.before) ? [] : [[${key.text('c.before.value')}, -1]])`
      const into = `[${key.text(`after(${flow.sum.text}.semigroup.concat, c)`)}, 1]`
      const fn = named(`([, c]) => [...${out}, ${into}]`, ([, c]: readonly [unknown, AnyChange]) => {
        const before = totalBefore(c)
        return [...(before === undefined ? [] : [[key.of(before.value), -1]]), [key.of(totalAfter(flow, c)), 1]]
      })
      const next = { key: key.shape, ordered: false, transient: true, mayFail: false, width: flow.width * 2 }
      program.grow<Folded>(folded(flow, sum, next), chain(start(flow), 'flatMap', fn))
    },
  },
]

/** `…write(sink)` of the changes themselves, for the emission law. */
export function writeChanges(program: Program, flow: Changes): void {
  const item = { codec: changeCodec(flow.store) as never, text: 'codec.json()' }
  const determined = flow.every ? 'deltas' : flow.transient ? 'nothing' : 'keys'
  const slot = program.sink(item, (slot) => ({ by: 'changes', slot, store: flow.store, determined }))
  program.emissions.push({ sink: slot.name, store: flow.store })
  program.step(flow, chain(start(flow), 'write', slot), { ended: true })
}

/** Whether two flows may be poured into one: pieces of folds into the same aggregation, under keys of the same shape. */
function alike(flow: Folded, program: Program): readonly (Folded | Exact)[] {
  const element = pair(flow.key, flow.sum.shape).text
  return program.flows.filter((other): other is Folded | Exact => {
    if (other.width + flow.width > widest) return false
    if (other.kind === 'exact') return other.shape.text === element && flow.sum !== mean
    return other.kind === 'folded' && other.key.text === flow.key.text && other.sum === flow.sum
  })
}

const meet = (flow: Folded, other: Folded | Exact): Omit<Folded, 'name' | 'producer'> =>
  folded(flow, flow.sum, {
    transient: flow.transient || (other.kind === 'folded' && other.transient),
    mayFail: flow.mayFail && other.mayFail,
    roots: union(flow.roots, other.roots),
    width: flow.width + other.width,
    depth: Math.max(flow.depth, other.depth),
  })

/** What may follow what has become of changes. */
export const foldedVerbs: readonly Verb<Folded>[] = [
  ...(pairVerbs as readonly Verb<Folded>[]),
  { weight: 20, when: ({ depth }) => depth < 3, act: (program, flow, choices) => sumFolded(program, flow, choices) },
  { weight: 4, act: (program, flow) => writeFolded(program, flow) },
  {
    weight: 3,
    when: isCommutative,
    act: (program, flow, choices) => {
      const key = toScalar(flow.key, choices)
      const refused = program.refused(flow, choices)
      const verb = choices.pick(['mapKeys', 'collectKeys'])
      const fn = named(`(k) => ${refuse(refused, 'k', key.text('k'))}`, (k: unknown) => (refused?.is(k) ? fail() : key.of(k)))
      program.step(flow, chain(start(flow), verb, fn), { key: key.shape })
    },
  },
  {
    weight: 2,
    when: (flow) => isCommutative(flow) && flow.width * 3 <= widest,
    act: (program, flow, choices) => {
      const many = toMany(flow.key, choices)
      const refused = program.refused(flow, choices)
      const fn = named(`(k) => ${refuse(refused, 'k', many.text('k'))}`, (k: unknown) => (refused?.is(k) ? fail() : many.of(k)))
      program.step(flow, chain(start(flow), 'flatMapKeys', fn), { key: many.shape, width: flow.width * 3 })
    },
  },
  {
    // Zeros left out: they add nothing, but whether anything was added is no longer determined.
    weight: 1,
    when: ({ sum: into }) => into === sum,
    act: (program, flow) => {
      const keep = named('(v) => v !== 0', (v: unknown) => v !== 0)
      program.step(flow, chain(start(flow), 'filterValues', keep), { transient: true, mayFail: false })
    },
  },
  {
    weight: 4,
    when: isCommutative,
    act: (program, flow, choices) => {
      const others = alike(flow, program)
      if (others.length === 0) return
      const other = choices.pick(others)
      program.grow<Folded>(meet(flow, other), chain(start(flow), 'merge', other))
    },
  },
  {
    weight: 2,
    when: isCommutative,
    act: (program, flow, choices) => {
      const others = alike(flow, program)
      if (others.length === 0) return
      const other = choices.pick(others)
      type Sides = { readonly _tag: 'Left' | 'Right'; readonly left: unknown; readonly right: unknown }
      const fn = named('(e) => (isLeft(e) ? e.left : e.right)', (e: Sides) => (e._tag === 'Left' ? e.left : e.right))
      program.grow<Folded>(meet(flow, other), chain(chain(start(flow), 'either', other), 'map', fn))
    },
  },
  {
    weight: 1,
    act: (program, flow, choices) => {
      const value = imageOf(flow, choices)
      const fn = named(`(v) => ${value.text('v')}`, value.of)
      const steps = named(`(p) => p.mapValues(${fn.name})`, (p: Folded['producer']) => p.mapValues(fn))
      program.grow<Folded>(folded(flow, value.to), chain(start(flow), 'pipe', steps))
    },
  },
]

/** `…write(sink)` of pieces: only what they come to can be compared, and where order matters not even that. */
export function writeFolded(program: Program, flow: Folded): void {
  const key = codecOf(flow.key).codec
  const { semigroup } = flow.sum.aggregation
  const slot = program.sink(codecOf(pair(flow.key, flow.sum.shape)), (slot) =>
    isCommutative(flow) ? { by: 'fold', slot, key, semigroup, zeros: !flow.transient } : { by: 'keys', slot, key },
  )
  program.step(flow, chain(start(flow), 'write', slot), { ended: true })
}

/** `…sumByKey(store)` of pieces, or of images of pieces, with which the store prepares them. */
export function sumFolded(program: Program, flow: Folded, choices: Choices): void {
  const prepare = choices.once(4) ? imageOf(flow, choices) : undefined
  const into = prepare?.to ?? flow.sum
  const emptied = empties(program, into, choices)
  const slot = program.store(
    flow.key,
    emptied ? tally : into,
    emptied || !flow.transient,
    prepare && named(`(v) => ${prepare.text('v')}`, prepare.of),
  )
  const transient = emptied || flow.transient
  const every = program.features.every && choices.once(4)
  const state: Omit<Changes, 'name' | 'producer'> = {
    kind: 'changes',
    store: slot,
    key: flow.key,
    sum: into,
    // How many pieces there are is not determined, so it does not help to be told of each.
    every: false,
    roots: new Set([slot.name]),
    width: flow.width,
    depth: flow.depth + 1,
    mayFail: !transient,
    ended: true,
    ordered: !into.aggregation.commutative,
    transient,
  }
  const options = every ? [{ value: { emit: 'every' }, text: "{ emit: 'every' }" }] : []
  program.grow<Changes>(state, chain(start(flow), prepare === undefined ? 'sumByKey' : 'aggregateByKey', slot, ...options))
}
