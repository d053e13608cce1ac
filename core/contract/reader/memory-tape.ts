import { getOrElse, map, some } from 'fp-ts/lib/Option.js'
import { TanagerError } from '../../error.ts'
import type { OpenSource, SourceReader } from '../source-reader.ts'
import { countOf } from './batch.ts'
import { Bell } from './bell.ts'

/** Records in a row, for as long as anybody wants to read them. */
export interface MemoryTape {
  readonly reader: SourceReader
  readonly add: (...records: readonly string[]) => void
  /** There will be no more. */
  readonly end: () => void
}

/**
 * A source that resumes from a position, in memory: what the contract means, in a few lines. Its position is how many records
 * were read.
 */
export function memoryTape(): MemoryTape {
  const records: string[] = []
  const bell = new Bell()
  let ended = false

  return {
    add: (...more) => {
      records.push(...more)
      bell.ring()
    },
    end: () => {
      ended = true
      bell.ring()
    },
    reader: {
      resumes: 'position',
      open: async ({ position, batch }): Promise<OpenSource> => {
        let at = getOrElse(() => 0)(map(placeOf)(position))
        let closed = false
        return {
          next: async () => {
            while (!closed && at === records.length && !ended) await bell.rung
            if (closed || at === records.length) return undefined
            const count = countOf(records, at, batch)
            at += count
            return { records: records.slice(at - count, at), position: some(String(at)) }
          },
          acknowledge: async () => {},
          close: async () => {
            closed = true
            bell.ring()
          },
        }
      },
    },
  }
}

function placeOf(position: string): number {
  const place = Number(position)
  if (Number.isSafeInteger(place) && place >= 0) return place
  throw new TanagerError('decode', 'this is no position of this source', { value: position, allowed: 'a number of records' })
}
