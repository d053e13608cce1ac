import { ratios } from '../statistics.ts'
import { oneJob } from './one-job.ts'

export const accessLog = oneJob({
  name: 'access-log',
  asks: "a web server's log counted in four ways at once: by hand, on the memory platform, on one worker",
  subject: 'accessLog',
  shape: { keys: 1_500 },
  sizes: { full: { rounds: 5, records: 500_000 }, quick: { rounds: 2, records: 200_000 } },
  figures: ({ byHand, inMemory }) => [
    {
      id: 'access-log-hand-loop',
      what: 'access log with four stores, memory platform, to a loop by hand, processor time',
      unit: 'times',
      target: { atLeast: 0.9 },
      runs: ratios(
        byHand.map(({ worker }) => worker),
        inMemory.map(({ worker }) => worker),
      ),
    },
  ],
})
