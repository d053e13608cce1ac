import { loadavg } from 'node:os'
import Table from 'cli-table3'
import pc from 'picocolors'
import { reached } from '../statistics.ts'
import { number, showSpread, showTarget } from './format.ts'
import type { Figure, Measure, Report } from './report.ts'

/** Ratios and bounds first, whatever they are of; then the numbers behind them. */
export function print(reports: readonly Report[]): void {
  const figures = reports.flatMap((report) => report.figures)
  console.log(
    table(
      ['goal', 'median (min to max)', 'asked for', ''],
      figures.map((figure) => [figure.what, withSpread(figure), ...verdict(figure)]),
    ),
  )
  for (const { title, details } of reports) {
    const rows = details.rows.map((row) => row.map((cell) => (typeof cell === 'string' ? cell : withSpread(cell))))
    console.log(`\n${pc.bold(title)}\n${table(details.columns, rows)}`)
  }
}

function verdict({ runs, target, unit }: Figure): readonly [asked: string, verdict: string] {
  if (target === undefined) return ['', '']
  return [showTarget(target, unit), reached({ runs, target }) ? pc.green('reached') : pc.red('missed')]
}

const withSpread = (measure: Measure): string => showSpread(measure, pc.dim)

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
  console.error(pc.dim(`load ${number(loadavg()[0] as number)}  ${what}`))
}
