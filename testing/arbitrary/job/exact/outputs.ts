import type { Choices } from '../choices.ts'
import { lambda, named, toScalar } from '../expression.ts'
import type { Changes, Exact, Keyed } from '../flow.ts'
import { chain, type Link, start } from '../link.ts'
import type { Program } from '../program.ts'
import { codecOf, type Shape } from '../shape.ts'
import { mean, type Summing, summingsOf, tally, sum as total } from '../summing.ts'

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
