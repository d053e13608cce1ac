import { type Encoded, encoded } from '../core/contract/encoded.ts'
import type { Job } from '../core/job.ts'
import type { SourceSlot } from '../core/slot/slot.ts'
import { usage } from './fault.ts'
import { linesOf, type Reading, type RecordFile, recordFile } from './records.ts'

// biome-ignore lint/suspicious/noExplicitAny: slots erased; a codec is invariant in its type.
type AnySource = SourceSlot<string, any>

/** A source and the files its records are in, in the order to read them. */
export interface FedSource {
  readonly slot: AnySource
  readonly files: readonly RecordFile[]
}

/** What `--source NAME=FILE`, given so many times, means for a job: every source has files, and only sources have. */
export function sourcesOf(job: Job, given: readonly string[]): readonly FedSource[] {
  const files = new Map<string, RecordFile[]>()
  for (const each of given) {
    const at = each.indexOf('=')
    if (at < 1 || at === each.length - 1)
      throw usage('--source needs a name and a file', { value: each, allowed: 'NAME=FILE, where FILE may be - for stdin' })
    const { name } = sourceOf(job, each.slice(0, at))
    files.set(name, [...(files.get(name) ?? []), recordFile(name, each.slice(at + 1))])
  }
  const stdin = [...files].flatMap(([name, list]) => list.filter(({ path }) => path === '-').map(() => name))
  if (stdin.length > 1) throw usage('stdin can be read once', { value: stdin.map((name) => `${name}=-`).join(' ') })
  return slotsOf(job).map((slot) => {
    const list = files.get(slot.name)
    if (list !== undefined) return { slot, files: list }
    throw usage(`the source ${slot.name} has no file`, { remedy: `Give it one: --source ${slot.name}=FILE.` })
  })
}

/** @throws TanagerError `usage` if the job has no source of that name */
export function sourceOf(job: Job, name: string): AnySource {
  const all = slotsOf(job)
  const found = all.find((slot) => slot.name === name)
  if (found !== undefined) return found
  throw usage(`job ${job.name} has no source ${name}`, { allowed: all.map((slot) => slot.name).join(', ') })
}

const slotsOf = (job: Job): readonly AnySource[] => [...job.slots.values()].filter((slot) => slot.kind === 'source')

/** In a file of strings every line is a record, also an empty one; of any other codec an empty line is nothing. */
export const readingOf = (slot: AnySource): Reading => ({ skipBlank: slot.item.id !== 'string' })

/** The records of a source as they stand in its files, still to be read. */
export function recordsOf({ slot, files }: FedSource, reading: Omit<Reading, 'skipBlank'>): Encoded {
  async function* lines() {
    for (const file of files) yield* linesOf(file, { ...readingOf(slot), ...reading })
  }
  return encoded(lines())
}
