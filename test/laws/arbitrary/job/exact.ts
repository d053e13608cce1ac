import { none, some } from 'fp-ts/lib/Option.js'
import { hopping, tumbling } from '../../../../core/time/window.ts'
import type { Choices } from './choices.ts'
import { asyncLambda, type Expression, expression, lambda, named, toAny, toBoolean, toInt, toMany, toScalar, toStr } from './expression.ts'
import type { Changes, Exact, Keyed } from './flow.ts'
import { chain, type Link, start, type Written } from './link.ts'
import type { Program } from './program.ts'
import { codecOf, eitherOf, integer, optional, pair, type Shape, str } from './shape.ts'
import { mean, type Summing, summingsOf, tally, sum as total } from './summing.ts'
import { also, nameIt, union, type Verb, widest } from './verb.ts'

/** The order after a step that may change keys. */
const unkeyed = ({ order }: Exact): Exact['order'] => (order === 'key' ? 'none' : order)

const predicate = (shape: Shape, choices: Choices): Expression => ({ shape, ...toBoolean(shape, choices) })

/** An expression that answers `undefined` for some. */
function perhaps(inner: Expression, choices: Choices): Expression {
  const keep = toBoolean(str, choices)
  return expression(
    inner.shape,
    (x) => (keep.of(x) ? inner.of(x) : undefined),
    (x) => `(${keep.text(x)} ? ${inner.text(x)} : undefined)`,
  )
}

const asOption = ({ shape, of, text }: Expression): Expression =>
  expression(
    shape,
    (x) => {
      const found = of(x)
      return found === undefined ? none : some(found)
    },
    (x) => `fromNullable${text(x)}`,
  )

/** An expression into a given shape, where there is one. */
function into(from: Shape, to: Shape, choices: Choices): Expression | undefined {
  if (to.kind === 'int') return toInt(from, choices)
  if (to.kind === 'str') return toStr(from, choices)
  if (to.kind !== 'pair') return undefined
  const [first, second] = [into(from, to.first, choices), into(from, to.second, choices)]
  if (first === undefined || second === undefined) return undefined
  return expression(
    to,
    (x) => [first.of(x), second.of(x)],
    (x) => `[${first.text(x)}, ${second.text(x)}]`,
  )
}

/** A step that takes one function of the whole element. */
const whole = (weight: number, verb: string, fnOf: (shape: Shape, choices: Choices) => Expression): Verb<Exact> => ({
  weight,
  act: (program, flow, choices) => {
    const inner = fnOf(flow.shape, choices)
    const fn = lambda(inner, program.refused(flow, choices))
    program.step(flow, chain(start(flow), verb, fn), { shape: inner.shape, order: verb === 'filter' ? flow.order : unkeyed(flow) })
  },
})

/** A step that takes one function of the whole element, and waits. */
const waiting = (weight: number, verb: string, growth: number, fnOf: (shape: Shape, choices: Choices) => Expression): Verb<Exact> => ({
  weight,
  feature: 'waiting',
  when: ({ width }) => width * growth <= widest,
  act: (program, flow, choices) => {
    const inner = fnOf(flow.shape, choices)
    const fn = asyncLambda(inner, program.refused(flow, choices))
    const next = { shape: inner.shape, width: flow.width * growth, order: unkeyed(flow) }
    program.step(flow, chain(start(flow), verb, fn, ...concurrency(choices)), next)
  },
})

export function concurrency(choices: Choices): readonly Written[] {
  const limit = choices.pick([undefined, 1, 2, 4])
  return limit === undefined ? [] : [{ value: { concurrency: limit }, text: `{ concurrency: ${limit} }` }]
}

const meet = (a: Exact, b: Exact): Exact => ({
  ...a,
  roots: union(a.roots, b.roots),
  width: a.width + b.width,
  depth: Math.max(a.depth, b.depth),
  timed: a.timed && b.timed,
  mayFail: a.mayFail && b.mayFail,
  order: 'none',
  ended: false,
})

const isExact = (flow: { readonly kind: string }): flow is Exact => flow.kind === 'exact'

