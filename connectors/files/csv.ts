import { isUtf8 } from 'node:buffer'
import type { parse } from 'csv-parse/sync'
import type { RefusedRecord } from '../../core/contract/source-reader.ts'
import { messageOf, TanagerError } from '../../core/error.ts'
import { cutOf, type Framing, hasMark, isBare, lineFeed, nothing, type Unit } from './framing.ts'
import { noUtf8, shownOf, tooLong } from './lines.ts'

/** Reads the cells of whole rows. */
export type CsvParse = typeof parse

/** @throws TanagerError `missing-package` */
export async function csvParse(): Promise<CsvParse> {
  try {
    return (await import('csv-parse/sync')).parse
  } catch (cause) {
    if (!/Cannot find (?:package|module) 'csv-parse/.test(messageOf(cause))) throw cause
    throw new TanagerError('missing-package', 'reading CSV needs the package csv-parse, which is not installed', {
      remedy: 'Type: npm install csv-parse',
      cause,
    })
  }
}

export interface CsvOptions {
  /** `true`: the first row of each file has the names. Names: no file has a row of them. `false`: rows are arrays. */
  readonly header: boolean | readonly string[]
  readonly delimiter: string
  readonly quote: string
  /** In bytes. */
  readonly longest: number
}

/** How many rows are read together where something is wrong with one of them. */
const fewRows = 100

type Row = (cells: readonly string[]) => string

/**
 * Rows, as RFC 4180 has them: a cell in quotes may hold delimiters, line feeds, and quotes, doubled. Where a row ends is
 * found here, so that the reading can begin at any of them; what is in it is for the package to say. A row that is not well
 * formed ends with its first line: a quote too many does not take the rest of the file with it.
 */
export function rows(csvParse: CsvParse, { header, delimiter, quote, longest }: CsvOptions, path: string): Framing {
  const marks = { delimiter: delimiter.charCodeAt(0), quote: quote.charCodeAt(0) }
  const cellsOf = (bytes: Buffer): readonly (readonly string[])[] =>
    csvParse(bytes, {
      delimiter,
      quote,
      escape: quote,
      record_delimiter: ['\r\n', '\n'],
      relax_column_count: true,
      skip_empty_lines: true,
    })

  let width = Array.isArray(header) ? header.length : undefined
  let row: Row | undefined = Array.isArray(header) ? objectOf(header) : header === false ? JSON.stringify : undefined

  const readHeader = (bytes: Buffer, from: number, to: number) => {
    const names = headerNames(cellsOf, bytes.subarray(hasMark(bytes, from, to) ? from + 3 : from, to), path)
    width = names.length
    row = objectOf(names)
  }

  const recordOf = (cells: readonly string[]): string | undefined => {
    // Without names, any number of cells is right: whoever begins in the middle does not see the first row.
    if (width !== undefined && cells.length !== width) return undefined
    return (row as Row)(cells)
  }
  const raggedOf = (bytes: Buffer, count: number): RefusedRecord => ({
    record: shownOf(bytes),
    error: `a row of ${count} cells, where there should be ${width}`,
  })

  /** One row apart from the others. */
  const unitOf = (bytes: Buffer, from: number, to: number): Unit => {
    const one = bytes.subarray(from, to)
    if (isBare(bytes, from, to)) return { bytes: one.length }
    try {
      const found = cellsOf(one)
      const cells = found[0]
      if (cells === undefined) return { bytes: one.length }
      if (found.length > 1) throw new Error('not one row')
      if (one.length > longest + 1) return { bytes: one.length, refused: tooLong(one, longest) }
      if (!isUtf8(one)) return { bytes: one.length, refused: { record: shownOf(one), error: noUtf8 } }
      const record = recordOf(cells)
      return record === undefined ? { bytes: one.length, refused: raggedOf(one, cells.length) } : { bytes: one.length, record }
    } catch (thrown) {
      const feed = one.indexOf(lineFeed)
      const line = feed === -1 ? one : one.subarray(0, feed + 1)
      return { bytes: line.length, refused: { record: shownOf(line), error: `not well formed: ${messageOf(thrown)}` } }
    }
  }

  /** All rows at once, if every one of them is as it should be. */
  const allOf = (bytes: Buffer, ends: readonly number[], from: number, to: number): readonly Unit[] | undefined => {
    const block = bytes.subarray(from, to)
    if (to - from > longest || !isUtf8(block)) return undefined
    try {
      const found = cellsOf(block)
      const units: Unit[] = []
      let begin = from
      let next = 0
      for (const end of ends) {
        if (isBare(bytes, begin, end)) units.push({ bytes: end - begin })
        else {
          const cells = found[next++]
          if (cells === undefined) return undefined
          const record = recordOf(cells)
          const one = { bytes: end - begin }
          units.push(record === undefined ? { ...one, refused: raggedOf(bytes.subarray(begin, end), cells.length) } : { ...one, record })
        }
        begin = end
      }
      return next === found.length ? units : undefined
    } catch {
      return undefined
    }
  }

  /** Each row apart, until one ends elsewhere than it seemed to. */
  const untilMalformed = (bytes: Buffer, ends: readonly number[], from: number): readonly Unit[] => {
    const units: Unit[] = []
    let begin = from
    for (const end of ends) {
      const unit = unitOf(bytes, begin, end)
      units.push(unit)
      begin += unit.bytes
      if (begin < end) break
    }
    return units
  }

  return {
    // Behind a mark, a quote begins a cell all the same.
    lastEnd: (bytes, from, to, { isFirst }) => endsOf(bytes, isFirst && hasMark(bytes, from, to) ? from + 3 : from, to, marks).at(-1) ?? -1,
    cut: (bytes, from, to, { isFirst, isLast }) => {
      if (from === to) return nothing
      const units: Unit[] = []
      let begin = from
      if (isFirst && hasMark(bytes, from, to)) {
        units.push({ bytes: 3 })
        begin += 3
      }
      if (isFirst && header === true) {
        const end = endsOf(bytes, begin, to, marks)[0] ?? to
        readHeader(bytes, begin, end)
        units.push({ bytes: end - begin })
        begin = end
      }
      const ends = endsOf(bytes, begin, to, marks)
      if (isLast && (ends.at(-1) ?? begin) < to) ends.push(to)
      const all = allOf(bytes, ends, begin, ends.at(-1) ?? begin)
      if (all !== undefined) return cutOf([...units, ...all])
      while (begin < to) {
        const some = endsOf(bytes, begin, to, marks, fewRows)
        // After a row that ended early, the last may be no whole row any more.
        if (some.length === 0 && isLast) some.push(to)
        if (some.length === 0) break
        const few = allOf(bytes, some, begin, some.at(-1) as number) ?? untilMalformed(bytes, some, begin)
        units.push(...few)
        begin += few.reduce((sum, unit) => sum + unit.bytes, 0)
      }
      return cutOf(units)
    },
    ...(header === true ? { header: { isKnown: () => row !== undefined, read: readHeader } } : {}),
  }
}

function headerNames(cellsOf: (bytes: Buffer) => readonly (readonly string[])[], bytes: Buffer, path: string): readonly string[] {
  const wrong = (what: string, value: unknown, cause?: unknown) =>
    new TanagerError('source', `the first row of ${path}, which should have the names of the cells, ${what}`, {
      value,
      remedy: 'Give the names with header: […], or header: false if there are none.',
      ...(cause === undefined ? {} : { cause }),
    })
  let found: readonly (readonly string[])[]
  try {
    found = cellsOf(bytes)
  } catch (cause) {
    throw wrong(`is not well formed (${messageOf(cause)})`, shownOf(bytes), cause)
  }
  const names = found[0]
  if (names === undefined) throw wrong('is empty', shownOf(bytes))
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice !== undefined) throw wrong('has a name twice', twice)
  return names
}

