import type { DeadLetter } from '../../core/engine/log.ts'

/** A dead letter from the fields of its entry in Redis. */
export function deadLetterOf(id: string, fields: readonly string[]): DeadLetter {
  const at = new Map<string, string>()
  for (let i = 0; i < fields.length; i += 2) at.set(fields[i] as string, fields[i + 1] as string)
  const text = (field: string) => at.get(field) ?? ''
  return {
    id,
    stream: text('stream'),
    sequence: Number(text('sequence')),
    at: Number(text('at')),
    node: text('node'),
    index: Number(text('index')),
    record: text('record'),
    error: text('error'),
  }
}

/** Whether it is no record but a delta that a store could not take: then `stream` names the store, and `sequence` the partition. */
export function isDelta(fields: readonly string[]): boolean {
  return fields[fields.indexOf('from') + 1] === 'store'
}
