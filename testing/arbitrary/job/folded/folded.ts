import type { Choices } from '../choices.ts'
import { empties } from '../exact/outputs.ts'
import { fail, named, toMany, toScalar } from '../expression.ts'
import type { Changes, Exact, Folded } from '../flow.ts'
import { chain, start } from '../link.ts'
import type { Program } from '../program.ts'
import { codecOf, pair } from '../shape.ts'
import { mean, sum, tally } from '../summing.ts'
import { union, type Verb, widest } from '../verb.ts'
import { imageOf, refuse } from './image.ts'
import { pairVerbs } from './pair-verbs.ts'
import { folded, isCommutative } from './pairs.ts'

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
