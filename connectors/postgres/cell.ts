import type { Json } from '../../core/codec/codec.ts'
import { isWellFormed } from '../../core/codec/wellformed.ts'
import { TanagerError } from '../../core/error.ts'

/** What is written into a column: as PostgreSQL reads it. */
export type CellText = string | null

/** What a column may be given by a function of the user. */
export type CellValue = null | undefined | string | number | bigint | boolean | Date | Uint8Array | object

/** A value as the text that a column's type reads. */
export function cellText(column: string, value: CellValue): CellText {
  switch (typeof value) {
    case 'undefined':
      return null
    case 'string':
      return checked(column, value)
    case 'number':
    case 'bigint':
    case 'boolean':
      return `${value}`
    case 'object':
      if (value === null) return null
      if (value instanceof Date) return value.toISOString()
      if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`
      return checked(column, JSON.stringify(value))
    default:
      throw new TanagerError('encode', `nothing that the column ${column} can keep`, {
        value,
        allowed: 'text, a number, a bigint, a boolean, a Date, bytes, null, or an object for JSON',
      })
  }
}

function checked(column: string, text: string): string {
  if (!text.includes('\0') && isWellFormed(text)) return text
  throw new TanagerError('encode', `PostgreSQL keeps no U+0000 and no half of a surrogate pair: column ${column}`, {
    value: text,
    remedy: 'Take it out in the job, or leave `columns` away: keys and values as JSON may hold anything.',
  })
}

/** The types whose text is more than text, by the numbers that are theirs in every database. */
const types = { boolean: [16], integer: [21, 23, 26], real: [700, 701], wide: [20, 1700], json: [114, 3802], time: [1114, 1184] }
const typeOf = new Map(Object.entries(types).flatMap(([name, oids]) => oids.map((oid) => [oid, name as keyof typeof types] as const)))

/**
 * What a column holds, as the JSON that a codec reads. Numbers of `bigint` and `numeric` are JSON numbers if those hold them
 * exactly, and text otherwise, or where the codec wants text.
 */
export function cellJson(text: CellText, oid: number, wide: 'number' | 'text' = 'number'): Json {
  if (text === null) return null
  switch (typeOf.get(oid)) {
    case 'boolean':
      return text === 't'
    case 'real':
      return Number.isFinite(Number(text)) ? Number(text) : text
    case 'integer':
      return wide === 'number' ? Number(text) : text
    case 'wide':
      return wide === 'number' && isExact(text) ? Number(text) : text
    case 'json':
      return JSON.parse(text) as Json
    case 'time':
      return timeOf(text)
    default:
      return text
  }
}

/** A whole number that no double holds must not become its neighbour; a fraction is the nearest double anyway. */
function isExact(text: string): boolean {
  const value = Number(text)
  if (!Number.isFinite(value)) return false
  return !/^-?\d+$/.test(text) || BigInt(text) === BigInt(value)
}

/** `2026-11-22 23:00:00.12+00` as a codec of times writes it. Infinity and times before our era stay as they are. */
function timeOf(text: string): string {
  const parts = /^(\d{4,6}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)([+-]\d\d)?(?::?(\d\d))?$/.exec(text)
  if (parts === null) return text
  const [, day, time, hours = '+00', minutes = '00'] = parts
  const value = new Date(`${day}T${time}${hours}:${minutes}`)
  return Number.isNaN(value.getTime()) ? text : value.toISOString()
}