/** What may follow a flow whose elements are determined, whatever they are. */
export const exactVerbs: readonly Verb<Exact>[] = [
  whole(8, 'map', toAny),
  whole(3, 'filter', predicate),
  whole(2, 'collect', (shape, choices) => perhaps(toAny(shape, choices), choices)),
  whole(2, 'optionMap', (shape, choices) => asOption(perhaps(toAny(shape, choices), choices))),
  {
    weight: 3,
    when: ({ width }) => width * 3 <= widest,
    act: (program, flow, choices) => {
      const many = toMany(flow.shape, choices)
      const fn = lambda(many, program.refused(flow, choices))
      program.step(flow, chain(start(flow), 'flatMap', fn), { shape: many.shape, width: flow.width * 3, order: unkeyed(flow) })
    },
  },
  waiting(3, 'mapAsync', 1, toAny),
  waiting(2, 'flatMapAsync', 3, toMany),
  {
    // Whatever else has this shape; the stream itself, at times.
    weight: 3,
    when: ({ width }) => width * 2 <= widest,
    act: (program, flow, choices) => {
      const alike = program.flows
        .filter(isExact)
        .filter(({ shape, width }) => shape.text === flow.shape.text && width + flow.width <= widest)
      const other = choices.pick(alike)
      program.grow(meet(flow, other), chain(start(flow), 'merge', other))
    },
  },
  {
    // Two branches of one stream that meet again.
    weight: 2,
    when: ({ width, shape }) => width * 2 <= widest && shape.kind !== 'option' && shape.kind !== 'either',
    act: (program, flow, choices) => {
      const branch = into(flow.shape, flow.shape, choices)
      if (branch === undefined) return
      program.step(flow, chain(start(flow), 'map', lambda(branch, program.refused(flow, choices))), { order: unkeyed(flow) })
      const other = program.flows.at(-1) as Exact
      program.grow(meet(flow, other), chain(start(flow), 'merge', other))
    },
  },
  {
    weight: 2,
    when: ({ width }) => width * 2 <= widest,
    act: (program, flow, choices) => {
      const other = choices.pick(program.flows.filter(isExact).filter(({ width }) => width + flow.width <= widest))
      program.grow<Exact>({ ...meet(flow, other), shape: eitherOf(flow.shape, other.shape) }, chain(start(flow), 'either', other))
    },
  },
  {
    weight: 2,
    act: (program, flow, choices) => {
      const inner = toAny(flow.shape, choices)
      const [fn, keep] = [lambda(inner), lambda(predicate(inner.shape, choices))]
      const steps = named(`(p) => p.map(${fn.name}).filter(${keep.name})`, (p: Exact['producer']) =>
        p.map(fn).filter(keep as () => boolean),
      )
      program.step(flow, chain(start(flow), 'pipe', steps), { shape: inner.shape, order: unkeyed(flow) })
    },
  },
  {
    weight: 3,
    when: ({ timed }) => timed,
    act: (program, flow) => program.step(flow, chain(start(flow), 'withTime'), { shape: pair(flow.shape, integer), order: unkeyed(flow) }),
  },
  {
    weight: 9,
    act: (program, flow, choices) => {
      const key = toScalar(flow.shape, choices)
      const fn = lambda(key, program.refused(flow, choices))
      program.step(flow, chain(start(flow), 'keyBy', fn), { shape: pair(key.shape, flow.shape), order: unkeyed(flow) })
    },
  },
  {
    weight: 2,
    feature: 'joins',
    act: (program, flow, choices) => {
      const slot = program.service(flow.shape, choices)
      program.step(flow, chain(start(flow), 'lookup', slot), { shape: pair(flow.shape, optional(integer)), order: unkeyed(flow) })
    },
  },
  { weight: 3, act: (program, flow, choices) => writeExact(program, flow, choices) },
  nameIt as Verb<Exact>,
  also as Verb<Exact>,
]

/** A step that takes one function of the key, or of the value. */
const half = (weight: number, verb: string, growth: number, fnOf: (shape: Shape, choices: Choices) => Expression): Verb<Keyed> => ({
  weight,
  when: ({ width }) => width * growth <= widest,
  act: (program, flow, choices) => {
    const { first, second } = flow.shape
    const ofKeys = verb.endsWith('Keys')
    const inner = fnOf(ofKeys ? first : second, choices)
    const fn = lambda(inner, program.refused(flow, choices))
    const shape = ofKeys ? pair(inner.shape, second) : pair(first, inner.shape)
    const order = ofKeys && verb !== 'filterKeys' ? unkeyed(flow) : flow.order
    program.step<Keyed>(flow, chain(start(flow), verb, fn), { shape, width: flow.width * growth, order })
  },
})

const plain = (weight: number, verb: string, shapeOf: (flow: Keyed) => Shape): Verb<Keyed> => ({
  weight,
  act: (program, flow) => program.step<Exact>(flow, chain(start(flow), verb), { shape: shapeOf(flow), order: unkeyed(flow) }),
})

