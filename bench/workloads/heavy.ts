import { workOff } from '../backlog.ts'
import { goals } from '../goals.ts'
import { number } from '../report/format.ts'
import { ratios } from '../statistics.ts'
import type { RedisWorkload } from './workload.ts'

interface Size {
  readonly rounds: number
  readonly events: number
  readonly batchSize: number
}

/** The same beacons, parsed the expensive way: the work is in the workers, so that more of them are to be faster. */
export const heavy: RedisWorkload<Size> = {
  name: 'heavy',
  asks: 'beacons parsed with `URLSearchParams`: how much faster are two workers than one?',
  redis: true,
  sizes: { full: { rounds: 5, events: 5_000_000, batchSize: 5_000 }, quick: { rounds: 3, events: 500_000, batchSize: 5_000 } },

  run: async ({ size: { rounds, events, batchSize }, redis, node }) => {
    const entrants = {
      one: { contender: 'tanagerHeavy', workers: 1, events },
      two: { contender: 'tanagerHeavy', workers: 2, events },
    } as const
    const { all } = await workOff('heavy', redis, { entrants, rounds, batchSize, node })
    return {
      title: `${number(events)} events parsed with URLSearchParams, ${number(batchSize)} to a batch; ${rounds} rounds, in turns`,
      figures: [{ ...goals.twoWorkers, runs: ratios(all.two.counted, all.one.counted) }],
      details: {
        columns: ['', 'counted', 'Redis: in all', 'workers'],
        rows: Object.values(all).map(({ label, counted, redisTotal, worker }) => [
          label,
          { runs: counted, unit: '/s' },
          { runs: redisTotal, unit: 'µs' },
          { runs: worker, unit: 'µs' },
        ]),
      },
    }
  },
}
