import { number, type Report, spread, tell } from '../report.ts'
import type { Simulator } from '../simulator.ts'
import { spreadOf } from '../statistics.ts'
import { start } from '../subprocess.ts'

export interface SimulationOptions {
  readonly rounds: number
  readonly runs: number
  readonly events: number
}

/** What a test pays for `simulate`: the whole of it, purity and laws too, each round in a process of its own. */
export async function simulation({ rounds, runs, events }: SimulationOptions): Promise<Report> {
  const passes: { readonly seconds: number; readonly cpu: number }[] = []
  for (let round = 1; round <= rounds; round++) {
    await using simulator = start<Simulator>('simulator')
    passes.push(await simulator.call('pass', runs, events, round))
    tell(`simulation: round ${round} of ${rounds}`)
  }
  const perThousand = (seconds: number) => (seconds / runs) * 1000
  return {
    title: `simulate: the beacon job over ${number(events)} beacons, ${number(runs)} runs; ${rounds} rounds`,
    goals: [
      {
        what: '1,000 simulated runs',
        measured: spreadOf(passes.map(({ seconds }) => perThousand(seconds))),
        target: { atMost: 10 },
        unit: 's',
      },
    ],
    details: [
      ['', 'per run'],
      ['by the clock', spread(spreadOf(passes.map(({ seconds }) => perThousand(seconds))), (ms) => `${number(ms)} ms`)],
      ['processor time', spread(spreadOf(passes.map(({ cpu }) => perThousand(cpu))), (ms) => `${number(ms)} ms`)],
    ],
  }
}
