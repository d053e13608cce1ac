import { TanagerError } from '../../core/error.ts'

const encoder = new TextEncoder()

/** A name as SQL takes it, whatever is in it. Longer ones PostgreSQL would cut without a word, and mean another table. */
export function quoted(what: string, name: string): string {
  if (typeof name === 'string' && name !== '' && !name.includes('\0') && encoder.encode(name).length <= 63) {
    return `"${name.replaceAll('"', '""')}"`
  }
  throw new TanagerError('invalid-option', `${what} is no name that PostgreSQL takes`, {
    value: name,
    allowed: 'text of 1 to 63 bytes in UTF-8, without U+0000',
  })
}

/** A table by its name, in a schema if one is named; otherwise PostgreSQL looks for it along its search path. */
export interface TableName {
  readonly schema?: string
  readonly table: string
}

export function qualified(what: string, { schema, table }: TableName): string {
  const name = quoted(`${what}: table`, table)
  return schema === undefined ? name : `${quoted(`${what}: schema`, schema)}.${name}`
}
