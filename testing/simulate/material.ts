import { type Encoded, isEncoded } from '../../core/contract/encoded.ts'
import { messageOf, TanagerError } from '../../core/error.ts'
import type { Job } from '../../core/job.ts'
import { checkInputs, readOnce, sourcesOf } from '../platform/inputs.ts'

/** What a job is run on, read once: some of it may come only once. */
export interface Material {
  /** The records of each source, as they are written. */
  readonly records: ReadonlyMap<string, readonly string[]>
  /** Services, and what stores held before, by name. */
  readonly bound: Readonly<Record<string, unknown>>
}

/**
 * Reads all inputs of a job.
 *
 * @throws TanagerError `missing-binding`, `unknown-slot`, `invalid-binding`, and `encode` for a record its source cannot write
 */
export async function materialOf(job: Job, inputs: object): Promise<Material> {
  const read = await readOnce(job, checkInputs(job, inputs as Readonly<Record<string, unknown>>))
  const sources = sourcesOf(job)
  return {
    records: new Map(sources.map((name) => [name, textsOf(job, name, read[name])])),
    bound: Object.fromEntries(Object.entries(read).filter(([name]) => !sources.includes(name))),
  }
}

function textsOf(job: Job, source: string, input: unknown): readonly string[] {
  if (isEncoded(input)) return input.texts as Encoded['texts'] & readonly string[]
  const slot = job.slots.get(source)
  if (slot?.kind !== 'source') return []
  return (input as readonly unknown[]).map((record, at) => {
    try {
      return slot.item.encode(record as never)
    } catch (cause) {
      throw new TanagerError('encode', `the source ${source} cannot write its record ${at + 1}: ${messageOf(cause)}`, {
        value: record,
        cause,
        remedy: 'Give what its codec takes, or encoded([…]) for texts as they come.',
      })
    }
  })
}