/** JSON text, written here: a cell may be called `__proto__`, or 1, and keeps its place. */
function objectOf(names: readonly string[]): Row {
  const keys = names.map((name, i) => `${i === 0 ? '{' : ','}${JSON.stringify(name)}:`)
  return (cells) => {
    let text = ''
    for (let i = 0; i < keys.length; i += 1) text += (keys[i] as string) + JSON.stringify(cells[i])
    return `${text}}`
  }
}

interface Marks {
  readonly delimiter: number
  readonly quote: number
}

/** Where rows end, behind their line feeds, as far as that is sure; at most so many. */
function endsOf(bytes: Buffer, from: number, to: number, { delimiter, quote }: Marks, most = Number.POSITIVE_INFINITY): number[] {
  const ends: number[] = []
  let i = from
  while (i < to) {
    if (bytes[i] === quote) {
      i = closingOf(bytes, i + 1, to, quote) + 1
      if (i === 0 || i === to) return ends
    }
    let byte = bytes[i]
    while (i < to && byte !== delimiter && byte !== lineFeed) byte = bytes[++i]
    if (i >= to) return ends
    i += 1
    if (byte === lineFeed && ends.push(i) === most) return ends
  }
  return ends
}

/** The quote that ends a cell; -1 if it is not there. */
function closingOf(bytes: Buffer, from: number, to: number, quote: number): number {
  for (let i = from; ; i += 2) {
    i = bytes.indexOf(quote, i)
    if (i === -1 || i >= to) return -1
    if (i + 1 >= to || bytes[i + 1] !== quote) return i
  }
}
