import { memory } from '../../platforms/memory/index.ts'
import { type PlatformOutcome, platformLaws } from './platform-laws.ts'

platformLaws(
  'memory',
  (job, inputs, seed) =>
    memory({ batchSize: 1 + (seed % 30) })
      .on(job)
      .run(inputs as never) as unknown as Promise<PlatformOutcome>,
  {
    runs: 100,
  },
)
