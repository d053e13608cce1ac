import { type LocalContenderName, localContenders } from '../contenders/index.ts'
import { goals } from '../goals.ts'
import { inTurns } from '../in-turns.ts'
import type { Counter } from '../programs/counter.ts'
import { number } from '../report/format.ts'
import { tell } from '../report/print.ts'
import { ratios } from '../statistics.ts'
import { start } from '../subprocess.ts'
import type { LocalWorkload } from './workload.ts'

interface Size {
  readonly events: number
  readonly passes: number
}

const names = Object.keys(localContenders) as readonly LocalContenderName[]

/** The memory platform and a hand-written loop, each in a process of its own, in turns. */
export const memory: LocalWorkload<Size> = {
  name: 'memory',
  asks: 'the memory platform against a loop with a `Map`',
  redis: false,
  // Never fewer events: the first half million are worked on while V8 still compiles.
  sizes: { full: { events: 2_000_000, passes: 15 }, quick: { events: 2_000_000, passes: 5 } },

  run: async ({ size: { events, passes }, node }) => {
    await using tanager = start<Counter>('counter', [], ['--expose-gc', ...node])
    await using hand = start<Counter>('counter', [], ['--expose-gc'])
    const processes = { tanagerMemory: tanager, handLoop: hand } as const
    for (const name of names) {
      await processes[name].call('prepare', events)
      await processes[name].call('check', name)
    }
    // The first passes run before V8 has compiled the loop.
    const runs = await inTurns({ names, rounds: passes, warmUp: 4 }, async (name) => {
      const { seconds, cpu } = await processes[name].call('pass', name)
      return { perSecond: events / seconds, cpu: (cpu * 1e6) / events }
    })
    tell(`memory: ${passes} passes over ${number(events)} events`)
    const of = (name: LocalContenderName, what: 'perSecond' | 'cpu') => runs[name].map((run) => run[what])
    return {
      title: `${number(events)} events in memory, each contender in a process of its own; ${passes} passes, in turns`,
      figures: [{ ...goals.handLoop, runs: ratios(of('tanagerMemory', 'perSecond'), of('handLoop', 'perSecond')) }],
      details: {
        columns: ['', 'counted', 'processor time per event'],
        rows: names.map((name) => [
          localContenders[name].label,
          { runs: of(name, 'perSecond'), unit: '/s' },
          { runs: of(name, 'cpu'), unit: 'µs' },
        ]),
      },
    }
  },
}
