import { ratios } from '../statistics.ts'
import { oneJob } from './one-job.ts'

export const chainedSums = oneJob({
  name: 'chained-sums',
  asks: 'a sum whose changes feed another: what does the second cost?',
  subject: 'chainedSums',
  beside: ['beacons'],
  shape: { keys: 10_000 },
  sizes: { full: { rounds: 5, records: 2_000_000 }, quick: { rounds: 2, records: 1_000_000 } },
  figures: ({ onWorker }) => [
    {
      id: 'chained-sums',
      what: 'two sums, one feeding the other, to one: processor time of worker and Redis',
      unit: 'times',
      target: { atMost: 2 },
      runs: ratios(
        onWorker('chainedSums').map(({ both }) => both),
        onWorker('beacons').map(({ both }) => both),
      ),
    },
  ],
})
