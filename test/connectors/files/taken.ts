import { isSome, none, type Option } from 'fp-ts/lib/Option.js'
import type { BatchLimits, OpenSource, RefusedRecord, SourceBatch, SourceReader } from '../../../core/contract/source-reader.ts'

/** What a log would hold that batches are appended to, and the position that is kept with them. */
export interface Taken {
  readonly records: string[]
  readonly refused: RefusedRecord[]
  position: Option<string>
}

export const nothingTaken = (): Taken => ({ records: [], refused: [], position: none })

export const limits = (batch: Partial<BatchLimits> = {}): BatchLimits => ({ records: 5000, length: 1 << 20, linger: 0, ...batch })

/** Appends a batch, and its position, in one step. */
export function take(taken: Taken, { records, refused = [], position }: SourceBatch): void {
  taken.records.push(...records)
  taken.refused.push(...refused)
  taken.position = position
}

/** Reads a source to its end, beginning where the log is. */
export async function readAll(reader: SourceReader, taken: Taken = nothingTaken(), batch: Partial<BatchLimits> = {}): Promise<Taken> {
  const source = await reader.open({ position: taken.position, batch: limits(batch) })
  try {
    for (let next = await source.next(); next !== undefined; next = await source.next()) {
      take(taken, next)
      await source.acknowledge(next)
    }
  } finally {
    await source.close()
  }
  return taken
}

/** Reads until so many records came. */
export async function readSome(source: OpenSource, taken: Taken, count: number): Promise<Taken> {
  const had = taken.records.length + taken.refused.length
  while (taken.records.length + taken.refused.length < had + count) {
    const next = await inTime(source.next(), taken)
    if (next === undefined) break
    take(taken, next)
  }
  return taken
}

/** Who waits for what never comes is told what came. */
async function inTime<A>(coming: Promise<A>, { records }: Taken): Promise<A> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`nothing comes after ${JSON.stringify(records.slice(-3))}, record ${records.length}`)),
      30_000,
    )
  })
  try {
    return await Promise.race([coming, late])
  } finally {
    clearTimeout(timer)
  }
}

/** Opens it where the log is, reads until so many records came, and closes it, as if it had died then. */
export async function readOnce(reader: SourceReader, taken: Taken, count: number, batch: Partial<BatchLimits> = {}): Promise<Taken> {
  const source = await reader.open({ position: taken.position, batch: limits(batch) })
  try {
    return await readSome(source, taken, count)
  } finally {
    await source.close()
  }
}

/** What a `next` answers; or that it waits, with nothing of this process at work on files any more. */
export async function answered(coming: Promise<SourceBatch | undefined>): Promise<SourceBatch | 'waits'> {
  for (;;) {
    const turn = new Promise<'turn'>((resolve) => setImmediate(resolve, 'turn'))
    const now = await Promise.race([coming, turn])
    if (now === undefined) throw new Error('the reading has ended')
    if (now !== 'turn') return now
    if (!process.getActiveResourcesInfo().some((each) => /^(FSReq|Zlib)/i.test(each))) return 'waits'
  }
}

export const positionOf = ({ position }: Taken): string => (isSome(position) ? position.value : '')
