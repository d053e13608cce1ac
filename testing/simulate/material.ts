import { checkBindings, ownOf } from '../../core/contract/check.ts'
import { isEncoded, textsOf } from '../../core/contract/encoded.ts'
import { messageOf, TanagerError } from '../../core/error.ts'
import type { Job } from '../../core/job.ts'

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
  const given = ownOf(inputs)
  checkBindings(job, given, ['source', 'service'])
  const records = new Map<string, readonly string[]>()
  const bound: Record<string, unknown> = {}
  for (const [name, slot] of job.slots) {
    const input = given[name]
    if (slot.kind === 'source') records.set(name, await textsIn(name, input, slot.item.encode))
    // A sink would be written to by every one of the runs.
    else if (slot.kind !== 'sink' && input !== undefined) bound[name] = input
  }
  return { records, bound }
}

async function textsIn(source: string, input: unknown, write: (item: never) => string): Promise<readonly string[]> {
  const texts: string[] = []
  if (isEncoded(input)) {
    for await (const some of textsOf(input, 1000)) texts.push(...some)
    return texts
  }
  if (typeof input !== 'object' || input === null || !(Symbol.iterator in input || Symbol.asyncIterator in input)) {
    throw new TanagerError('invalid-binding', `the source ${source} is bound to something that holds no records`, {
      value: input,
      allowed: 'an array or another iterable of records',
    })
  }
  for await (const record of input as AsyncIterable<never>) {
    try {
      texts.push(write(record))
    } catch (cause) {
      throw new TanagerError('encode', `the source ${source} cannot write its record ${texts.length + 1}: ${messageOf(cause)}`, {
        value: record,
        cause,
        remedy: 'Give what its codec takes, or encoded([…]) for texts as they come.',
      })
    }
  }
  return texts
}
