import { describe, dot, mermaid, planOf } from '../core/plan/index.ts'
import { loadModule } from './module.ts'
import { output } from './output.ts'

export interface GraphOptions {
  readonly format: 'text' | 'mermaid' | 'dot'
  readonly logical?: boolean
}

/** Prints the plan of a job. */
export async function showGraph(module: string, { format, logical }: GraphOptions): Promise<void> {
  const { job } = await loadModule(module)
  const drawn = { mermaid, dot }
  // Text is of plans only: the plan in which nothing was optimised is the job as it was written.
  const text = format === 'text' ? describe(planOf(job, logical ? { rules: [] } : {})) : drawn[format](logical ? job : planOf(job))
  await output.write(`${text}\n`)
}
