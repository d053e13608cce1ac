import { cpus, loadavg, totalmem } from 'node:os'
import { reached, type Spread, spreadOf } from '../statistics.ts'
import type { Chart, Details, Figure, Report, Target } from './report.ts'

/** Where and when something was measured. */
export interface Circumstances {
  /** When it ended, in UTC. */
  readonly date: string
  readonly quick: boolean
  readonly machine: string
  readonly node: string
  readonly redis?: string
  /** Load averages of one, five and fifteen minutes: what else ran meanwhile slows everything. */
  readonly load: { readonly before: readonly number[]; readonly after: readonly number[] }
}

/** A report as it is kept: one JSON object, with every single run. */
export interface Result extends Circumstances {
  readonly workload: string
  readonly title: string
  readonly figures: readonly (Pick<Figure, 'id' | 'what' | 'unit' | 'runs'> &
    Spread & { readonly goal?: Target; readonly reached?: boolean })[]
  readonly details: Details
  readonly chart?: Chart
}

export const load = (): readonly number[] => loadavg().map((each) => Math.round(each * 100) / 100)

export function machine(): string {
  const processors = cpus()
  return `${processors.length} × ${processors[0]?.model.trim() ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB`
}

export function resultOf(workload: string, { title, figures, details, chart }: Report, circumstances: Circumstances): Result {
  return {
    workload,
    ...circumstances,
    title,
    figures: figures.map((figure) => {
      const { id, what, unit, runs, target } = figure
      const verdict = target === undefined ? {} : { goal: target, reached: reached({ runs, target }) }
      return { id, what, unit, runs, ...spreadOf(runs), ...verdict }
    }),
    details,
    ...(chart === undefined ? {} : { chart }),
  }
}
