import type { GeneratedJob } from '../../../arbitrary/job/generated.ts'
import { arbitraryJob } from '../../../arbitrary/job.ts'
import { emissionFaults } from '../emission.ts'
import type { PlatformLaw } from '../platform-law.ts'

export const emissionLaw: PlatformLaw<GeneratedJob> = {
  law: 'emission law',
  says: 'the deltas of a key concatenate to its value, and each before is the true total before',
  drawn: arbitraryJob({ joins: false, waiting: false }),
  shown: ({ description }) => description,
  judge: async (platform, { job, inputs, emissionSinks }, seed) => {
    const outcome = await platform.run(job, inputs, seed)
    return { ...outcome, faults: emissionSinks.flatMap((sink) => emissionFaults(sink, outcome)) }
  },
}
