import type { Choices } from './choices.ts'
import type { Flow } from './flow.ts'
import { chain, start } from './link.ts'
import type { Features, Program } from './program.ts'

/** No more elements than this out of one record, so that merges of merges stay small. */
export const widest = 16

/** One way to go on from a flow. */
export interface Verb<F extends Flow> {
  readonly weight: number
  /** Left out where the job is to do without. */
  readonly feature?: keyof Features
  readonly when?: (flow: F, program: Program) => boolean
  readonly act: (program: Program, flow: F, choices: Choices) => void
}

export function goOn<F extends Flow>(verbs: readonly Verb<F>[], program: Program, flow: F, choices: Choices): void {
  const possible = verbs.filter(
    ({ feature, when }) => (feature === undefined || program.features[feature]) && (when?.(flow, program) ?? true),
  )
  choices.weighted(possible).act(program, flow, choices)
}

/** Names a flow, at times twice the same. */
export const nameIt: Verb<Flow> = {
  weight: 2,
  act: (program, flow, choices) => {
    const name = choices.once(4) ? 'again' : program.fresh('step')
    program.step(flow, chain(start(flow), 'name', name), { ended: flow.ended })
  },
}

/** Ensures this flow beside another, or another beside it. */
export const also: Verb<Flow> = {
  weight: 2,
  act: (program, flow, choices) => {
    const other = choices.pick(program.flows)
    const [ensured, result] = choices.once(2) ? [other, flow] : [flow, other]
    program.grow({ ...result, ended: ensured.ended && result.ended }, chain(start(ensured), 'also', result))
  },
}

export const union = <A>(a: ReadonlySet<A>, b: ReadonlySet<A>): ReadonlySet<A> => new Set([...a, ...b])
