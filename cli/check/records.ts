import type { Job } from '../../core/job.ts'
import { usage } from '../fault.ts'
import type { Loaded } from '../module.ts'
import { linesOf } from '../records.ts'
import { type FedSource, readingOf, sourceOf, sourcesOf } from '../sources.ts'

/** How many records are read of each source. */
const most = 5000

/** The first records of each source, as they are written. */
export type Records = ReadonlyMap<string, readonly string[]>

/** @param given what `--source NAME=FILE` said, so many times; nothing of it, and there are no records */
export async function recordsOf({ job }: Loaded, given: readonly string[]): Promise<Records> {
  if (given.length === 0) return new Map()
  const records = new Map<string, readonly string[]>()
  for (const source of fedSources(job, given)) records.set(source.slot.name, await firstOf(source))
  if ([...records.values()].every(({ length }) => length === 0))
    throw usage('there are no records to take values from', { value: given.join(' '), allowed: 'files with records in them' })
  return records
}

/** As for `tanager run`, but not every source needs a file. */
function fedSources(job: Job, given: readonly string[]): readonly FedSource[] {
  const names = new Set(given.filter((each) => each.includes('=')).map((each) => sourceOf(job, each.slice(0, each.indexOf('='))).name))
  return sourcesOf({ ...job, slots: new Map([...job.slots].filter(([name]) => names.has(name))) }, given)
}

async function firstOf({ slot, files }: FedSource): Promise<readonly string[]> {
  const texts: string[] = []
  for (const file of files) {
    for await (const block of linesOf(file, readingOf(slot))) {
      texts.push(...block.slice(0, most - texts.length))
      if (texts.length === most) return texts
    }
  }
  return texts
}
