import Table from 'cli-table3'
import type { ChaosOptions } from './chaos.ts'
import type { Finding } from './check.ts'
import { type FaultKind, faultKinds, faults } from './fault/index.ts'
import type { Wait } from './watch.ts'

/** A fault that has happened: times are milliseconds since the first. */
export interface Struck {
  readonly kind: FaultKind
  readonly from: number
  readonly until: number
  readonly whom: string
}

export interface Report {
  readonly options: Omit<ChaosOptions, 'signal' | 'say'>
  readonly elapsed: number
  readonly struck: readonly Struck[]
  readonly events: number
  readonly batches: number
  /** Batches that Redis had accepted and, under `everysec`, forgotten; they were sent again. */
  readonly forgotten: number
  readonly deadLetters: { readonly expected: number; readonly seen: number }
  /** By kind of fault, the longest time until everything was counted that was there when it struck. */
  readonly recovered: Readonly<Record<string, number>>
  /** The longest that anything has waited in one place; `from` in milliseconds since the first fault. */
  readonly slowestWait: Wait | undefined
  readonly slowestSend: number
  /** From the last fault's end, and everything sent, until all was counted. */
  readonly settled: number
  readonly findings: readonly Finding[]
}

const count = (n: number) => n.toLocaleString('en-US')
const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`
const mostShown = 30

export function byKind({ struck }: Report): ReadonlyMap<FaultKind, number> {
  const times = new Map<FaultKind, number>()
  for (const kind of faultKinds) {
    const n = struck.filter((each) => each.kind === kind).length
    if (n > 0) times.set(kind, n)
  }
  return times
}

/** How many findings there are of a kind. */
export const found = ({ findings }: Report, kind: Finding['kind']): number => findings.filter((each) => each.kind === kind).length

/** How to have the same faults once more. */
export function again({ options }: Report): string {
  const { seed, seconds, workers, senders, rate, gap, kinds } = options
  const only = kinds.length === faultKinds.length ? '' : ` --only ${kinds.join(',')}`
  return `npm run chaos -- --seconds ${seconds} --seed ${seed} --workers ${workers} --senders ${senders} --rate ${rate} --gap ${gap}${only}`
}

function slowestRecovery({ recovered }: Report): string {
  const [slowest] = Object.entries(recovered).sort(([, a], [, b]) => b - a)
  return slowest === undefined ? 'none' : `${seconds(slowest[1])} after ${slowest[0]}, until all was counted that was there when it struck`
}

/** The report for people. */
export function printed(report: Report): string {
  const table = new Table({
    head: ['fault', 'times', 'worked off in, at most', ''],
    colAligns: ['left', 'right', 'right', 'left'],
    style: { head: [] },
  })
  for (const [kind, times] of byKind(report)) {
    const recovered = report.recovered[kind]
    table.push([kind, count(times), recovered === undefined ? '' : seconds(recovered), faults[kind].what])
  }
  const { findings, deadLetters, slowestWait } = report
  const lines = [
    table.toString(),
    '',
    `faults           ${count(report.struck.length)}`,
    `events sent      ${count(report.events)} in ${count(report.batches)} batches; ${count(report.forgotten)} batches were sent again after a power cut`,
    `lost             ${count(found(report, 'lost'))}`,
    `double           ${count(found(report, 'double'))}`,
    `dead letters     ${count(deadLetters.expected)} expected, ${count(deadLetters.seen)} seen`,
    `slowest recovery ${slowestRecovery(report)}`,
    `slowest wait     ${slowestWait === undefined ? 'none' : `${seconds(slowestWait.milliseconds)} in ${slowestWait.queue}, from ${seconds(slowestWait.from)} on`}`,
    `slowest send     ${seconds(report.slowestSend)}`,
    `settled          ${seconds(report.settled)} after the last event was accepted`,
    `elapsed          ${seconds(report.elapsed)}`,
  ]
  if (findings.length === 0) return [...lines, '', 'Everything counted, once.'].join('\n')
  return [
    ...lines,
    '',
    `${count(findings.length)} findings:`,
    ...findings.slice(0, mostShown).map(({ kind, what }) => `  ${kind}: ${what}`),
    ...(findings.length > mostShown ? [`  … and ${count(findings.length - mostShown)} more (--json has them all)`] : []),
    '',
    `seed ${report.options.seed}; what happened:`,
    ...report.struck.map(
      ({ kind, from, until, whom }) => `  ${seconds(from).padStart(9)} to ${seconds(until).padStart(9)}  ${kind.padEnd(11)} ${whom}`,
    ),
    '',
    `again: ${again(report)}`,
  ].join('\n')
}
