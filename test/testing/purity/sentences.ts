import type { Job } from '../../../core/job.ts'
import type { AnySlot } from '../../../core/slot/slot.ts'
import { type MemoryOptions, memory } from '../../../platforms/memory/index.ts'
import type { Inputs } from '../../../testing/platform/platform.ts'
import type { Finding } from '../../../testing/purity/finding.ts'
import { type Probed, type ProbeOptions, probed } from '../../../testing/purity/probed.ts'

/** Runs a job in memory and answers what was found out about its functions. */
export async function findingsOf(job: Job, inputs: Inputs, options: ProbeOptions = {}): Promise<readonly Finding[]> {
  const probe = probed(job, options)
  await runProbed(probe, inputs)
  return probe.findings()
}

export const runProbed = (probe: Probed<AnySlot>, inputs: Inputs, options: MemoryOptions = {}) =>
  memory(options)
    .on(probe.job)
    .run(withServices(probe, inputs) as never)

/** The same inputs, with services that are looked at. */
export function withServices({ job, probedService }: Probed<AnySlot>, inputs: Inputs): Inputs {
  const bound = Object.entries(inputs).map(([name, binding]) => [
    name,
    job.slots.get(name)?.kind === 'service' ? probedService(name, binding as never) : binding,
  ])
  return Object.fromEntries(bound)
}
