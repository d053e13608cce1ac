import { counting } from '../counting.ts'
import { goals } from '../goals.ts'
import { number } from '../report/format.ts'
import { ratios } from '../statistics.ts'
import type { LocalWorkload } from './workload.ts'

interface Size {
  readonly events: number
  readonly passes: number
}

const names = ['tanagerMemory', 'handLoop'] as const

/** What the job language, isolation of records and dead letters cost beside nothing of it. */
export const memory: LocalWorkload<Size> = {
  name: 'memory',
  asks: 'the memory platform against a loop with a `Map`',
  redis: false,
  // Never fewer events: the first half million are worked on while V8 still compiles.
  sizes: { full: { events: 2_000_000, passes: 15 }, quick: { events: 2_000_000, passes: 5 } },

  run: async ({ size: { events, passes }, node }) => {
    // The first passes run before V8 has compiled the loops.
    const counted = await counting('memory', { names, rounds: passes, warmUp: 4, events, node })
    return {
      title: `${number(events)} events in memory, each contender in a process of its own; ${passes} passes, in turns`,
      figures: [{ ...goals.handLoop, runs: ratios(counted.tanagerMemory.speeds, counted.handLoop.speeds) }],
      details: {
        columns: ['', 'counted', 'processor time per event'],
        rows: names.map((name) => {
          const { label, speeds, cpu } = counted[name]
          return [label, { runs: speeds, unit: '/s' }, { runs: cpu, unit: 'µs' }]
        }),
      },
    }
  },
}
