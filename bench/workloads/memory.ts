import { type LocalContenderName, localContenders } from '../contenders/index.ts'
import type { Counter } from '../counter.ts'
import { number, perSecond, type Report, spread, tell } from '../report.ts'
import { spreadOf } from '../statistics.ts'
import { start } from '../subprocess.ts'

export interface MemoryOptions {
  readonly passes: number
  readonly events: number
  readonly node: readonly string[]
}

/** Passes that are not counted: the first ones run before V8 has compiled the loop. */
const warmUp = 4

/** The memory platform and a hand-written loop, each in a process of its own, in turns. */
export async function memory({ passes, events, node }: MemoryOptions): Promise<Report> {
  await using tanager = start<Counter>('counter', [], ['--expose-gc', ...node])
  await using hand = start<Counter>('counter', [], ['--expose-gc'])
  const processes = { tanagerMemory: tanager, handLoop: hand } as const
  const names = Object.keys(localContenders) as readonly LocalContenderName[]
  for (const name of names) {
    await processes[name].call('prepare', events)
    await processes[name].call('check', name)
  }
  const runs: Record<LocalContenderName, { readonly perSecond: number; readonly cpu: number }[]> = { tanagerMemory: [], handLoop: [] }
  for (let pass = 1 - warmUp; pass <= passes; pass++) {
    for (const name of names) {
      const { seconds, cpu } = await processes[name].call('pass', name)
      if (pass > 0) runs[name].push({ perSecond: events / seconds, cpu: (cpu * 1e6) / events })
    }
  }
  tell(`memory: ${passes} passes over ${number(events)} events`)
  const ratios = runs.tanagerMemory.map((mine, i) => mine.perSecond / (runs.handLoop[i]?.perSecond ?? Number.NaN))
  return {
    title: `${number(events)} events in memory, each contender in a process of its own; ${passes} passes, in turns`,
    goals: [{ what: 'memory platform, to a loop by hand', measured: spreadOf(ratios), target: { atLeast: 0.8 }, unit: 'times' }],
    details: [
      ['', 'counted', 'processor µs'],
      ...names.map((name) => [
        localContenders[name].label,
        spread(spreadOf(runs[name].map((run) => run.perSecond)), perSecond),
        spread(spreadOf(runs[name].map((run) => run.cpu))),
      ]),
    ],
  }
}