/** What may follow besides, where the elements are pairs. */
export const keyedVerbs: readonly Verb<Keyed>[] = [
  half(3, 'mapKeys', 1, toScalar),
  half(4, 'mapValues', 1, toAny),
  half(4, 'filterKeys', 1, predicate),
  half(2, 'filterValues', 1, predicate),
  half(2, 'collectKeys', 1, (shape, choices) => perhaps(toScalar(shape, choices), choices)),
  half(2, 'collectValues', 1, (shape, choices) => perhaps(toAny(shape, choices), choices)),
  half(2, 'flatMapKeys', 3, toMany),
  half(2, 'flatMapValues', 3, toMany),
  plain(1, 'keys', ({ shape }) => shape.first),
  plain(2, 'values', ({ shape }) => shape.second),
  plain(2, 'swap', ({ shape }) => pair(shape.second, shape.first)),
  {
    weight: 5,
    feature: 'joins',
    act: (program, flow, choices) => {
      const { first, second } = flow.shape
      const joined = chain(start(flow), 'leftJoin', program.service(first, choices))
      // At times with what the rule that moves filters before joins looks for.
      const link = choices.once(2) ? chain(joined, 'filterKeys', lambda(predicate(first, choices), program.refused(flow, choices))) : joined
      program.step<Keyed>(flow, link, { shape: pair(first, pair(second, optional(integer))) })
    },
  },
  {
    weight: 6,
    when: ({ timed, width }) => timed && width * 2 <= widest,
    act: (program, flow, choices) => {
      const { first, second } = flow.shape
      const windowing = choices.pick([
        { value: tumbling(5_000), text: 'tumbling(5000)' },
        { value: hopping(20_000, 10_000), text: 'hopping(20000, 10000)' },
      ])
      const next = { shape: pair(pair(first, integer), second), width: flow.width * 2, order: unkeyed(flow) }
      program.step<Keyed>(flow, chain(start(flow), 'window', windowing), next)
    },
  },
  { weight: 36, when: ({ depth }) => depth < 3, act: (program, flow, choices) => sumExact(program, flow, choices) },
]

/** `…write(sink)`: a new sink, or one that takes such items already. At times an item is one that cannot be written. */
export function writeExact(program: Program, flow: Exact, choices: Choices): void {
  const item = codecOf(flow.shape)
  const known = program.sinks.find((sink) => sink.by === 'items' && sink.slot.item.id === item.codec.id)
  const slot = known !== undefined && choices.once(3) ? known.slot : program.sink(item, (slot) => ({ by: 'items', slot }))
  program.step(flow, chain(spoilt(program, flow, flow.shape, 'map', choices), 'write', slot), { ended: true })
}

/** `…sumByKey(store)` or `…aggregateByKey(store)`. At times a key or a value is one that cannot be written. */
export function sumExact(program: Program, flow: Keyed, choices: Choices): void {
  const { first: key, second: value } = flow.shape
  const ordered = program.features.ordered && flow.order !== 'none'
  const known = summingsOf(value, ordered)
  const every = program.features.every && choices.once(3)
  const prepared = known.length === 0 || choices.once(4)
  const prepare = prepared ? toScalar(value, choices) : undefined
  const sum: Summing = prepare === undefined ? choices.pick(known) : choices.pick([...summingsOf(prepare.shape, ordered), mean])
  // `mean` prepares by itself, whatever it is given.
  const emptied = empties(program, sum, choices)
  const slot = program.store(
    key,
    emptied ? tally : sum,
    true,
    prepare === undefined || sum === mean ? undefined : lambda(prepare, program.refused(flow, choices)),
  )
  const spoil = choices.once(2) ? 'mapKeys' : 'mapValues'
  const link = spoilt(program, flow, spoil === 'mapKeys' ? key : value, spoil, choices)
  const state: Omit<Changes, 'name' | 'producer'> = {
    kind: 'changes',
    store: slot,
    key,
    sum,
    every,
    roots: new Set([slot.name]),
    width: flow.width,
    depth: flow.depth + 1,
    mayFail: !emptied,
    ended: true,
    ordered: !sum.aggregation.commutative,
    transient: emptied,
  }
  const options = every ? [{ value: { emit: 'every' }, text: "{ emit: 'every' }" }] : []
  program.grow<Changes>(state, chain(link, prepared ? 'aggregateByKey' : 'sumByKey', slot, ...options))
}

/** Whether a store that sums should keep no zeros. */
export const empties = ({ features }: Program, into: Summing, choices: Choices): boolean =>
  features.emptying && into === total && choices.once(2)

/** Puts something that no codec writes in the place of some, on the last step before it is to be written. */
function spoilt(program: Program, flow: Exact, shape: Shape, verb: string, choices: Choices): Link {
  const refused = program.refused(flow, choices, 'unwritable')
  if (refused === undefined || (shape.kind !== 'int' && shape.kind !== 'str')) return start(flow)
  const [broken, text] = shape.kind === 'str' ? ['\ud800', "'\\ud800'"] : choices.once(2) ? [0.5, '0.5'] : [Number.NaN, 'NaN']
  const fn = named(`(x) => (${refused.text('x')} ? ${text} : x)`, (x: unknown) => (refused.is(x) ? broken : x))
  return chain(start(flow), verb, fn)
}
