import { toUndefined } from 'fp-ts/lib/Option.js'
import type { Lines, RefusedRecord, SourceBatch } from '../contract/source-reader.ts'

/** A batch as the log is to be given it: in lines, if it may go as it is. */
export type Known = { readonly lines: Lines } | KnownRecords

export interface KnownRecords {
  readonly records: readonly string[]
  readonly refused: readonly RefusedRecord[]
  /** Of each record what it is known by outside; empty where none is known by anything. */
  readonly ids: readonly (string | undefined)[]
}

const shownOf = 200

/**
 * A batch without what must not go into the log: records that are too long, since one that a worker cannot hold would end
 * whoever takes it; and a second one with the same id, as whoever publishes again what was not confirmed leaves behind: the
 * log, asked for their one id, knows neither.
 */
export function known(batch: SourceBatch, longest: number): Known {
  const { lines, refused = [], ids } = batch
  // Together they are not too long, so none of them is.
  if (lines !== undefined && lines.length <= longest && refused.length === 0 && ids === undefined) return { lines }
  const fits = withoutTooLong({ records: batch.records, refused, ids: ids === undefined ? [] : ids.map(toUndefined) }, longest)
  return fits.ids.length === 0 ? fits : withoutTwins(fits)
}

function withoutTooLong(batch: KnownRecords, longest: number): KnownRecords {
  const tooLong = batch.records.filter(({ length }) => length > longest)
  if (tooLong.length === 0) return batch
  const fitting = onlyThose(batch, (i) => (batch.records[i] as string).length <= longest)
  const buried = tooLong.map((record) => ({
    record: record.slice(0, shownOf),
    error: `a record of ${record.length} characters; allowed: ${longest}. Of this one only the beginning is kept.`,
  }))
  return { ...fitting, refused: [...batch.refused, ...buried] }
}

function withoutTwins(batch: KnownRecords): KnownRecords {
  const seen = new Set<string>()
  const isFirst = batch.ids.map((id) => {
    if (id === undefined) return true
    const isNew = !seen.has(id)
    seen.add(id)
    return isNew
  })
  return isFirst.includes(false) ? onlyThose(batch, (i) => isFirst[i] as boolean) : batch
}

/** What is left without the records of some ids. */
export const without = (batch: KnownRecords, ids: ReadonlySet<string>): KnownRecords =>
  onlyThose(batch, (i) => batch.ids[i] === undefined || !ids.has(batch.ids[i]))

function onlyThose({ records, refused, ids }: KnownRecords, keeps: (at: number) => boolean): KnownRecords {
  return { records: records.filter((_, i) => keeps(i)), ids: ids.filter((_, i) => keeps(i)), refused }
}
