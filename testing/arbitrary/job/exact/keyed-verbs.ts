import { hopping, tumbling } from '../../../../core/time/window.ts'
import type { Choices } from '../choices.ts'
import { type Expression, lambda, toAny, toMany, toScalar } from '../expression.ts'
import type { Exact, Keyed } from '../flow.ts'
import { chain, start } from '../link.ts'
import { integer, optional, pair, type Shape } from '../shape.ts'
import { type Verb, widest } from '../verb.ts'
import { perhaps, predicate, unkeyed } from './functions.ts'
import { sumExact } from './outputs.ts'

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
