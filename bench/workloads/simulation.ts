import type { Simulator } from '../programs/simulator.ts'
import { number } from '../report/format.ts'
import { tell } from '../report/print.ts'
import { start } from '../subprocess.ts'
import type { LocalWorkload } from './workload.ts'

interface Size {
  readonly rounds: number
  readonly runs: number
  readonly events: number
}

/** What a test pays for `simulate`: the whole of it, purity and laws too, each round in a process of its own. */
export const simulation: LocalWorkload<Size> = {
  name: 'simulation',
  asks: 'what does a test pay for `simulate`: a thousand runs of the beacon job over a thousand beacons',
  redis: false,
  sizes: { full: { rounds: 5, runs: 1_000, events: 1_000 }, quick: { rounds: 1, runs: 1_000, events: 1_000 } },

  run: async ({ size: { rounds, runs, events } }) => {
    const passes: { readonly seconds: number; readonly cpu: number }[] = []
    for (let round = 1; round <= rounds; round++) {
      await using simulator = start<Simulator>('simulator')
      passes.push(await simulator.call('pass', runs, events, round))
      tell(`simulation: round ${round} of ${rounds}`)
    }
    const perThousand = (what: 'seconds' | 'cpu') => passes.map((pass) => (pass[what] / runs) * 1000)
    return {
      title: `simulate: the beacon job over ${number(events)} beacons, ${number(runs)} runs; ${rounds} rounds`,
      figures: [{ id: 'simulated-runs', what: '1,000 simulated runs', runs: perThousand('seconds'), unit: 's', target: { atMost: 10 } }],
      details: {
        columns: ['', 'per run'],
        rows: [
          ['by the clock', { runs: perThousand('seconds'), unit: 'ms' }],
          ['processor time', { runs: perThousand('cpu'), unit: 'ms' }],
        ],
      },
    }
  },
}
