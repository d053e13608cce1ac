import { ratios } from '../statistics.ts'
import { oneJob } from './one-job.ts'

export const leftJoin = oneJob({
  name: 'left-join',
  asks: 'each batch asks a service that takes 1 ms to answer: is the wait hidden behind other batches?',
  subject: 'leftJoin',
  beside: ['leftJoinAtOnce'],
  shape: { keys: 10_000 },
  sizes: { full: { rounds: 5, records: 2_000_000 }, quick: { rounds: 2, records: 1_000_000 } },
  figures: ({ onWorker }) => [
    {
      id: 'left-join',
      what: 'speed with a service that takes 1 ms, to one that answers at once',
      unit: 'times',
      target: { atLeast: 0.9 },
      runs: ratios(
        onWorker('leftJoin').map(({ perSecond }) => perSecond),
        onWorker('leftJoinAtOnce').map(({ perSecond }) => perSecond),
      ),
    },
  ],
})
