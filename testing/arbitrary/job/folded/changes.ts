import { isNone } from 'fp-ts/lib/Option.js'
import { changeCodec } from '../../../../core/codec/change.ts'
import { digest, mod, named, toScalar } from '../expression.ts'
import type { Changes, Exact, Folded } from '../flow.ts'
import { chain, start } from '../link.ts'
import type { Program } from '../program.ts'
import { pair } from '../shape.ts'
import { sum } from '../summing.ts'
import { type Verb, widest } from '../verb.ts'
import { pairVerbs } from './pair-verbs.ts'
import { type AnyChange, folded, isSettled } from './pairs.ts'

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
