import { peerContenders } from '../contenders/index.ts'
import { type Counted, counting } from '../counting.ts'
import { goals } from '../goals.ts'
import { number } from '../report/format.ts'
import { ratios } from '../statistics.ts'
import type { LocalWorkload } from './workload.ts'

interface Size {
  readonly events: number
  readonly passes: number
}

const names = ['tanagerMemory', 'handLoop', 'nodeStreams', ...peerContenders] as const

/** The memory platform, and what else counts a stream by key in one process. */
export const peers: LocalWorkload<Size> = {
  name: 'peers',
  asks: 'the memory platform against other libraries for streams, each in two ways: with its own operator for keys, and with a `Map` filled by hand in its pipeline',
  redis: false,
  peers: ['rxjs', 'effect', 'apache-beam'],
  sizes: { full: { events: 2_000_000, passes: 5 }, quick: { events: 1_000_000, passes: 3 } },

  run: async ({ size: { events, passes }, node }) => {
    const counted = await counting('peers', { names, rounds: passes, warmUp: 2, events, node })
    const { tanagerMemory: ours, handLoop: _, ...others } = counted
    const byHand = Object.values(others).filter(({ keyed }) => !keyed)
    const keyed = Object.values(others).filter(({ keyed }) => keyed)
    return {
      title: `${number(events)} events in memory beside other libraries, each contender in a process of its own; ${passes} passes, in turns`,
      figures: [
        { ...goals.fastestPeer, runs: ratios(ours.speeds, fastest(keyed)) },
        {
          id: 'fastest-pipeline',
          what: "memory platform, to the fastest peer's pipeline around a Map filled by hand",
          unit: 'times',
          runs: ratios(ours.speeds, fastest(byHand)),
        },
      ],
      details: {
        columns: ['', 'counted', 'processor time per event', 'tanager, to this', 'sums by key', 'events'],
        rows: names.map((name) => {
          const { label, speeds, cpu, keyed, events } = counted[name]
          return [
            label,
            { runs: speeds, unit: '/s' },
            { runs: cpu, unit: 'µs' },
            name === 'tanagerMemory' ? '' : { runs: ratios(ours.speeds, speeds), unit: 'times' },
            keyed ? 'an operator of its own' : 'by hand',
            number(events),
          ]
        }),
      },
      chart: {
        title: 'In memory: beacons counted by type',
        unit: '/s',
        bars: names.map((name) => ({ label: counted[name].label, ours: name === 'tanagerMemory', runs: counted[name].speeds })),
      },
    }
  },
}

/** In each round, whoever was fastest in it. */
const fastest = (all: readonly Counted[]): readonly number[] =>
  (all[0] as Counted).speeds.map((_, round) => Math.max(...all.map(({ speeds }) => speeds[round] as number)))
