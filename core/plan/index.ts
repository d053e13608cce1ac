import type { Job } from '../job.ts'
import { cut } from './cut.ts'
import { optimise, type Rule, standardRules } from './optimise.ts'
import type { Plan } from './plan.ts'

export { describe } from './describe.ts'
export { dot } from './dot.ts'
export { mermaid } from './mermaid.ts'
export { optimise, type Rule, standardRules } from './optimise.ts'
export type { Plan } from './plan.ts'

export interface PlanOptions {
  /** The rewrites to use instead of the standard ones; none of them changes what the job means. */
  readonly rules?: readonly Rule[]
}

/** Jobs never change, and a simulation asks for the plan of one some hundred times. */
const plans = new WeakMap<Job, Plan>()

/** What runs: the job's graph, optimised, then cut at every sum. */
export function planOf(job: Job, { rules = standardRules }: PlanOptions = {}): Plan {
  const known = rules === standardRules ? plans.get(job) : undefined
  if (known !== undefined) return known
  const plan = cut(job.name, optimise(job.tails, rules))
  if (rules === standardRules) plans.set(job, plan)
  return plan
}
