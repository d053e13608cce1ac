import { goals } from '../goals.ts'
import { showSpread, showTarget } from '../report/format.ts'
import type { Details, Goal } from '../report/report.ts'
import type { Result } from '../report/result.ts'
import type { Workload } from '../workloads/workload.ts'

type Found = Result['figures'][number]

/** docs/performance.md: every goal with what was found of it, then all that was measured, workload by workload. */
export function markdownOf(results: readonly Result[], workloads: readonly Workload[]): string {
  const measured = workloads.flatMap((workload) => {
    const result = results.find((result) => result.workload === workload.name)
    return result === undefined ? [] : [{ workload, result }]
  })
  return `${[
    '<!-- Made by `npm run bench:page` of what is in bench/results: not to be edited. -->',
    '# Performance',
    'What tanager does, beside everything else one would use for it, on the same bytes, with the same answer, which is checked. Contenders take turns, each in a process of its own; of all runs the median stands first, then the least and the most, and ratios are of neighbouring runs. [How it is measured](../bench/README.md), with every contender to read.',
    ...(measured.some(({ result }) => result.chart) ? ['![How fast tanager and others count, as bars](performance.svg)'] : []),
    '## Goals',
    goalsTable(results),
    ...shortRuns(results),
    ...limits(results),
    '## Measured',
    ...measured.flatMap(({ workload, result }) => section(workload, result)),
    '## Again',
    'On a machine that does nothing else, with Node 20.19 or newer and a `redis-server`; [one workload at a time](../bench/README.md), if there is not the time for all:',
    '```sh\nnpm ci\nnpm run bench -- --keep   # measures everything, keeps it in bench/results, makes this page of it\n```',
  ].join('\n\n')}\n`
}

function goalsTable(results: readonly Result[]): string {
  const found = new Map(results.flatMap(({ figures }) => figures.map((figure) => [figure.id, figure] as const)))
  return table(
    ['figure', 'median (least to most)', 'goal', ''],
    Object.values<Goal>(goals).map(({ id, what, unit, target }) => {
      const figure = found.get(id)
      return figure === undefined ? [what, 'not measured', showTarget(target, unit), ''] : rowOf(figure)
    }),
  )
}

function shortRuns(results: readonly Result[]): readonly string[] {
  const short = results.filter(({ quick }) => quick).map(({ workload }) => workload)
  return short.length === 0 ? [] : [`Measured in short runs, which are good for a look only: ${short.join(', ')}.`]
}

/** What keeps a goal from being reached, for those that are not. */
function limits(results: readonly Result[]): readonly string[] {
  const missed = new Set(results.flatMap(({ figures }) => figures.filter(({ reached }) => reached === false).map(({ id }) => id)))
  return Object.values<Goal>(goals).flatMap(({ id, what, limit }) =>
    missed.has(id) && limit !== undefined ? [`**${what}**, what limits it: ${limit}`] : [],
  )
}

function section({ name, asks }: Workload, result: Result): readonly string[] {
  const asked = new Set<string>(Object.values<Goal>(goals).map(({ id }) => id))
  const others = result.figures.filter(({ id }) => !asked.has(id))
  return [
    `### ${name}`,
    `${capital(asks)}${asks.endsWith('?') ? '' : '.'}`,
    `${result.title}.`,
    ...(others.length === 0 ? [] : [table(['figure', 'median (least to most)', 'goal', ''], others.map(rowOf))]),
    detailsTable(result.details),
    circumstances(result),
  ]
}

const detailsTable = ({ columns, rows }: Details): string =>
  table(
    columns,
    rows.map((row) => row.map((cell) => (typeof cell === 'string' ? cell : showSpread(cell)))),
  )

const rowOf = ({ what, runs, unit, goal, reached }: Found): readonly string[] =>
  goal === undefined
    ? [what, showSpread({ runs, unit }), '', '']
    : [what, showSpread({ runs, unit }), showTarget(goal, unit), reached ? 'reached' : '**missed**']

function circumstances({ date, quick, machine, node, redis, load }: Result): string {
  const busy = (load: readonly number[]) => load[0]?.toFixed(2)
  const server = redis === undefined ? '' : `, Redis ${redis}`
  return `${date.slice(0, 10)}, ${machine}, Node ${node}${server}; load average ${busy(load.before)} before, ${busy(load.after)} after${quick ? '; a short run, for a look only' : ''}.`
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(columns), `|${' --- |'.repeat(columns.length)}`, ...rows.map(line)].join('\n')
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
