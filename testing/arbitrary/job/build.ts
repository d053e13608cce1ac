import fc from 'fast-check'
import { isJob, type Job, job } from '../../../core/job.ts'
import { Choices } from './choices.ts'
import { addSource, type DrawnSource } from './drawn-source.ts'
import { close } from './end.ts'
import { keyedVerbs } from './exact/keyed-verbs.ts'
import { exactVerbs } from './exact/verbs.ts'
import { type Exact, type Flow, isKeyed } from './flow.ts'
import { changesVerbs } from './folded/changes.ts'
import { foldedVerbs } from './folded/folded.ts'
import type { GeneratedJob } from './generated.ts'
import { type Features, Program } from './program.ts'
import { textOf } from './text.ts'
import { goOn, type Verb } from './verb.ts'

/** What fast-check draws for one job. */
export interface Drawn {
  readonly sources: readonly DrawnSource[]
  readonly steps: readonly (readonly number[])[]
  readonly ends: readonly number[]
}

/** The same numbers, the same job; smaller numbers, a simpler job. */
export function build({ sources, steps, ends }: Drawn, features: Features): GeneratedJob {
  const program = new Program(features)
  for (const drawn of sources) addSource(program, drawn)
  for (const numbers of steps) {
    const choices = new Choices(numbers)
    // Mostly the newest, so that chains grow; what was there for longer makes branches.
    const back = choices.below(3 * program.flows.length)
    follow(program, program.flows[program.flows.length - 1 - back] ?? (program.flows.at(-1) as Flow), choices)
  }
  const tails = close(program, new Choices(ends))
  const made = job('random', ...(tails.map(({ producer }) => producer) as never[])) as unknown as Job
  if (!isJob(made)) throw new Error('unreachable: job answers a job')
  const uses = ({ slot }: { readonly slot: { readonly name: string } }) => made.slots.has(slot.name)
  const inputs = Object.fromEntries(Object.entries(program.inputs).filter(([name]) => made.slots.has(name)))
  const names = tails.map(({ name }) => name)
  const description = textOf(program.linesFor(names), names, inputs)
  return {
    job: made,
    inputs,
    description,
    comparison: { stores: program.stores.filter(uses), sinks: program.sinks.filter(uses) },
    emissionSinks: program.emissions.filter(({ sink }) => made.slots.has(sink)),
    [fc.toStringMethod]: () => description,
  } as GeneratedJob
}

function follow(program: Program, flow: Flow, choices: Choices): void {
  if (flow.kind === 'changes') goOn(changesVerbs, program, flow, choices)
  else if (flow.kind === 'folded') goOn(foldedVerbs, program, flow, choices)
  else if (isKeyed(flow))
    goOn<typeof flow>([...keyedVerbs, ...(exactVerbs as readonly Verb<Exact>[] as readonly Verb<typeof flow>[])], program, flow, choices)
  else goOn(exactVerbs, program, flow, choices)
}
