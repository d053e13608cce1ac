import { isSome, type Option } from 'fp-ts/lib/Option.js'
import type { Choices } from '../choices.ts'
import { digest, type Fn, fail, named, toBoolean, toScalar } from '../expression.ts'
import type { Folded } from '../flow.ts'
import { chain, start } from '../link.ts'
import type { Program } from '../program.ts'
import { str } from '../shape.ts'
import { max, sum } from '../summing.ts'
import { also, nameIt, type Verb, widest } from '../verb.ts'
import { dressed, sameKey } from './dress.ts'
import { imageOf, refuse } from './image.ts'
import { type Cell, folded, isSettled, type Pairs } from './pairs.ts'

/** What works alike on changes and on what has become of them. */
export const pairVerbs: readonly Verb<Pairs>[] = [
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
