import type { Contest } from '../algebra/contest.ts'
import { sketchesJs } from '../algebra/datadog.ts'
import { contests } from '../algebra/index.ts'
import { topKName, topKs } from '../algebra/top-k.ts'
import { inTurns } from '../in-turns.ts'
import { peersFolder } from '../peers.ts'
import type { Sketcher } from '../programs/sketcher.ts'
import { number } from '../report/format.ts'
import { tell } from '../report/print.ts'
import type { Details, Figure, Measure } from '../report/report.ts'
import { ratios } from '../statistics.ts'
import { startEach } from '../subprocess.ts'
import type { Context, LocalWorkload } from './workload.ts'

interface Size {
  readonly rounds: number
  /** How many inputs are added in a pass. */
  readonly inputs: number
}

interface Run {
  /** A second of processor time, of all threads of the process: what else runs on the machine hardly shows in it. */
  readonly speed: number
  readonly byClock: number
}

type Runs = Readonly<Record<string, readonly Run[]>>

/** Adding to and merging aggregations, beside what one would write by hand, and a peer where there is one. */
export const algebra: LocalWorkload<Size> = {
  name: 'algebra',
  asks: 'aggregations without a job around them: how many inputs can be added, how many totals merged, beside what one would write by hand and `@datadog/sketches-js`',
  redis: false,
  peers: [sketchesJs],
  sizes: { full: { rounds: 9, inputs: 1_000_000 }, quick: { rounds: 5, inputs: 500_000 } },

  run: async (context) => {
    const { rounds, inputs } = context.size
    const all: Record<string, Runs> = {}
    for (const [name, contest] of Object.entries(contests)) {
      all[name] = await runsOf(name, contest, context)
      tell(`algebra: ${contest.what}`)
    }
    return {
      title: `Aggregations, each way in a process of its own; ${number(inputs)} inputs; ${rounds} rounds, in turns; goals and ratios by processor time`,
      figures: figuresOf(all),
      details: {
        columns: ['', '', 'ours, to this', 'of processor time', 'by the clock', 'each of k'],
        rows: Object.entries(contests).flatMap(([name, contest]) => rowsOf(contest, all[name] as Runs, kOf(name))),
      },
    }
  },
}

async function runsOf(name: string, { ways }: Contest, { size, node }: Context<Size>): Promise<Runs> {
  await using sketchers = startEach<string, Sketcher>(ways, 'sketcher', () => ['--expose-gc', ...node])
  for (const way of ways) await sketchers.of(way).call('prepare', name, way, size.inputs, peersFolder)
  // The first passes run before V8 has compiled the loops.
  const warmUp = 2
  return await inTurns({ names: ways, rounds: size.rounds, warmUp }, async (way, round) => {
    const { operations, seconds, cpu } = await sketchers.of(way).call('pass')
    // Whether it is right is asked of the first pass and of the last: all do the same.
    if (round === 1 - warmUp || round === size.rounds) await sketchers.of(way).call('check')
    return { speed: operations / cpu, byClock: operations / seconds }
  })
}

function figuresOf(all: Readonly<Record<string, Runs>>): readonly Figure[] {
  const figure = (name: string, way: string, atLeast: number): Figure => ({
    id: `${name}, ${way}`,
    what: `${contests[name]?.what}, ${way}`,
    runs: (all[name]?.[way] ?? []).map(({ speed }) => speed),
    unit: '/s',
    target: { atLeast },
  })
  const add = (name: string, atLeast: number) => ['as in a job', 'raw'].map((way) => figure(name, way, atLeast))
  const growths = [
    [10, 1_000],
    [100, 10_000],
  ] as const
  return [
    ...add('hyperLogLogAdd', 5e6),
    figure('hyperLogLogMerge', 'two at a time', 50e3),
    ...add('countMinAddDistinct', 3e6),
    ...add('countMinAddZipf', 3e6),
    ...add('ddSketchAdd', 5e6),
    ...add('spaceSaverAddDistinct', 1e6),
    ...add('spaceSaverAddZipf', 1e6),
    ...growths.map(([few, many]) => ({
      id: `topKMerge, ${many} to ${few}`,
      what: `topK merge: time for each of k = ${many}, to that of k = ${few}`,
      runs: growth(all, few, many),
      unit: 'times',
      target: { atMost: 2 },
    })),
  ]
}

/** A row for each way; the first way is ours, and what a job does. */
function rowsOf({ what, ways }: Contest, runs: Runs, k: number | undefined): Details['rows'] {
  const of = (way: string, found: keyof Run) => (runs[way] ?? []).map((run) => run[found])
  const ours = of(ways[0] as string, 'speed')
  return ways.map((way, i) => {
    const speeds = of(way, 'speed')
    const row: readonly (string | Measure)[] = [
      i === 0 ? what : '',
      way,
      i === 0 ? '' : { runs: ratios(ours, speeds), unit: 'times' },
      { runs: speeds, unit: '/s' },
      { runs: of(way, 'byClock'), unit: '/s' },
      k === undefined ? '' : { runs: speeds.map((speed) => 1e9 / speed / k), unit: 'ns' },
    ]
    return row
  })
}

const kOf = (name: string): number | undefined => topKs.find((k) => name === topKName(k))

/** How much more time each of k takes where there are a hundred times as many: 1 is linear, 100 would be a square. */
function growth(all: Readonly<Record<string, Runs>>, few: number, many: number): readonly number[] {
  const each = (k: number) => (all[topKName(k)]?.['two at a time'] ?? []).map(({ speed }) => 1 / speed / k)
  return ratios(each(many), each(few))
}
