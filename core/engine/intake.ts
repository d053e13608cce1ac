import { toUndefined } from 'fp-ts/lib/Option.js'
import type { Clock } from '../contract/clock.ts'
import type { SourceBatch } from '../contract/source-reader.ts'
import { TanagerError } from '../error.ts'
import { frameLines, frameRead } from './frame.ts'
import { type Known, known, without } from './known.ts'
import type { Log, Taken } from './log.ts'
import type { Telling } from './telling.ts'

export interface IntakeParts {
  readonly stream: string
  readonly log: Pick<Log, 'take'>
  readonly clock: Clock
  /** Told of each batch that is in the log. */
  readonly telling: Telling
  /** In characters; a longer record is refused. */
  readonly longest: number
  /** Under which name it numbers its batches: unique to it, now and ever. */
  readonly writer: string
  /** Where the log is, if positions tell. */
  readonly position: { readonly from: string | undefined } | undefined
  readonly stop: AbortSignal
}

const firstWait = 5
const longestWait = 250

/** A batch, and where it stands in its source. */
interface Place {
  readonly from: string | undefined
  readonly to: string
}

/**
 * The way of one reading into its log. A batch is sent before the log has answered the one before it: that it comes after
 * that one its number says, and its position. If the one before it was not taken, it is not either, and is sent again when
 * its turn has come.
 */
export class Intake {
  readonly #parts: IntakeParts
  /** Up to where was read what was sent. */
  #at: string | undefined
  /** The number of the last batch that is in the log, among this writer's. */
  #accepted = 0
  /** How many were given and are not dealt with. */
  #underway = 0
  /** The log was full a moment ago: what it will not take need not be sent ahead. */
  #pressed = false

  constructor(parts: IntakeParts) {
    this.#parts = parts
    this.#at = parts.position?.from
  }

  /**
   * Sends a batch, and waits until it is in the log, also while that is full.
   *
   * @param before tells of the batch before it, whether it is in the log
   * @returns whether it is; if it is not, the reading cannot go on here: somebody else is further on, or it was stopped
   */
  async put(read: SourceBatch, before: Promise<boolean>): Promise<boolean> {
    const { stream, longest, position } = this.#parts
    const place: Place | undefined =
      position === undefined ? undefined : { from: this.#at, to: positionOf(stream, toUndefined(read.position)) }
    this.#at = place?.to
    this.#underway += 1
    const isAlone = this.#underway === 1
    const batch = known(read, longest)
    const ahead = this.#pressed && !isAlone ? undefined : this.#send(batch, place, this.#accepted + this.#underway, !isAlone)
    // It may fail before anybody waits for it.
    ahead?.catch(() => {})
    try {
      if (!(await before)) return false
      const taken = await ahead
      const isTold = taken !== undefined && (isAlone || (taken.status !== 'gap' && taken.status !== 'elsewhere'))
      return await this.#settle(batch, place, isTold ? taken : undefined)
    } finally {
      // Nothing is on its way any more when the source is opened anew, where the log is then.
      await ahead?.catch(() => {})
      this.#underway -= 1
    }
  }

  /** Once all before it is in the log, whatever that answers to a batch is meant for this one. */
  async #settle(first: Known, place: Place | undefined, told: Taken | undefined): Promise<boolean> {
    const { stream, telling, clock, stop } = this.#parts
    let batch = first
    let waited = false
    for (let wait = firstWait, taken = told; ; taken = undefined) {
      taken ??= await this.#send(batch, place, this.#accepted + 1, false)
      switch (taken.status) {
        case 'appended':
        case 'repeated':
          this.#accepted += 1
          this.#pressed = waited
          telling.tell({ kind: 'stage', stream, sequence: taken.sequence })
          return true
        case 'known': {
          const ids = idsOf(batch)
          // Lines are known by nothing.
          if ('lines' in batch) return true
          batch = without(batch, new Set(taken.known.map((at) => ids[at] as string)))
          // A batch of which all has come before is in the log already, each record of it.
          if (batch.records.length + batch.refused.length === 0) return true
          break
        }
        case 'elsewhere':
          return false
        case 'gap':
          // The log has gone back and lost what came before this one: what is not acknowledged comes again.
          throw new TanagerError('writer-gap', `the stream ${stream} has lost batches that were read`)
        case 'full':
          if (stop.aborted) return false
          waited = true
          this.#pressed = true
          await clock.sleep(wait, stop).catch(() => {})
          wait = Math.min(wait * 2, longestWait)
      }
    }
  }

  /** @param continues it is sent ahead, and must not be taken for the first of its writer */
  #send(batch: Known, place: Place | undefined, writerSequence: number, continues: boolean): Promise<Taken> {
    const { stream, log, writer } = this.#parts
    return log.take({
      stream,
      ...('lines' in batch
        ? { payload: frameLines(batch.lines), records: batch.lines.count }
        : { payload: frameRead(batch.records, batch.refused), records: batch.records.length }),
      // Sent again under its number after a lost answer, it is told from another reader's.
      writer,
      writerSequence,
      continues,
      ...(place === undefined ? {} : { position: place }),
      ids: idsOf(batch),
    })
  }
}

const idsOf = (batch: Known): readonly string[] => ('lines' in batch ? [] : batch.ids.filter((id) => id !== undefined))

function positionOf(stream: string, position: string | undefined): string {
  if (position !== undefined && position !== '') return position
  throw new TanagerError('source', `the reader of ${stream} gives a batch without the position after it`, { value: position })
}
