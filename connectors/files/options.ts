import { basename, dirname, resolve } from 'node:path'
import { TanagerError } from '../../core/error.ts'

/** Which files to read, and how. */
export interface FilesOptions {
  /** One file. It, or `glob`. */
  readonly path?: string
  /** The files of one folder whose names match: `*` is any characters, `?` is one. */
  readonly glob?: string
  /** To go on as files grow, and as new ones come, instead of ending: `false`. */
  readonly follow?: boolean
  /**
   * What a record is: a line (`lines`); a line that is not blank (`ndjson`); a row, as the text of a JSON object, or of an array
   * where rows have no names (`csv`). `lines` unless given.
   */
  readonly format?: 'lines' | 'ndjson' | 'csv'
  /** Whether files are compressed: `gzip`, `none`, or `auto`: those that look like it. `auto` unless given. */
  readonly compression?: 'auto' | 'gzip' | 'none'
  /** In which order files are begun: by `name`, or the `oldest` first, by when they were last written to. `name` unless given. */
  readonly order?: 'name' | 'oldest'
  /** Of a `csv`: the first row of each file has names (`true`), there is none (`false`), or the names. `true` unless given. */
  readonly header?: boolean | readonly string[]
  /** Of a `csv`: what is between cells, one character of ASCII. `,` unless given. */
  readonly delimiter?: string
  /** Of a `csv`: what is around cells that need it, one character of ASCII. `"` unless given. */
  readonly quote?: string
  /** How long a line, or a row, may be, in bytes; a longer one is refused, without being held. 16 Mi unless given. */
  readonly longest?: number
  /** Of `follow`: after how long to look again if the system tells of no change, in milliseconds. 1000 unless given. */
  readonly poll?: number
  /** Told of what a person should know: a log that was cut short, what of it was lost. Nothing, unless given. */
  readonly notice?: (text: string) => void
}

/** Options with every default in place. */
export interface Settings extends Required<Omit<FilesOptions, 'path' | 'glob'>> {
  readonly path: string | undefined
  readonly glob: string | undefined
}

const known: { readonly [O in keyof FilesOptions]-?: true } = {
  path: true,
  glob: true,
  follow: true,
  format: true,
  compression: true,
  order: true,
  header: true,
  delimiter: true,
  quote: true,
  longest: true,
  poll: true,
  notice: true,
}

/** @throws TanagerError `invalid-option` */
export function settingsOf(options: FilesOptions): Settings {
  for (const option of Object.keys(options)) {
    if (!Object.hasOwn(known, option)) throw invalid(`there is no option ${option}`, undefined, Object.keys(known).join(', '))
  }
  const { path, glob, notice = () => {} } = options
  if ((path === undefined) === (glob === undefined)) throw invalid('path, glob', { path, glob }, 'one of the two')
  const format = oneOf('format', options.format ?? 'lines', ['lines', 'ndjson', 'csv'])
  for (const option of ['header', 'delimiter', 'quote'] as const) {
    if (format !== 'csv' && options[option] !== undefined) throw invalid(option, options[option], `with format: 'csv' only`)
  }
  const delimiter = mark('delimiter', options.delimiter ?? ',')
  const quote = mark('quote', options.quote ?? '"')
  if (delimiter === quote) throw invalid('delimiter, quote', delimiter, 'two that differ')
  if (typeof notice !== 'function') throw invalid('notice', notice, 'a function')
  return {
    path: path === undefined ? undefined : resolve(text('path', path)),
    glob: glob === undefined ? undefined : validGlob(text('glob', glob)),
    follow: flag('follow', options.follow ?? false),
    format,
    compression: oneOf('compression', options.compression ?? 'auto', ['auto', 'gzip', 'none']),
    order: oneOf('order', options.order ?? 'name', ['name', 'oldest']),
    header: validHeader(options.header ?? true),
    delimiter,
    quote,
    longest: whole('longest', options.longest ?? 1 << 24, 1 << 28),
    poll: whole('poll', options.poll ?? 1000, 3_600_000),
    notice,
  }
}

const invalid = (option: string, value: unknown, allowed: string) =>
  new TanagerError('invalid-option', option, { where: 'files', allowed, ...(value === undefined ? {} : { value }) })

function oneOf<A extends string>(option: string, value: A, allowed: readonly A[]): A {
  if (allowed.includes(value)) return value
  throw invalid(option, value, allowed.map((each) => `'${each}'`).join(', '))
}

function text(option: string, value: unknown): string {
  if (typeof value === 'string' && value !== '' && !value.includes('\0')) return value
  throw invalid(option, value, 'the path of a file')
}

function flag(option: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value
  throw invalid(option, value, 'true or false')
}

function whole(option: string, value: number, most: number): number {
  if (Number.isSafeInteger(value) && value >= 1 && value <= most) return value
  throw invalid(option, value, `a whole number from 1 to ${most}`)
}

function mark(option: string, value: string): string {
  if (typeof value === 'string' && /^[\t\x20-\x7e]$/.test(value)) return value
  throw invalid(option, value, 'one character of ASCII')
}

function validGlob(glob: string): string {
  const full = resolve(glob)
  if (/[*?]/.test(dirname(full))) throw invalid('glob', glob, 'a folder without * and ?, and a name with them: files of one folder')
  if (glob.endsWith('/')) throw invalid('glob', glob, `what the names of files look like: ${basename(full)}/*`)
  return full
}

function validHeader(header: unknown): boolean | readonly string[] {
  if (typeof header === 'boolean') return header
  const isNames = Array.isArray(header) && header.length > 0 && header.every((name) => typeof name === 'string')
  if (isNames && new Set(header).size === header.length) return [...(header as readonly string[])]
  throw invalid('header', header, 'true, false, or names, none of them twice')
}
