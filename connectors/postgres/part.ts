import type { Codec, Json } from '../../core/codec/codec.ts'
import { messageOf, TanagerError } from '../../core/error.ts'
import { type CellText, type CellValue, cellJson, cellText } from './cell.ts'

/**
 * How a key or a value lies in columns: a column's name; the names of several, for a tuple's parts in their order; or names
 * with a way there and back. `read` gets each column as JSON would have it: numbers that doubles hold exactly, text for
 * larger ones, times as `toISOString` writes them, `null`.
 */
export type Columns<A> = string | readonly string[] | ConvertedColumns<A>

export interface ConvertedColumns<A> {
  readonly names: readonly string[]
  /** As many as names. */
  readonly write: (value: A) => readonly CellValue[]
  readonly read: (cells: readonly Json[]) => A
}

/** A key or a value in its columns. */
export interface Part<A> {
  readonly names: readonly string[]
  readonly write: (value: A) => readonly CellText[]
  readonly read: (cells: readonly CellText[], oids: readonly number[]) => A
}

export function partOf<A>(what: string, columns: Columns<A>, codec: Codec<A>): Part<A> {
  if (typeof columns === 'string') return single(columns, codec)
  const names = Array.isArray(columns) ? columns : (columns as ConvertedColumns<A>)?.names
  if (!Array.isArray(names) || names.length === 0 || new Set(names).size !== names.length) {
    throw new TanagerError('invalid-option', `${what} has no columns`, {
      value: columns,
      allowed: "a name, as 'site'; several that differ, as ['site', 'day']; or { names, write, read }",
    })
  }
  return Array.isArray(columns) ? several(what, columns, codec) : converted(what, columns as ConvertedColumns<A>)
}

function single<A>(name: string, codec: Codec<A>): Part<A> {
  return {
    names: [name],
    write: (value) => [cellText(name, codec.toJson(value) as CellValue)],
    read: ([text = null], [oid = 0]) => reading(codec, (wide) => cellJson(text, oid, wide)),
  }
}

function several<A>(what: string, names: readonly string[], codec: Codec<A>): Part<A> {
  return {
    names,
    write: (value) => {
      const json = codec.toJson(value)
      if (!Array.isArray(json) || json.length !== names.length) throw misfit(what, names, json)
      return json.map((part, i) => cellText(names[i] as string, part as CellValue))
    },
    read: (texts, oids) => reading(codec, (wide) => texts.map((text, i) => cellJson(text, oids[i] as number, wide))),
  }
}

function converted<A>(what: string, { names, write, read }: ConvertedColumns<A>): Part<A> {
  return {
    names,
    write: (value) => {
      const cells = written(what, write, value)
      if (!Array.isArray(cells) || cells.length !== names.length) throw misfit(what, names, cells)
      return cells.map((cell: CellValue, i) => cellText(names[i] as string, cell))
    },
    read: (texts, oids) => read(texts.map((text, i) => cellJson(text, oids[i] as number))),
  }
}

function written<A>(what: string, write: ConvertedColumns<A>['write'], value: A): readonly CellValue[] {
  try {
    return write(value)
  } catch (cause) {
    throw new TanagerError('encode', `${what} cannot write this: ${messageOf(cause)}`, { value, cause })
  }
}

function misfit(what: string, names: readonly string[], value: unknown): TanagerError {
  return new TanagerError('encode', `${what} does not fit its columns`, { value, allowed: `one part for each of ${names.join(', ')}` })
}

/** What a codec makes of numbers as numbers, or, if it takes none, as text: there are codecs for large numbers of either kind. */
function reading<A>(codec: Codec<A>, json: (wide: 'number' | 'text') => Json): A {
  try {
    return codec.fromJson(json('number'))
  } catch (error) {
    try {
      return codec.fromJson(json('text'))
    } catch {
      throw new TanagerError('decode', messageOf(error), { cause: error })
    }
  }
}
