import type { Choices } from '../choices.ts'
import { asyncLambda, type Expression, lambda, named, toAny, toMany, toScalar } from '../expression.ts'
import type { Exact } from '../flow.ts'
import { chain, start } from '../link.ts'
import { eitherOf, integer, optional, pair, type Shape } from '../shape.ts'
import { also, nameIt, union, type Verb, widest } from '../verb.ts'
import { asOption, concurrency, into, perhaps, predicate, unkeyed } from './functions.ts'
import { writeExact } from './outputs.ts'

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
