import { oneJob } from './one-job.ts'

export const hyperLogLog = oneJob({
  name: 'hyperloglog',
  asks: 'different visitors of each of a thousand pages, a HyperLogLog for each: on the memory platform, on one worker',
  subject: 'distinctVisitors',
  shape: { keys: 1_000 },
  sizes: { full: { rounds: 5, records: 1_000_000 }, quick: { rounds: 2, records: 500_000 } },
  figures: () => [],
})
