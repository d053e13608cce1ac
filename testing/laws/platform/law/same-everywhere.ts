import { memory } from '../../../../platforms/memory/index.ts'
import type { GeneratedJob } from '../../../arbitrary/job/generated.ts'
import { arbitraryJob } from '../../../arbitrary/job.ts'
import { determined } from '../determined.ts'
import { differences, ofBags } from '../difference.ts'
import { oracle } from '../oracle.ts'
import type { PlatformLaw } from '../platform-law.ts'
import { refusals } from '../refusals.ts'

/** Against what the job says, told by the oracle, and against memory, which also says which step refuses a record. */
export const platformLaw: PlatformLaw<GeneratedJob> = {
  law: 'platform law',
  says: 'stores, sinks and dead letters are what the job says, however it is run',
  drawn: arbitraryJob(),
  shown: ({ description }) => description,
  judge: async (platform, { job, inputs, comparison }, seed) => {
    const outcome = await platform.run(job, inputs, seed)
    const found = determined(job, comparison, outcome)
    const meant = differences(found, determined(job, comparison, await oracle(job, inputs)))
    if (meant.length > 0) return { ...outcome, faults: meant }
    const reference = await memory({ batchSize: 1 + (seed % 50) })
      .on(job)
      .run(inputs as never)
    const faults = [
      ...differences(found, determined(job, comparison, reference as never)),
      ...ofBags('refused records', refusals(job, outcome), refusals(job, reference)),
    ]
    return { ...outcome, faults }
  },
}
