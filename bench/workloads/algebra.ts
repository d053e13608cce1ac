import type { Contest } from '../algebra/contest.ts'
import { contests } from '../algebra/index.ts'
import { topKName, topKs } from '../algebra/top-k.ts'
import { peersFolder } from '../peers.ts'
import { type Goal, number, type Report, spread, tell } from '../report.ts'
import type { Sketcher } from '../sketcher.ts'
import { type Spread, spreadOf } from '../statistics.ts'
import { type Subprocess, start } from '../subprocess.ts'

export interface AlgebraOptions {
  readonly rounds: number
  /** How many inputs are added in a pass. */
  readonly inputs: number
  readonly node: readonly string[]
}

interface Run {
  /** Millions a second of processor time, of all threads of the process: what else runs on the machine hardly shows in it. */
  readonly speed: number
  /** Millions a second by the clock. */
  readonly byClock: number
}

type Runs = Readonly<Record<string, readonly Run[]>>

/** Passes that are not counted: the first ones run before V8 has compiled the loops. */
const warmUp = 2

/** Adding to and merging aggregations, beside what one would write by hand, and a peer where there is one. */
export async function algebra({ rounds, inputs, node }: AlgebraOptions): Promise<Report> {
  const all: Record<string, Runs> = {}
  for (const [name, contest] of Object.entries(contests)) {
    all[name] = await runsOf(name, contest, { rounds, inputs, node })
    tell(`algebra: ${contest.what}`)
  }
  const speedOf = (name: string, way: string) => spreadOf((all[name]?.[way] ?? []).map(({ speed }) => speed))
  const add = (name: string, atLeast: number): readonly Goal[] =>
    ['as in a job', 'raw'].map((way) => ({
      what: `${contests[name]?.what}, ${way}`,
      measured: speedOf(name, way),
      target: { atLeast },
      unit: 'M/s',
    }))
  return {
    title: `Aggregations, each way in a process of its own; ${number(inputs)} inputs; ${rounds} rounds, in turns; goals and ratios by processor time`,
    goals: [
      ...add('hyperLogLogAdd', 5),
      {
        what: `${contests.hyperLogLogMerge?.what}, two at a time`,
        measured: times(speedOf('hyperLogLogMerge', 'two at a time'), 1000),
        target: { atLeast: 50 },
        unit: 'k/s',
      },
      ...add('countMinAddDistinct', 3),
      ...add('countMinAddZipf', 3),
      ...add('ddSketchAdd', 5),
      ...add('spaceSaverAddDistinct', 1),
      ...add('spaceSaverAddZipf', 1),
      ...(
        [
          [10, 1_000],
          [100, 10_000],
        ] as const
      ).map(([few, many]) => ({
        what: `topK merge: time for each of k = ${many}, to that of k = ${few}`,
        measured: growth(all, few, many),
        target: { atMost: 2 },
        unit: 'times',
      })),
    ],
    details: [
      ['', '', 'ours, to this', 'of processor time', 'by the clock', 'each of k'],
      ...Object.entries(contests).flatMap(([name, contest]) => rowsOf(contest, all[name] as Runs, kOf(name))),
    ],
  }
}

async function runsOf(name: string, { ways }: Contest, { rounds, inputs, node }: AlgebraOptions): Promise<Runs> {
  const runs = Object.fromEntries(ways.map((way) => [way, [] as Run[]]))
  const processes: (readonly [way: string, process: Subprocess<Sketcher>])[] = []
  try {
    for (const way of ways) {
      const process = start<Sketcher>('sketcher', [], ['--expose-gc', ...node])
      processes.push([way, process])
      await process.call('prepare', name, way, inputs, peersFolder)
    }
    for (let round = 1 - warmUp; round <= rounds; round++) {
      for (const [way, process] of processes) {
        const { operations, seconds, cpu } = await process.call('pass')
        if (round > 0) runs[way]?.push({ speed: operations / cpu / 1e6, byClock: operations / seconds / 1e6 })
        // Whether it is right is asked of the first pass and of the last: all do the same.
        if (round === 1 - warmUp || round === rounds) await process.call('check')
      }
    }
  } finally {
    for (const [, process] of processes) await process[Symbol.asyncDispose]()
  }
  return runs
}

/** A row for each way; the first way is ours, and what a job does. */
function rowsOf({ what, ways }: Contest, runs: Runs, k: number | undefined): readonly (readonly string[])[] {
  const ours = runs[ways[0] as string] ?? []
  return ways.map((way, i) => {
    const own = runs[way] ?? []
    const ratios = spreadOf(ours.map(({ speed }, round) => speed / (own[round]?.speed ?? Number.NaN)))
    const speeds = spreadOf(own.map(({ speed }) => speed))
    return [
      i === 0 ? what : '',
      way,
      i === 0 ? '' : `${spread(ratios)} times`,
      spread(speeds, perSecond),
      spread(spreadOf(own.map(({ byClock }) => byClock)), perSecond),
      k === undefined ? '' : `${number(1000 / speeds.median / k)} ns`,
    ]
  })
}

const perSecond = (millions: number): string => (millions < 1 ? `${number(millions * 1000)} k/s` : `${number(millions)} M/s`)

const times = ({ median, min, max }: Spread, by: number): Spread => ({ median: median * by, min: min * by, max: max * by })

const kOf = (name: string): number | undefined => topKs.find((k) => name === topKName(k))

/** How much more time each of k takes where there are a hundred times as many: 1 is linear, 100 would be a square. */
function growth(all: Readonly<Record<string, Runs>>, few: number, many: number): Spread {
  const each = (k: number) => (all[topKName(k)]?.['two at a time'] ?? []).map(({ speed }) => 1 / speed / k)
  const ofFew = each(few)
  return spreadOf(each(many).map((time, round) => time / (ofFew[round] ?? Number.NaN)))
}
