import { loadavg } from 'node:os'
import Table from 'cli-table3'
import pc from 'picocolors'
import type { Spread } from './statistics.ts'

/** What is asked for: `median` is to be at least, or at most, so much. */
export interface Goal {
  readonly what: string
  readonly measured: Spread
  readonly target: { readonly atLeast: number } | { readonly atMost: number }
  readonly unit: string
}

/** What a workload has found. */
export interface Report {
  readonly title: string
  readonly goals: readonly Goal[]
  /** Everything else that was measured: a heading, then rows. */
  readonly details: readonly [heading: readonly string[], ...rows: readonly (readonly string[])[]]
}

/** Three digits that count. */
export function number(n: number): string {
  const digits = n === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(n))))
  return n.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}

export const spread = ({ median, min, max }: Spread, show = number): string => `${show(median)} ${pc.dim(`(${show(min)} to ${show(max)})`)}`

export const perSecond = (n: number): string => `${number(n / 1000)} k/s`

export const reached = ({ measured, target }: Goal): boolean =>
  'atLeast' in target ? measured.median >= target.atLeast : measured.median <= target.atMost

/** Ratios and bounds first, whatever they are of; then the numbers behind them. */
export function print(reports: readonly Report[]): void {
  const goals = reports.flatMap((report) => report.goals)
  console.log(
    table(
      ['goal', 'median (min to max)', 'asked for', ''],
      goals.map((goal) => {
        const asked = 'atLeast' in goal.target ? `at least ${goal.target.atLeast}` : `at most ${goal.target.atMost}`
        const verdict = reached(goal) ? pc.green('reached') : pc.red('missed')
        return [goal.what, `${spread(goal.measured)} ${goal.unit}`, `${asked} ${goal.unit}`, verdict]
      }),
    ),
  )
  for (const { title, details } of reports) {
    const [heading, ...rows] = details
    console.log(`\n${pc.bold(title)}\n${table(heading, rows)}`)
  }
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const made = new Table({
    head: head.map((cell) => pc.bold(cell)),
    style: { head: [], border: pc.isColorSupported ? ['gray'] : [], compact: true },
  })
  made.push(...rows.map((row) => [...row]))
  return made.toString()
}

/** While it runs: what is being done, and how busy the machine is with other things too. */
export function tell(what: string): void {
  console.error(pc.dim(`load ${(loadavg()[0] as number).toFixed(2)}  ${what}`))
}
