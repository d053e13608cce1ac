import type { RefusedRecord } from '../../core/contract/source-reader.ts'
import type { Filling } from './filling.ts'

/** What was cut out of a block: records, waiting to be taken. */
export interface Cut {
  /** How much of the block it is, in bytes. */
  readonly bytes: number
  readonly isEmpty: boolean
  /** Puts in as many as fit, and answers how many bytes of the file they were. */
  readonly take: (into: Filling) => number
}

/** How records stand in bytes. */
export interface Framing {
  /** Where the last whole record between two places ends; -1 if none does. `from` is the beginning of one, or of the file. */
  readonly lastEnd: (bytes: Buffer, from: number, to: number, where: Pick<Where, 'isFirst'>) => number
  /** The records between two places, all of them whole, and at least one of them. */
  readonly cut: (bytes: Buffer, from: number, to: number, where: Where) => Cut
  /** The first line is no record but names the cells of the others: whoever begins later has to be told it. */
  readonly header?: { readonly isKnown: () => boolean; readonly read: (bytes: Buffer, from: number, to: number) => void }
}

export interface Where {
  /** It is the beginning of the file. */
  readonly isFirst: boolean
  /** It is the end of the file: the last record may lack its line feed. */
  readonly isLast: boolean
}

export const lineFeed = 10
const carriageReturn = 13

export const hasMark = (bytes: Buffer, from: number, to: number): boolean =>
  to - from >= 3 && bytes[from] === 0xef && bytes[from + 1] === 0xbb && bytes[from + 2] === 0xbf

/** Nothing but a line end. */
export const isBare = (bytes: Buffer, from: number, to: number): boolean =>
  to - from <= 2 && bytes.subarray(from, to).every((byte) => byte === lineFeed || byte === carriageReturn)

/** One record, or what is none, and how many bytes of the file it is. */
export interface Unit {
  readonly bytes: number
  readonly record?: string
  readonly refused?: RefusedRecord
}

/** Units one after the other; those that are neither records nor refused are only passed over. */
export function cutOf(units: readonly Unit[]): Cut {
  let next = 0
  return {
    bytes: units.reduce((sum, unit) => sum + unit.bytes, 0),
    get isEmpty() {
      return next === units.length
    },
    take: (into) => {
      let bytes = 0
      for (; next < units.length; next += 1) {
        const { record, refused, bytes: more } = units[next] as Unit
        if ((record !== undefined || refused !== undefined) && into.isFull((record ?? refused?.record ?? '').length)) break
        if (record !== undefined) into.add(record)
        if (refused !== undefined) into.refuse(refused)
        bytes += more
      }
      return bytes
    },
  }
}

export const nothing: Cut = cutOf([])
